"""How much waits in a service's outbox and inbox, and since when. Each question is answered from an index."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from servicekit.database.database import Database
from servicekit.messaging.inbox import INBOX_PARKED, INBOX_PENDING, Inbox
from servicekit.messaging.outbox import OUTBOX_PARKED, OUTBOX_UNPUBLISHED, Outbox
from servicekit.observability.surveys import Gauge, Reading

UNPUBLISHED = Gauge("comanda_outbox_unpublished", "Events that are still to be published.", ("service",))
UNPUBLISHED_SECONDS = Gauge(
    "comanda_outbox_oldest_seconds", "Age of the oldest event still to be published; else 0.", ("service",)
)
UNHANDLED = Gauge("comanda_inbox_unhandled", "Events that arrived and are still to be handled.", ("service",))
UNHANDLED_SECONDS = Gauge(
    "comanda_inbox_oldest_seconds",
    "How long ago the oldest event still to be handled came; else 0.",
    ("service",),
)
PARKED = Gauge(
    "comanda_events_parked", "Events that are parked: neither replayed nor dropped yet.", ("service", "box")
)
BACKLOG = (UNPUBLISHED, UNPUBLISHED_SECONDS, UNHANDLED, UNHANDLED_SECONDS, PARKED)


class Backlog:
    """What waits in the boxes of one service."""

    def __init__(self, service: str, database: Database, inbox: Inbox, outbox: Outbox) -> None:
        self._service = service
        self._database = database
        self._inbox = inbox
        self._outbox = outbox

    def readings(self) -> list[Reading]:
        """A reading of each gauge of BACKLOG."""
        with self._database.read() as connection:
            return list(self._read(connection, self._database.clock(connection)))

    def _read(self, connection: Connection, now: datetime) -> Iterator[Reading]:
        service = (self._service,)
        inbox, outbox = self._inbox.table.c, self._outbox.table.c
        mine = inbox.consumer == self._inbox.consumer
        count, oldest = _waiting(connection, outbox.time, sa.text(OUTBOX_UNPUBLISHED))
        yield Reading(UNPUBLISHED, count, service)
        yield Reading(UNPUBLISHED_SECONDS, _age(oldest, now), service)
        count, oldest = _waiting(connection, inbox.received_at, mine, sa.text(INBOX_PENDING))
        yield Reading(UNHANDLED, count, service)
        yield Reading(UNHANDLED_SECONDS, _age(oldest, now), service)
        count, _ = _waiting(connection, outbox.time, sa.text(OUTBOX_PARKED))
        yield Reading(PARKED, count, (*service, "outbox"))
        count, _ = _waiting(connection, inbox.received_at, mine, sa.text(INBOX_PARKED))
        yield Reading(PARKED, count, (*service, "inbox"))


def _waiting(
    connection: Connection, since: sa.Column[datetime], *conditions: Any
) -> tuple[int, datetime | None]:
    row = connection.execute(sa.select(sa.func.count(), sa.func.min(since)).where(*conditions)).one()
    return row[0], row[1]


def _age(oldest: datetime | None, now: datetime) -> float:
    return max(0.0, (now - oldest).total_seconds()) if oldest is not None else 0.0
