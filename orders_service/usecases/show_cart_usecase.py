"""When a customer looks into their cart, they see what it costs now, and what is news since they last did."""

from dataclasses import dataclass

from orders_service.usecases.cart_desk import CartDesk, ShownCart


@dataclass(frozen=True, slots=True)
class ShowCart:
    """Which one."""

    store: str
    cart_id: str


@dataclass(frozen=True, slots=True)
class ShowCartUseCase:
    """Shows one cart."""

    desk: CartDesk

    def execute(self, request: ShowCart) -> ShownCart:
        """The cart. Raises CartNotFound, CartsUnavailable."""
        return self.desk.show(request.store, request.cart_id)
