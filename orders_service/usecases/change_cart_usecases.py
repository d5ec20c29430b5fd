"""When a customer changes what is in their cart, they see the cart as it is then.

Each raises CartNotFound, CartContended, CartsUnavailable, and what the cart's own verb raises.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orders_service.domain.cart import Cart, OnOffer
from orders_service.domain.order_line import WantedItem
from orders_service.usecases.cart_desk import CartDesk, ShownCart


@dataclass(frozen=True, slots=True)
class AddToCart:
    """So much more of a product. `request` names what may come again and is to count once."""

    store: str
    cart_id: str
    wanted: WantedItem
    request: str | None = None


@dataclass(frozen=True, slots=True)
class AddToCartUseCase:
    """Adds to what is there."""

    desk: CartDesk

    def execute(self, request: AddToCart) -> ShownCart:
        """The cart with it. Raises UnknownProduct, InsufficientStock, QuantityTooLarge, CartFull."""
        wanted = request.wanted

        def add(cart: Cart, offers: Mapping[str, OnOffer]) -> Cart:
            return cart.add(wanted, offers.get(wanted.product_id), request.request)

        return self.desk.change(request.store, request.cart_id, wanted.product_id, add)


@dataclass(frozen=True, slots=True)
class SetInCart:
    """Exactly so much of a product."""

    store: str
    cart_id: str
    product_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class SetInCartUseCase:
    """Sets how much there is of what is there."""

    desk: CartDesk

    def execute(self, request: SetInCart) -> ShownCart:
        """The cart with it. Raises NotInCart, InsufficientStock, QuantityTooLarge."""
        product_id, quantity = request.product_id, request.quantity

        def set_quantity(cart: Cart, offers: Mapping[str, OnOffer]) -> Cart:
            return cart.set_quantity(product_id, quantity, offers.get(product_id))

        return self.desk.change(request.store, request.cart_id, product_id, set_quantity)


@dataclass(frozen=True, slots=True)
class TakeOutOfCart:
    """All there is of a product."""

    store: str
    cart_id: str
    product_id: str


@dataclass(frozen=True, slots=True)
class TakeOutOfCartUseCase:
    """Takes a product out."""

    desk: CartDesk

    def execute(self, request: TakeOutOfCart) -> ShownCart:
        """The cart without it. Raises NotInCart."""
        product_id = request.product_id

        def take_out(cart: Cart, _offers: Mapping[str, OnOffer]) -> Cart:
            return cart.take_out(product_id)

        return self.desk.change(request.store, request.cart_id, product_id, take_out)
