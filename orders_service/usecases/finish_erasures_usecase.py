"""When the last order of somebody who was erased is over, what was noted on it is erased, too."""

from dataclasses import dataclass

from orders_service.ports.client_ports import ForgetOverwritten
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory
from orders_service.usecases.sweep import Sweep


@dataclass(frozen=True, slots=True)
class FinishErasuresUseCase:
    """Erases notes that the kitchen needed until now."""

    uow: UnitOfWorkFactory
    forget_overwritten: ForgetOverwritten

    def execute(self, request: Sweep) -> int:
        """Of how many clients notes were erased."""
        with self.uow() as uow:
            clients = uow.clients.forget_notes(request.limit)
            uow.commit()
        if clients:
            self.forget_overwritten()
        return clients
