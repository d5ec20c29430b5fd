"""When there is a payment to make, the order shows how."""

from dataclasses import dataclass

from orders_service.domain.payment import AttemptTold, PaymentCode
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ShowPayment:
    """What was told of an order's payment."""

    store: str
    order_id: str
    told: AttemptTold
    code: PaymentCode


@dataclass(frozen=True, slots=True)
class ShowPaymentUseCase:
    """Shows attempts to pay."""

    uow: UnitOfWorkFactory

    def execute(self, request: ShowPayment) -> None:
        """Raises OrderNotFound: an order is stored before anybody hears of it, so waiting is in vain."""
        with self.uow() as uow:
            order = uow.orders.get(request.store, request.order_id)
            order.payment_created(request.told, request.code, uow.now())
            uow.orders.save(order)
            uow.commit()
