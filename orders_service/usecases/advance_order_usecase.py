"""When the kitchen moves an order one step forward, it is moved; preparation takes the goods out of stock."""

from dataclasses import dataclass

from orders_service.domain.order import Order
from orders_service.domain.order_progress import OrderStatus
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class AdvanceOrder:
    """Which order, and where to."""

    store: str
    order_id: str
    status: OrderStatus


@dataclass(frozen=True, slots=True)
class AdvanceOrderUseCase:
    """Moves orders through the kitchen."""

    uow: UnitOfWorkFactory

    def execute(self, request: AdvanceOrder) -> Order:
        """The order as it is then. Raises OrderNotFound, IllegalStep."""
        with self.uow() as uow:
            order = uow.orders.get(request.store, request.order_id)
            order.advance(request.status, uow.now())
            uow.orders.save(order)
            uow.commit()
        return order
