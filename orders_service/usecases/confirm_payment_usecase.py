"""When a payment is approved and kept, the order is received, unless somebody has ended it."""

from dataclasses import dataclass

from orders_service.domain.payment import AttemptTold
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ConfirmPayment:
    """What was told of an order's payment."""

    store: str
    order_id: str
    told: AttemptTold


@dataclass(frozen=True, slots=True)
class ConfirmPaymentUseCase:
    """Receives orders that are paid."""

    uow: UnitOfWorkFactory

    def execute(self, request: ConfirmPayment) -> None:
        """Raises OrderNotFound: an order is stored before anybody hears of it, so waiting is in vain."""
        with self.uow() as uow:
            order = uow.orders.get(request.store, request.order_id)
            order.payment_approved(request.told, uow.now())
            uow.orders.save(order)
            uow.commit()
