"""A merchant gives up waiting for its payer."""

from dataclasses import dataclass

from fake_checkout.domain.payment import Payment
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class CancelPayment:
    """When a merchant cancels, then the code can no longer be paid. Raises UnknownPayment, ActionNotValid."""

    uow: UnitOfWorkFactory

    def execute(self, payment_id: int) -> Payment:
        """Cancel it."""
        with self.uow() as uow:
            payment = uow.payments.get(payment_id)
            payment.cancel(uow.now())
            uow.payments.save(payment)
            uow.commit()
            return payment
