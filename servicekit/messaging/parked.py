"""Parked events: what could not be understood or published, for a person to look at, replay or drop."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from servicekit.database.database import Database
from servicekit.messaging.envelope import Envelope
from servicekit.messaging.inbox import DROPPED, INBOX_PARKED, PARKED, PENDING, Inbox, envelope_columns
from servicekit.messaging.outbox import OUTBOX_PARKED, Outbox


class NotParked(Exception):
    """No parked event has this id."""


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """One of them. `raw` is what arrived, where it could not even be read."""

    box: Literal["inbox", "outbox"]
    id: str
    type: str
    store: str
    subject: str
    time: datetime
    data: dict[str, Any]
    error: str
    raw: bytes | None


class ParkedEvents:
    """The parked events of one service, in its inbox and its outbox."""

    def __init__(self, database: Database, inbox: Inbox, outbox: Outbox) -> None:
        self._database = database
        self._inbox = inbox
        self._outbox = outbox

    def all(self) -> list[ParkedEvent]:
        """Every one, oldest first."""
        with self._database.read() as connection:
            return sorted(self._find(connection), key=lambda event: (event.time, event.id))

    def show(self, event_id: str) -> ParkedEvent:
        """The one with this id, or with the one id that begins so. Raises NotParked."""
        matches = [event for event in self.all() if event.id.startswith(event_id)]
        if len(matches) != 1:
            message = f"{len(matches)} parked events have an id that begins with {event_id!r}"
            raise NotParked(message)
        return matches[0]

    def replay(self, event_id: str) -> None:
        """Have it handled (or published) again. Raises NotParked, Unintelligible."""
        event = self.show(event_id)
        with self._database.transaction() as transaction:
            due = {"next_at": transaction.now(), "attempts": 0, "error": None}
            if event.box == "outbox":
                self._change_outbox(transaction.connection, event.id, {**due, "parked_at": None})
            else:
                read = envelope_columns(Envelope.from_json(event.raw)) if event.raw is not None else {}
                read.pop("id", None)  # the row keeps its own, by which it is found
                self._change_inbox(transaction.connection, event.id, {**due, **read, "status": PENDING})
            transaction.commit()

    def drop(self, event_id: str, reason: str) -> None:
        """Never handle (or publish) it; the row stays, with the reason. Raises NotParked."""
        event = self.show(event_id)
        with self._database.transaction() as transaction:
            error = f"dropped: {reason}"
            if event.box == "outbox":
                changes = {"dropped_at": transaction.now(), "error": error}
                self._change_outbox(transaction.connection, event.id, changes)
            else:
                self._change_inbox(transaction.connection, event.id, {"status": DROPPED, "error": error})
            transaction.commit()

    def _find(self, connection: Connection) -> list[ParkedEvent]:
        inbox, outbox = self._inbox.table, self._outbox.table
        arrived = connection.execute(
            sa.select(inbox).where(inbox.c.consumer == self._inbox.consumer, sa.text(INBOX_PARKED))
        )
        unsent = connection.execute(sa.select(outbox).where(sa.text(OUTBOX_PARKED)))
        return [_parked("inbox", row, row.raw) for row in arrived] + [
            _parked("outbox", row, None) for row in unsent
        ]

    def _change_inbox(self, connection: Connection, event_id: str, changes: dict[str, Any]) -> None:
        table = self._inbox.table
        connection.execute(
            sa.update(table)
            .where(table.c.consumer == self._inbox.consumer, table.c.id == event_id, table.c.status == PARKED)
            .values(changes)
        )

    def _change_outbox(self, connection: Connection, event_id: str, changes: dict[str, Any]) -> None:
        table = self._outbox.table
        connection.execute(
            sa.update(table).where(table.c.id == event_id, table.c.parked_at.is_not(None)).values(changes)
        )


def _parked(box: Literal["inbox", "outbox"], row: Row[Any], raw: bytes | None) -> ParkedEvent:
    return ParkedEvent(
        box, row.id, row.type, row.store, row.subject, row.time, row.data, row.error or "", raw
    )
