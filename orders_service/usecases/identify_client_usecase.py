"""When somebody shows their CPF, the store knows whom to greet."""

from dataclasses import dataclass

from orders_service.domain.client import Registration
from orders_service.domain.client_errors import ClientNotFound
from orders_service.domain.cpf import Cpf
from orders_service.ports.client_ports import ClientQueryPort
from orders_service.ports.secrets_ports import CpfDigest


@dataclass(frozen=True, slots=True)
class IdentifyClient:
    """By which CPF."""

    store: str
    cpf: Cpf


@dataclass(frozen=True, slots=True)
class IdentifyClientUseCase:
    """Finds clients by CPF."""

    clients: ClientQueryPort
    cpf_digest: CpfDigest

    def execute(self, request: IdentifyClient) -> Registration:
        """Who it is. Raises ClientNotFound."""
        found = self.clients.identify(request.store, self.cpf_digest(request.cpf))
        if found is None:
            raise ClientNotFound
        return found
