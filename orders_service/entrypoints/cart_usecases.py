"""Everything that can be done with carts."""

from dataclasses import dataclass

from orders_service.domain.order_line import WantedItem
from orders_service.usecases.cart_desk import ShownCart
from orders_service.usecases.change_cart_usecases import AddToCart, SetInCart, TakeOutOfCart
from orders_service.usecases.discard_cart_usecase import DiscardCart
from orders_service.usecases.open_cart_usecase import OpenCart
from orders_service.usecases.show_cart_usecase import ShowCart
from orders_service.usecases.use_cart_usecases import ForgetUsedCart, UnpackCart
from servicekit.database.retry import UseCase


@dataclass(frozen=True, slots=True)
class CartUseCases:
    """One field for each use case."""

    open: UseCase[OpenCart, ShownCart]
    show: UseCase[ShowCart, ShownCart]
    add: UseCase[AddToCart, ShownCart]
    set: UseCase[SetInCart, ShownCart]
    take_out: UseCase[TakeOutOfCart, ShownCart]
    discard: UseCase[DiscardCart, None]
    unpack: UseCase[UnpackCart, tuple[WantedItem, ...]]
    forget_used: UseCase[ForgetUsedCart, None]
