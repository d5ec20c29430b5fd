"""When a cart is no longer wanted, it is gone."""

from dataclasses import dataclass

from orders_service.domain.cart_errors import CartNotFound
from orders_service.ports.cart_repository_port import CartRepositoryPort


@dataclass(frozen=True, slots=True)
class DiscardCart:
    """Which one."""

    store: str
    cart_id: str


@dataclass(frozen=True, slots=True)
class DiscardCartUseCase:
    """Discards one cart."""

    carts: CartRepositoryPort

    def execute(self, request: DiscardCart) -> None:
        """Raises CartNotFound, CartsUnavailable."""
        if not self.carts.remove(request.store, request.cart_id):
            raise CartNotFound(request.cart_id)
