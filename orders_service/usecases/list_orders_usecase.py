"""When the kitchen looks at its queue, it sees what is ready, what is being made and what comes next."""

from dataclasses import dataclass

from orders_service.domain.order import Order
from orders_service.domain.order_progress import KITCHEN_QUEUE, OrderStatus
from orders_service.ports.order_query_port import OrderQueryPort, QueuePosition
from orders_service.ports.page import Page


@dataclass(frozen=True, slots=True)
class ListOrders:
    """A page of `limit` orders after a position. Without a status: the kitchen's queue."""

    store: str
    status: OrderStatus | None
    after: QueuePosition | None
    limit: int


@dataclass(frozen=True, slots=True)
class ListOrdersUseCase:
    """Lists orders."""

    orders: OrderQueryPort

    def execute(self, request: ListOrders) -> Page[Order, QueuePosition]:
        """The page."""
        statuses = KITCHEN_QUEUE if request.status is None else (request.status,)
        return self.orders.queue(request.store, statuses, request.after, request.limit)
