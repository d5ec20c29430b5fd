"""The inbox: events that arrived and are still to be handled. It is the work queue.

What arrives is stored, many messages in one transaction, and only then acknowledged.
The inbox loop does the work.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import Row
from sqlalchemy.dialects import postgresql, sqlite

from servicekit.database.database import Database
from servicekit.database.types import Json, UtcDateTime
from servicekit.messaging.envelope import CONTENT_TYPE, MAX_BYTES, Envelope, Unintelligible

PENDING, DONE, PARKED, DROPPED = "pending", "done", "parked", "dropped"
INBOX_PENDING = f"status = '{PENDING}'"
INBOX_PARKED = f"status = '{PARKED}'"
"""As the partial indexes say it; a query that is to use one says the same."""
UNKNOWN = "?"
"""Stands for type, tenant and subject of a message that could not be read."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Poison:
    """A message that could not be read, kept as it came, with why."""

    raw: bytes
    why: str

    @property
    def id(self) -> str:
        """The same bytes again are the same message."""
        return hashlib.sha256(self.raw).hexdigest()


def read_message(raw: bytes, content_type: object = CONTENT_TYPE) -> Envelope | Poison:
    """What arrived, understood or not; `content_type` is what the message says of itself."""
    if str(content_type).partition(";")[0].strip().lower() != CONTENT_TYPE:
        return Poison(raw, f"its content type is {content_type!r}")
    try:
        return Envelope.from_json(raw)
    except Unintelligible as error:
        return Poison(raw, str(error))


def inbox_table(metadata: sa.MetaData) -> sa.Table:
    """Define the table. `next_at` is when the loop may take the row.

    `raw` is kept of poison alone, and no more of it than could ever be read.
    """
    return sa.Table(
        "inbox",
        metadata,
        sa.Column("consumer", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("store", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("time", UtcDateTime, nullable=False),
        sa.Column("dataschema", sa.String(200), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("causationid", sa.String(64)),
        sa.Column("traceparent", sa.String(64)),
        sa.Column("requestid", sa.String(128)),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("handled_at", UtcDateTime),
        sa.Column("error", sa.Text),
        sa.Index("ix_inbox_subject", "subject"),
        sa.Index(
            "ix_inbox_due",
            "consumer",
            "next_at",
            postgresql_where=sa.text(INBOX_PENDING),
            sqlite_where=sa.text(INBOX_PENDING),
        ),
        sa.Index(
            "ix_inbox_parked",
            "consumer",
            "received_at",
            postgresql_where=sa.text(INBOX_PARKED),
            sqlite_where=sa.text(INBOX_PARKED),
        ),
    )


class Inbox:
    """One consumer's rows of the table."""

    def __init__(self, database: Database, table: sa.Table, consumer: str) -> None:
        self.database = database
        self.table = table
        self.consumer = consumer

    def store(self, messages: Sequence[Envelope | Poison]) -> None:
        """Keep the messages; what is here already changes nothing. Poison is parked at once."""
        if not messages:
            return
        with self.database.transaction() as transaction:
            now = transaction.now()
            rows = [self._row(message, now) for message in messages]
            # In one order everywhere: two that store the same rows then wait for each other, never crosswise.
            rows.sort(key=lambda row: str(row["id"]))
            transaction.connection.execute(self._insert_new(), rows)
            transaction.commit()
        for poison in messages:
            if isinstance(poison, Poison):
                log.error("event_parked", event_id=poison.id, event_type=UNKNOWN, why=poison.why)

    def _insert_new(self) -> sa.Insert:
        if self.database.dialect == "sqlite":
            return sqlite.insert(self.table).on_conflict_do_nothing()
        return postgresql.insert(self.table).on_conflict_do_nothing()

    def _row(self, message: Envelope | Poison, now: datetime) -> dict[str, object]:
        state = {"consumer": self.consumer, "received_at": now, "next_at": now, "attempts": 0}
        if isinstance(message, Poison):
            return state | _poison_columns(message, now)
        return state | envelope_columns(message) | {"raw": None, "status": PENDING, "error": None}


def envelope_columns(envelope: Envelope) -> dict[str, object]:
    """The columns that hold an envelope."""
    return {name: getattr(envelope, name) for name in Envelope.__dataclass_fields__}


def envelope_of(row: Row[Any]) -> Envelope:
    """The envelope that a row holds."""
    return Envelope(**{name: getattr(row, name) for name in Envelope.__dataclass_fields__})


def _poison_columns(poison: Poison, now: datetime) -> dict[str, object]:
    unread = dict.fromkeys(("type", "source", "store", "subject", "dataschema"), UNKNOWN)
    absent = dict.fromkeys(("causationid", "traceparent", "requestid"))
    known = {"id": poison.id, "sequence": 0, "time": now, "data": {}, "raw": poison.raw[:MAX_BYTES]}
    return {**unread, **absent, **known, "status": PARKED, "error": poison.why}
