"""When somebody asks to be forgotten, the store forgets them; what they ordered stays, as nobody's."""

from dataclasses import dataclass

from orders_service.domain.client_errors import ClientNotFound
from orders_service.ports.client_ports import ForgetOverwritten
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class EraseClient:
    """Whom."""

    store: str
    client_id: str


@dataclass(frozen=True, slots=True)
class EraseClientUseCase:
    """Erases personal data."""

    uow: UnitOfWorkFactory
    forget_overwritten: ForgetOverwritten

    def execute(self, request: EraseClient) -> None:
        """Erase it; again changes nothing. Raises ClientNotFound."""
        with self.uow() as uow:
            if not uow.clients.erase(request.store, request.client_id, uow.now()):
                raise ClientNotFound
            uow.commit()
        self.forget_overwritten()
