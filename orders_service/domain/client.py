"""A client of a store."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who registered. The CPF is not here: it is only ever looked up by its keyed digest."""

    id: str
    name: str
