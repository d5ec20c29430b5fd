"""Payers who need nobody to press a button."""

from dataclasses import dataclass
from datetime import timedelta

from fake_checkout.domain.magic import PAYS, scenario
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory

BATCH = 50
PATIENCE = timedelta(seconds=3)
"""How long after it asked a merchant is answered."""


@dataclass(frozen=True, slots=True)
class LetPayersDecide:
    """When a payment's magic value says what its payer does, then the payer does it three seconds later."""

    uow: UnitOfWorkFactory

    def execute(self) -> int:
        """Decide one batch; returns how many."""
        with self.uow() as uow:
            now = uow.now()
            decided = uow.payments.with_magic_payer(now, now - PATIENCE, BATCH)
            for payment in decided:
                if scenario(payment.terms.amount, payment.terms.external_reference) == PAYS:
                    payment.approve(now)
                else:
                    payment.reject("rejected_by_bank", now)
                uow.payments.save(payment)
            uow.commit()
            return len(decided)
