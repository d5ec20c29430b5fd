"""What every kind of book can do."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol, Self

from audit.facts import ORDERS, PAYMENTS, PROVIDER, Fact

BATCH = 5_000
"""Rows that are in memory at a time."""

Rows = Sequence[Sequence[object]]


TITLES = {ORDERS: "orders database", PAYMENTS: "payments database", PROVIDER: "provider's books"}


class CannotRead(Exception):
    """A book or a file could not be read, or not as one moment; the text is one line for an operator."""

    def __init__(self, name: str, why: object) -> None:
        super().__init__(
            f"The {TITLES.get(name, name)} cannot be read: {str(why).strip().partition(chr(10))[0]}"
        )


class Book(Protocol):
    """One party's books. Every method raises CannotRead."""

    name: str

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def now(self) -> datetime:
        """The time by its own clock, in UTC. To be asked before any snapshot is taken."""
        ...

    def offset(self) -> timedelta:
        """How far its times were moved from that clock on purpose, as testers do with the provider's."""
        ...

    def begin(self) -> None:
        """Take the snapshot that everything is read from."""
        ...

    def size(self) -> int:
        """About how many rows it has for us."""
        ...

    def rows(self) -> Iterator[tuple[Fact, Rows]]:
        """All its facts, in batches."""
        ...

    def finish(self) -> None:
        """Make sure that what was read was one moment."""
        ...
