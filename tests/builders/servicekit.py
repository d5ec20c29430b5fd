"""Toys to try the plumbing with: an event, an aggregate, and the tables of a service that has both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa

from servicekit.database.clock import Clock, database_clock
from servicekit.database.database import Database
from servicekit.database.types import Json, UtcDateTime
from servicekit.database.unit_of_work import SqlUnitOfWork
from servicekit.http.idempotency import idempotency_table
from servicekit.ids import new_id
from servicekit.messaging.envelope import Envelope
from servicekit.messaging.inbox import Inbox, inbox_table
from servicekit.messaging.outbox import Outbox, Said, outbox_table

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

metadata = sa.MetaData()
notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("parent", sa.String(64), sa.ForeignKey("notes.id")),
    sa.Column("at", UtcDateTime),
    sa.Column("data", Json),
)
outbox_rows = outbox_table(metadata)
inbox_rows = inbox_table(metadata)
idempotency_rows = idempotency_table(metadata)


@dataclass(frozen=True)
class NoteTaken:
    """An event of the toy."""

    type: ClassVar[str] = "note.taken.v1"
    text: str
    at: datetime | None = None
    urgent: bool = False


@dataclass
class Note:
    """An aggregate of the toy."""

    subject: str
    store: str = "default"
    version: int = 1
    events: list[NoteTaken] = field(default_factory=list)

    def pull_events(self) -> Sequence[NoteTaken]:
        pulled, self.events = self.events, []
        return pulled


def an_envelope(**changes: Any) -> Envelope:
    parts: dict[str, Any] = {
        "id": new_id(),
        "type": "note.taken.v1",
        "source": "/notes",
        "subject": new_id(),
        "store": "default",
        "time": NOON,
        "data": {"text": "remember"},
        "sequence": 1,
        "dataschema": "/events/note.taken.v1.schema.json",
    }
    return Envelope(**{**parts, **changes})


class Service:
    """A database with the toy's tables, its outbox and its inbox."""

    def __init__(self, url: str, *, clock: Clock = database_clock, pool_size: int = 10) -> None:
        self.database = Database(url, clock=clock, pool_size=pool_size)
        self.outbox = Outbox(outbox_rows, source="/notes")
        self.inbox = Inbox(self.database, inbox_rows, "reader")

    def create_tables(self) -> "Service":
        metadata.create_all(self.database.engine)
        return self

    def unit_of_work(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.database, self.outbox)

    def write(self, note_id: str, **columns: Any) -> None:
        """Adds a note in a transaction of its own, or in the one that is open."""
        with self.database.transaction() as transaction:
            transaction.connection.execute(sa.insert(notes).values(id=note_id, **columns))
            transaction.commit()

    def say(self, *texts: str, subject: str = "s") -> None:
        """Writes an event for each text to the outbox."""
        with self.database.transaction() as transaction:
            said = [Said(NoteTaken(text), subject, "default", 1) for text in texts]
            self.outbox.write(transaction.connection, said, now=transaction.now())
            transaction.commit()

    def notes(self) -> set[str]:
        with self.database.read() as connection:
            return set(connection.scalars(sa.select(notes.c.id)))

    def outbox_rows(self) -> list[sa.Row[Any]]:
        with self.database.read() as connection:
            return list(connection.execute(sa.select(outbox_rows).order_by(outbox_rows.c.id)))

    def inbox_rows(self) -> list[sa.Row[Any]]:
        with self.database.read() as connection:
            return list(connection.execute(sa.select(inbox_rows).order_by(inbox_rows.c.id)))
