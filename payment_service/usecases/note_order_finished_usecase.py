"""When an order was handed over, staff may return all of its money."""

from dataclasses import dataclass

from payment_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class NoteOrderFinished:
    """Which order."""

    store: str
    order_id: str


@dataclass(frozen=True, slots=True)
class NoteOrderFinishedUseCase:
    """Remembers it with the charge."""

    uow: UnitOfWorkFactory

    def execute(self, request: NoteOrderFinished) -> None:
        """Raises UnknownCharge: the event that opens the charge is still on its way."""
        with self.uow() as uow:
            charge = uow.charges.get(request.store, request.order_id)
            charge.finish()
            uow.charges.save(charge)
            uow.commit()
