"""When an order goes on, it has heard that it is paid; handed over, staff may return all of its money."""

from dataclasses import dataclass

from payment_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class NoteOrderProgress:
    """Which order; `finished` once it was handed over."""

    store: str
    order_id: str
    finished: bool


@dataclass(frozen=True, slots=True)
class NoteOrderProgressUseCase:
    """Remembers it with the charge."""

    uow: UnitOfWorkFactory

    def execute(self, request: NoteOrderProgress) -> None:
        """Raises UnknownCharge: the event that opens the charge is still on its way."""
        with self.uow() as uow:
            charge = uow.charges.get(request.store, request.order_id)
            charge.order_goes_on(finished=request.finished)
            uow.charges.save(charge)
            uow.commit()
