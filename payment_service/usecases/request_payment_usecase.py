"""When a customer wants to try (again) to pay, another attempt begins."""

from dataclasses import dataclass

from payment_service.ports.payment_query_port import PaymentQueryPort, PaymentView
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RequestPayment:
    """For which order, and by what."""

    store: str
    order_id: str
    method: str


@dataclass(frozen=True, slots=True)
class RequestPaymentUseCase:
    """Begins attempts; the provider hears of them afterwards."""

    uow: UnitOfWorkFactory
    payments: PaymentQueryPort
    new_id: IdSource

    def execute(self, request: RequestPayment) -> PaymentView:
        """The attempt. Raises UnknownCharge, and what forbids `Charge.request_attempt`."""
        with self.uow() as uow:
            charge = uow.charges.get(request.store, request.order_id)
            payment = charge.request_attempt(request.method, now=uow.now(), new_id=self.new_id)
            uow.charges.save(charge)
            uow.commit()
        return self.payments.payment(request.store, payment.id)
