"""Codes that nobody paid expire."""

from dataclasses import dataclass

from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory

BATCH = 50


@dataclass(frozen=True, slots=True)
class ExpireOverduePayments:
    """When the time of a pending payment is over, then it is cancelled as expired."""

    uow: UnitOfWorkFactory

    def execute(self) -> int:
        """Expire one batch; returns how many."""
        with self.uow() as uow:
            now = uow.now()
            overdue = uow.payments.overdue(now, BATCH)
            for payment in overdue:
                payment.expire(now)
                uow.payments.save(payment)
            uow.commit()
            return len(overdue)
