"""The outbox: events that were decided and are still to be told.

A row is written in the transaction of the change that it tells of; the relay alone publishes it.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from servicekit.database.types import Json, UtcDateTime
from servicekit.ids import new_id
from servicekit.messaging.envelope import Envelope
from servicekit.observability.context import Correlation, current_correlation

OUTBOX_UNPUBLISHED = "published_at IS NULL AND parked_at IS NULL"
OUTBOX_PARKED = "parked_at IS NOT NULL AND dropped_at IS NULL"
"""As the partial indexes say it; a query that is to use one says the same."""


class Event(Protocol):
    """A fact, as a dataclass: `type` names it, its fields are the event's data."""

    type: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Said:
    """An event with its subject, its tenant, and the version of the aggregate that spoke."""

    event: Event
    subject: str
    store: str
    sequence: int


def outbox_table(metadata: sa.MetaData) -> sa.Table:
    """Define the table. `next_at` is when the relay may take the row (again)."""
    return sa.Table(
        "outbox",
        metadata,
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("store", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("time", UtcDateTime, nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("causationid", sa.String(64)),
        sa.Column("traceparent", sa.String(64)),
        sa.Column("requestid", sa.String(128)),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("published_at", UtcDateTime),
        sa.Column("parked_at", UtcDateTime),
        sa.Column("dropped_at", UtcDateTime),
        sa.Column("error", sa.Text),
        sa.Index("ix_outbox_subject", "subject", "type"),
        sa.Index(
            "ix_outbox_due",
            "next_at",
            postgresql_where=sa.text(OUTBOX_UNPUBLISHED),
            sqlite_where=sa.text(OUTBOX_UNPUBLISHED),
        ),
        sa.Index(
            "ix_outbox_parked",
            "parked_at",
            postgresql_where=sa.text(OUTBOX_PARKED),
            sqlite_where=sa.text(OUTBOX_PARKED),
        ),
    )


class Outbox:
    """Writes events, inside the transaction open on the connection given. `source` names who speaks.

    `heard` is the inbox of a service that answers others' events only after a while, from a loop that has no
    event in hand: what is said then counts as caused by the last that was heard about the subject.
    """

    def __init__(self, table: sa.Table, source: str, *, heard: sa.Table | None = None) -> None:
        self.table = table
        self.source = source
        self._heard = heard

    def write(self, connection: Connection, said: Sequence[Said], *, now: datetime) -> None:
        """Add the events, in the order given, with the ids of the work that they belong to."""
        rows = [_row(one, now, self._correlation(connection, one.subject)) for one in said]
        connection.execute(sa.insert(self.table), rows)

    def say_again(self, connection: Connection, *, subject: str, event_type: str, now: datetime) -> bool:
        """Repeat the last event of this type about the subject: a new id, the same cause. False: none was."""
        last = connection.execute(
            sa.select(self.table)
            .where(self.table.c.subject == subject, self.table.c.type == event_type)
            .order_by(self.table.c.time.desc(), self.table.c.id.desc())
            .limit(1)
        ).first()
        if last is None:
            return False
        fresh = {"id": new_id(), "next_at": now, "attempts": 0}
        cleared = dict.fromkeys(("published_at", "parked_at", "dropped_at", "error"))
        connection.execute(sa.insert(self.table).values({**last._asdict(), **fresh, **cleared, "time": now}))
        return True

    def _correlation(self, connection: Connection, subject: str) -> Correlation:
        current = current_correlation()
        if self._heard is None or current != Correlation():
            return current
        columns = self._heard.c
        last = connection.execute(
            sa.select(columns.requestid, columns.traceparent, columns.id)
            .where(columns.subject == subject)
            .order_by(columns.received_at.desc(), columns.id.desc())
            .limit(1)
        ).first()
        return (
            current if last is None else Correlation(last.requestid, last.traceparent, causation_id=last.id)
        )

    def envelope(self, row: Row[Any]) -> Envelope:
        """The row as it travels."""
        return Envelope(
            id=row.id,
            type=row.type,
            source=self.source,
            subject=row.subject,
            store=row.store,
            time=row.time,
            data=row.data,
            sequence=row.sequence,
            dataschema=f"/events/{row.type}.schema.json",
            causationid=row.causationid,
            traceparent=row.traceparent,
            requestid=row.requestid,
        )


def _row(said: Said, now: datetime, correlation: Correlation) -> dict[str, object]:
    fields = dataclasses.fields(said.event)
    return {
        "id": new_id(),
        "type": said.event.type,
        "store": said.store,
        "subject": said.subject,
        "sequence": said.sequence,
        "time": now,
        "data": {field.name: _plain(getattr(said.event, field.name)) for field in fields},
        "causationid": correlation.causation_id,
        "traceparent": correlation.traceparent,
        "requestid": correlation.request_id,
        "next_at": now,
    }


def _plain(value: object) -> object:
    return instant(value) if isinstance(value, datetime) else value


def instant(value: datetime) -> str:
    """RFC 3339 in UTC, such as 2026-11-21T23:16:00.120Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
