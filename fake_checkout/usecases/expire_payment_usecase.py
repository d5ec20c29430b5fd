"""A tester does not want to wait until a code expires."""

from dataclasses import dataclass

from fake_checkout.domain.payment import Payment
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ExpirePayment:
    """When a tester says so, then a pending payment expires now. Raises UnknownPayment, ActionNotValid."""

    uow: UnitOfWorkFactory

    def execute(self, payment_id: int) -> Payment:
        """Expire it."""
        with self.uow() as uow:
            payment = uow.payments.get(payment_id)
            payment.expire(uow.now())
            uow.payments.save(payment)
            uow.commit()
            return payment
