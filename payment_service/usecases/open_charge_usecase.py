"""When an order is placed, its charge opens and the first Pix attempt begins: once, however often told."""

from dataclasses import dataclass

from payment_service.domain.charge_record import Terms
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """What is to be paid for the order."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class OpenChargeUseCase:
    """Opens charges."""

    uow: UnitOfWorkFactory
    new_id: IdSource

    def execute(self, request: OpenCharge) -> None:
        """Nothing new begins where the order was asked to end before."""
        with self.uow() as uow:
            now = uow.now()
            charge = uow.charges.opened(request.terms, now)
            charge.place(now=now, new_id=self.new_id)
            uow.charges.save(charge)
            uow.commit()
