"""A client of a store."""

from dataclasses import dataclass
from datetime import datetime

from orders_service.domain.cpf import Cpf


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who registered, as orders know them. The CPF is not here: orders have no use for it."""

    id: str
    name: str

    @property
    def first_name(self) -> str:
        """What is called at the counter, and all that a stranger who knows the CPF may learn."""
        return self.name.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Registration:
    """All that a store knows of a client. None stands for what was not given, or is unreadable."""

    client: Client
    cpf: Cpf | None
    email: str | None
    registered_at: datetime | None
