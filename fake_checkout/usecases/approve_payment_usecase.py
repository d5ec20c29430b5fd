"""A payer pays."""

from dataclasses import dataclass

from fake_checkout.domain.payment import Payment
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ApprovePaymentRequest:
    """`force` pays even what has already ended without money, as a late bank does."""

    payment_id: int
    force: bool = False


@dataclass(frozen=True, slots=True)
class ApprovePayment:
    """When a payer pays, then the merchant has the money. Raises UnknownPayment, ActionNotValid."""

    uow: UnitOfWorkFactory

    def execute(self, request: ApprovePaymentRequest) -> Payment:
        """Pay it."""
        with self.uow() as uow:
            payment = uow.payments.get(request.payment_id)
            payment.approve(uow.now(), force=request.force)
            uow.payments.save(payment)
            uow.commit()
            return payment
