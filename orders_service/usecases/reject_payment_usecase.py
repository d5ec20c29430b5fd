"""When an attempt to pay fails, the order shows it; with none left it is cancelled and its stock released."""

from dataclasses import dataclass

from orders_service.domain.payment import AttemptTold
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RejectPayment:
    """What was told of an order's payment."""

    store: str
    order_id: str
    told: AttemptTold
    attempts_left: int


@dataclass(frozen=True, slots=True)
class RejectPaymentUseCase:
    """Tells of payments that failed."""

    uow: UnitOfWorkFactory

    def execute(self, request: RejectPayment) -> None:
        """Raises OrderNotFound: an order is stored before anybody hears of it, so waiting is in vain."""
        with self.uow() as uow:
            order = uow.orders.get(request.store, request.order_id)
            order.payment_rejected(request.told, request.attempts_left, uow.now())
            uow.orders.save(order)
            uow.commit()
