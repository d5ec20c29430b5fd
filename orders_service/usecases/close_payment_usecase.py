"""When it is sure that no money can come, an order that is to end does end, and its stock is released."""

from dataclasses import dataclass

from orders_service.domain.payment import AttemptTold
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ClosePayment:
    """What was told of the last attempt; None where there was none."""

    store: str
    order_id: str
    told: AttemptTold | None


@dataclass(frozen=True, slots=True)
class ClosePaymentUseCase:
    """Ends orders whose payment is closed."""

    uow: UnitOfWorkFactory

    def execute(self, request: ClosePayment) -> None:
        """Raises OrderNotFound: an order is stored before anybody hears of it, so waiting is in vain."""
        with self.uow() as uow:
            order = uow.orders.get(request.store, request.order_id)
            order.payment_closed(request.told, uow.now())
            uow.orders.save(order)
            uow.commit()
