"""When a customer or the store wants an order to end, it ends, and what it held or cost goes back."""

from dataclasses import dataclass

from orders_service.domain.order import Canceller, Order
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Which order, and who asks."""

    store: str
    order_id: str
    by: Canceller


@dataclass(frozen=True, slots=True)
class CancelOrderUseCase:
    """Cancels orders."""

    uow: UnitOfWorkFactory

    def execute(self, request: CancelOrder) -> Order:
        """The order, CANCELLING or CANCELLED. Raises OrderNotFound, TooLateToCancel."""
        with self.uow() as uow:
            order = uow.orders.get(request.store, request.order_id)
            order.cancel(request.by, uow.now())
            uow.orders.save(order)
            uow.commit()
        return order
