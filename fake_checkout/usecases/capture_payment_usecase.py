"""A merchant takes what a bank has set aside."""

from dataclasses import dataclass

from fake_checkout.domain.payment import Payment
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class CapturePaymentRequest:
    """`amount` in centavos; None for all that is authorized."""

    payment_id: int
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class CapturePayment:
    """When a merchant captures, then the money is its own.

    Raises UnknownPayment, ActionNotValid, CaptureTooLarge.
    """

    uow: UnitOfWorkFactory

    def execute(self, request: CapturePaymentRequest) -> Payment:
        """Capture it."""
        with self.uow() as uow:
            payment = uow.payments.get(request.payment_id)
            payment.capture(request.amount, uow.now())
            uow.payments.save(payment)
            uow.commit()
            return payment
