"""When an order is to end, or has ended, its charge closes and the order is answered, charge or no charge."""

from dataclasses import dataclass

from payment_service.domain.charge_record import Terms
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class CloseCharge:
    """Why the order is to end; the terms complete a charge whose order was not heard of yet."""

    terms: Terms
    reason: str


@dataclass(frozen=True, slots=True)
class CloseChargeUseCase:
    """Closes charges."""

    uow: UnitOfWorkFactory
    new_id: IdSource

    def execute(self, request: CloseCharge) -> None:
        """The answer follows at once, or when the provider has said what became of the last live attempt."""
        with self.uow() as uow:
            now = uow.now()
            charge = uow.charges.opened(request.terms, now)
            charge.close(request.reason, now=now, new_id=self.new_id)
            uow.charges.save(charge)
            uow.commit()
