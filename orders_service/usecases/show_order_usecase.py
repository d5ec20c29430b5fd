"""When somebody who knows an order's id asks for it, they see it."""

from dataclasses import dataclass

from orders_service.domain.order import Order
from orders_service.domain.order_errors import OrderNotFound
from orders_service.ports.order_query_port import OrderQueryPort


@dataclass(frozen=True, slots=True)
class ShowOrder:
    """Which one."""

    store: str
    order_id: str


@dataclass(frozen=True, slots=True)
class ShowOrderUseCase:
    """Shows an order."""

    orders: OrderQueryPort

    def execute(self, request: ShowOrder) -> Order:
        """The order as it is now; to be read only. Raises OrderNotFound."""
        order = self.orders.find(request.store, request.order_id)
        if order is None:
            raise OrderNotFound(request.order_id)
        return order
