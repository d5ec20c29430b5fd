"""What can go wrong about clients."""

from orders_service.domain.errors import DomainError


class InvalidCpf(DomainError):
    """The text is no CPF, or its check digits do not fit."""

    slug = "invalid-cpf"
    kind = "invalid"
    title = "Invalid CPF"


class UnknownClient(DomainError):
    """Nobody is registered in the store under the CPF."""

    slug = "unknown-client"
    kind = "invalid"
    title = "Unknown client"


class CpfRegistered(DomainError):
    """Somebody has registered in the store under the CPF."""

    slug = "cpf-registered"
    kind = "conflict"
    title = "CPF already registered"

    def __init__(self) -> None:
        super().__init__("Somebody is registered with this CPF already.")


class ClientNotFound(DomainError):
    """The store has no such client, or has one no longer."""

    slug = "client-not-found"
    kind = "not_found"
    title = "Client not found"

    def __init__(self) -> None:
        super().__init__("There is no such client.")
