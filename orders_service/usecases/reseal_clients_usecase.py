"""When a new key is put in front of the others, what they sealed is sealed again, so that they can go."""

from dataclasses import dataclass

from orders_service.ports.client_ports import SealedClient
from orders_service.ports.secrets_ports import CannotUnseal, SealingPort
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ResealClients:
    """At most so many clients, those whose ids come after `after`; "" stands before all."""

    after: str
    limit: int


@dataclass(frozen=True, slots=True)
class Resealed:
    """How far it went, and whom no key fits. `last` is None where nobody was left."""

    last: str | None
    clients: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResealClientsUseCase:
    """Seals again with the newest key."""

    uow: UnitOfWorkFactory
    sealing: SealingPort

    def execute(self, request: ResealClients) -> Resealed:
        """Seal the batch again; again changes nothing that can be noticed."""
        unreadable = []
        with self.uow() as uow:
            batch = uow.clients.sealed(request.after, request.limit)
            for client in batch:
                try:
                    uow.clients.seal_again(self._sealed_again(client))
                except CannotUnseal:
                    unreadable.append(client.client_id)
            uow.commit()
        return Resealed(batch[-1].client_id if batch else None, len(batch), tuple(unreadable))

    def _sealed_again(self, client: SealedClient) -> SealedClient:
        cpf, email = client.sealed_cpf, client.sealed_email
        return SealedClient(
            client.client_id,
            self.sealing.seal_again(cpf) if cpf is not None else None,
            self.sealing.seal_again(email) if email is not None else None,
        )
