"""When somebody registers, the store knows them by their CPF, which nobody can read in its books."""

from collections.abc import Callable
from dataclasses import dataclass, field

from orders_service.domain.client import Client, Registration
from orders_service.domain.client_errors import CpfRegistered
from orders_service.domain.cpf import Cpf
from orders_service.ports.client_ports import Particulars
from orders_service.ports.secrets_ports import CpfDigest, SealingPort
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RegisterClient:
    """Who."""

    store: str
    cpf: Cpf
    name: str = field(repr=False)
    email: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class RegisterClientUseCase:
    """Registers clients."""

    uow: UnitOfWorkFactory
    new_id: Callable[[], str]
    cpf_digest: CpfDigest
    sealing: SealingPort

    def execute(self, request: RegisterClient) -> Registration:
        """What is known of them now. Raises CpfRegistered."""
        client = Client(self.new_id(), request.name)
        sealed_cpf = self.sealing.seal(request.cpf.digits)
        sealed_email = self.sealing.seal(request.email) if request.email is not None else None
        with self.uow() as uow:
            now = uow.now()
            particulars = Particulars(sealed_cpf, sealed_email, now)
            if not uow.clients.add(request.store, client, self.cpf_digest(request.cpf), particulars):
                raise CpfRegistered
            uow.commit()
        return Registration(client, request.cpf, request.email, now)
