"""A merchant changes what it said of a payment."""

from dataclasses import dataclass, replace

from fake_checkout.domain.payment import Payment
from fake_checkout.domain.terms import Amendment
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class UpdatePaymentRequest:
    """What is to be changed; its expiry by the merchant's clock."""

    payment_id: int
    amendment: Amendment


@dataclass(frozen=True, slots=True)
class UpdatePayment:
    """When a merchant changes it, then the payment is told so from now on.

    Raises UnknownPayment, ActionNotValid, ExpirationNotValid.
    """

    uow: UnitOfWorkFactory

    def execute(self, request: UpdatePaymentRequest) -> Payment:
        """Change it."""
        with self.uow() as uow:
            amendment = request.amendment
            if amendment.expires_at is not None:
                # The merchant does not know of the virtual clock.
                amendment = replace(amendment, expires_at=amendment.expires_at + uow.offset())
            payment = uow.payments.get(request.payment_id)
            payment.amend(amendment, uow.now())
            uow.payments.save(payment)
            uow.commit()
            return payment
