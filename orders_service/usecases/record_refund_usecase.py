"""When money goes back, or a refund fails, the order shows how much has gone back."""

from dataclasses import dataclass

from orders_service.domain.payment import AttemptTold
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RecordRefund:
    """What was told of an order's payment."""

    store: str
    order_id: str
    told: AttemptTold
    refunded_total: int


@dataclass(frozen=True, slots=True)
class RecordRefundUseCase:
    """Keeps what was refunded, in centavos."""

    uow: UnitOfWorkFactory

    def execute(self, request: RecordRefund) -> None:
        """Raises OrderNotFound: an order is stored before anybody hears of it, so waiting is in vain."""
        with self.uow() as uow:
            order = uow.orders.get(request.store, request.order_id)
            order.payment_refunded(request.told, request.refunded_total, uow.now())
            uow.orders.save(order)
            uow.commit()
