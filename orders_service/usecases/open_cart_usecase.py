"""When a customer begins to choose, they get an empty cart."""

from collections.abc import Callable
from dataclasses import dataclass

from orders_service.domain.cart import Cart
from orders_service.domain.priced_cart import PricedCart
from orders_service.ports.cart_repository_port import CartRepositoryPort
from orders_service.usecases.cart_desk import ShownCart


@dataclass(frozen=True, slots=True)
class OpenCart:
    """Where."""

    store: str


@dataclass(frozen=True, slots=True)
class OpenCartUseCase:
    """Opens carts."""

    carts: CartRepositoryPort
    new_id: Callable[[], str]

    def execute(self, request: OpenCart) -> ShownCart:
        """The new cart. Raises CartsUnavailable."""
        kept = self.carts.add(Cart(self.new_id(), request.store))
        return ShownCart(kept.cart.id, PricedCart(()), kept.expires_at)
