"""The unit of work: what one use case changes, and the events that tell of it, in one transaction."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from sqlalchemy import Connection

from servicekit.database.database import Database, Transaction
from servicekit.database.notices import Notices
from servicekit.messaging.outbox import Event, Outbox, Said


class StaleAggregate(Exception):
    """The row has changed since it was read: load it again."""


class Aggregate(Protocol):
    """An entity that guards its own changes and records the events that tell of them."""

    @property
    def subject(self) -> str:
        """What its events are about."""
        ...

    @property
    def store(self) -> str:
        """The tenant that it belongs to."""
        ...

    @property
    def version(self) -> int:
        """How often it has been saved."""
        ...

    def pull_events(self) -> Sequence[Event]:
        """The events recorded since the last call."""
        ...


class SqlUnitOfWork:
    """Rolls back unless committed; a commit writes the events of every tracked aggregate to the outbox.

    With notices, it also tells whoever listens which aggregates were saved.
    """

    def __init__(self, database: Database, outbox: Outbox, notices: Notices | None = None) -> None:
        self._database = database
        self._outbox = outbox
        self._notices = notices
        self._tracked: dict[int, Aggregate] = {}
        self._saved: set[str] = set()
        self._scope: AbstractContextManager[Transaction]
        self._transaction: Transaction

    def __enter__(self) -> Self:
        self._scope = self._database.transaction()
        self._transaction = self._scope.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._scope.__exit__(kind, error, traceback)

    @property
    def connection(self) -> Connection:
        """For the repositories, which are made for this unit of work."""
        return self._transaction.connection

    @property
    def outbox(self) -> Outbox:
        """For repositories that say an event again."""
        return self._outbox

    def now(self) -> datetime:
        """The database's time in UTC."""
        return self._transaction.now()

    def track(self, aggregate: Aggregate) -> None:
        """Repositories call this for each aggregate that they hand out or take in."""
        self._tracked[id(aggregate)] = aggregate

    def saved(self, aggregate: Aggregate) -> None:
        """Repositories call this for each aggregate that somebody may watch, when they have written it."""
        self._saved.add(f"{aggregate.store}/{aggregate.subject}")

    def commit(self) -> None:
        """Write the events, then keep everything."""
        said = [
            Said(event, aggregate.subject, aggregate.store, aggregate.version)
            for aggregate in self._tracked.values()
            for event in aggregate.pull_events()
        ]
        if said:
            self._outbox.write(self.connection, said, now=self.now())
        if self._notices is not None:
            self._notices.send(self.connection, self._saved)
        self._transaction.commit()
