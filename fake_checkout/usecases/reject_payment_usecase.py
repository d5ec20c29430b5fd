"""A payer's bank refuses to pay."""

from dataclasses import dataclass

from fake_checkout.domain.payment import Payment
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RejectPaymentRequest:
    """`status_detail` is one of the provider's words for why."""

    payment_id: int
    status_detail: str = "rejected_by_bank"


@dataclass(frozen=True, slots=True)
class RejectPayment:
    """When the bank refuses, then the payment ends without money.

    Raises UnknownPayment, UnknownStatusDetail, ActionNotValid.
    """

    uow: UnitOfWorkFactory

    def execute(self, request: RejectPaymentRequest) -> Payment:
        """Reject it."""
        with self.uow() as uow:
            payment = uow.payments.get(request.payment_id)
            payment.reject(request.status_detail, uow.now())
            uow.payments.save(payment)
            uow.commit()
            return payment
