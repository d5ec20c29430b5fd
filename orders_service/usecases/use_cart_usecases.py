"""When a customer goes to the till with a cart, an order is made of what is in it; afterwards it is gone.

The order keeps the cart's id, and no two orders have the same: that alone makes a cart count once. What
happens to the cart itself may fail, or be cut short by a crash.
"""

from contextlib import suppress
from dataclasses import dataclass

from orders_service.domain.cart_errors import CartEmpty, CartNotFound, CartsUnavailable, CartUsed
from orders_service.domain.order_line import WantedItem
from orders_service.ports.cart_query_port import CartQueryPort
from orders_service.ports.cart_repository_port import CartRepositoryPort


@dataclass(frozen=True, slots=True)
class UnpackCart:
    """Which one."""

    store: str
    cart_id: str


@dataclass(frozen=True, slots=True)
class UnpackCartUseCase:
    """Tells what an order of a cart would be of, before it is placed."""

    carts: CartRepositoryPort
    query: CartQueryPort

    def execute(self, request: UnpackCart) -> tuple[WantedItem, ...]:
        """What is in the cart. Raises CartUsed, CartNotFound, CartEmpty, CartsUnavailable."""
        self._refuse_used(request)
        kept = self.carts.get(request.store, request.cart_id)
        if kept is None:
            # Gone, perhaps, into an order that was placed since the question before.
            self._refuse_used(request)
            raise CartNotFound(request.cart_id)
        if not kept.cart.items:
            raise CartEmpty("There is nothing in the cart.")
        return tuple(item.wanted for item in kept.cart.items)

    def _refuse_used(self, request: UnpackCart) -> None:
        order_id = self.query.order_of(request.store, request.cart_id)
        if order_id is not None:
            raise CartUsed(order_id)


@dataclass(frozen=True, slots=True)
class ForgetUsedCart:
    """Which one."""

    store: str
    cart_id: str


@dataclass(frozen=True, slots=True)
class ForgetUsedCartUseCase:
    """Removes a cart of which an order was made. One that cannot be removed is not shown, and expires."""

    carts: CartRepositoryPort

    def execute(self, request: ForgetUsedCart) -> None:
        """Never the reason that a customer is not told of their order."""
        with suppress(CartsUnavailable):
            self.carts.remove(request.store, request.cart_id)
