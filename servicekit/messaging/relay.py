"""The relay: the only one that publishes what the outbox holds.

A row is claimed for a while, published, and marked when the publisher has confirmed it. Whatever happens in
between, the claim runs out and the row is published again: at least once, never lost.
"""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from cloudevents.core.exceptions import CloudEventValidationError
from sqlalchemy import Row

from servicekit.database.database import Database
from servicekit.database.types import UtcDateTime
from servicekit.messaging.envelope import MAX_BYTES, Envelope
from servicekit.messaging.outbox import Outbox
from servicekit.observability.metrics import count_published

CLAIM_SECONDS = 30
WINDOW = 200
LONGEST_WAIT_SECONDS = 60

log = structlog.get_logger(__name__)


class PublisherUnavailable(Exception):
    """Nothing can be published now."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a window: ids that are safe at the other side, and ids that came back with why.

    An id in neither is unknown; it is published again.
    """

    confirmed: frozenset[str]
    returned: Mapping[str, str] = field(default_factory=dict)


class Publisher(Protocol):
    """Takes events to where their readers find them."""

    def publish(self, window: Sequence[Envelope]) -> Published:
        """Publish, and wait until each is confirmed, returned, or unknown. Raises PublisherUnavailable."""
        ...

    def idle(self) -> None:
        """There is nothing to publish: look after the connection. Raises PublisherUnavailable."""
        ...


class Relay:
    """Moves rows from one outbox to its readers; any number may run.

    `told` hears of each event that has been published, for whoever counts them; not of one said again.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        publisher: Publisher,
        told: Callable[[Envelope], None] = lambda _envelope: None,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._table = outbox.table
        self._publisher = publisher
        self._told = told

    def step(self) -> int:
        """Publish one window of what is due. Returns how many rows were confirmed.

        Raises PublisherUnavailable, with the rows due again at once, also where there is nothing to publish:
        whoever calls decides how long to wait.
        """
        rows = self._claim()
        window = [self._outbox.envelope(row) for row in rows]
        if not window:
            self._publisher.idle()
            return 0
        unfit = {envelope.id: why for envelope in window if (why := _unfit(envelope))}
        self._park(unfit)
        fitting = [envelope for envelope in window if envelope.id not in unfit]
        try:
            published = self._publisher.publish(fitting)
        except PublisherUnavailable:
            self._release(fitting)
            raise
        self._settle(fitting, published)
        self._count(fitting, published, said_again={row.id for row in rows if row.is_said_again})
        return len(published.confirmed)

    def _claim(self) -> Sequence[Row[Any]]:
        columns = self._table.c
        with self._database.transaction() as transaction:
            now = transaction.now()
            due = sa.and_(columns.published_at.is_(None), columns.parked_at.is_(None), columns.next_at <= now)
            rows = transaction.connection.execute(
                sa.select(self._table, self._is_said_again())
                .where(due)
                .order_by(columns.next_at, columns.id)
                .limit(WINDOW)
                .with_for_update(skip_locked=True)
            ).all()
            self._update([row.id for row in rows], next_at=now + timedelta(seconds=CLAIM_SECONDS))
            transaction.commit()
        return rows

    def _is_said_again(self) -> sa.Label[bool]:
        """Whether a row repeats an older one: that has the same sequence, and a new id."""
        columns, older = self._table.c, self._table.alias("older")
        same = (older.c[name] == columns[name] for name in ("subject", "type", "sequence"))
        repeated = sa.exists().where(*same, older.c.time < columns.time).correlate(self._table)
        return repeated.label("is_said_again")

    def _settle(self, window: Sequence[Envelope], published: Published) -> None:
        unconfirmed = [one.id for one in window if one.id not in published.confirmed]
        with self._database.transaction() as transaction:
            now = transaction.now()
            self._update(published.confirmed, published_at=now, error=None)
            attempts = self._table.c.attempts
            again = {"next_at": _later(attempts, now), "attempts": attempts + 1, "error": "not confirmed"}
            self._update(unconfirmed, **again)
            transaction.commit()
        for event_id, why in published.returned.items():
            log.error("event_unroutable", event_id=event_id, why=why)

    def _count(self, window: Sequence[Envelope], published: Published, said_again: Collection[str]) -> None:
        for envelope in window:
            if envelope.id in published.confirmed:
                count_published(envelope.type, "confirmed")
                if envelope.id not in said_again:
                    self._told(envelope)
            else:
                returned = envelope.id in published.returned
                count_published(envelope.type, "returned" if returned else "unconfirmed")

    def _release(self, window: Sequence[Envelope]) -> None:
        with self._database.transaction() as transaction:
            self._update([one.id for one in window], next_at=transaction.now())
            transaction.commit()

    def _park(self, unfit: Mapping[str, str]) -> None:
        for event_id, why in unfit.items():
            with self._database.transaction() as transaction:
                self._update([event_id], parked_at=transaction.now(), error=why)
                transaction.commit()
            log.error("event_unpublishable", event_id=event_id, why=why)

    def _update(self, ids: Sequence[str] | frozenset[str], **values: object) -> None:
        """Change those that are not published yet: a claim that ran out may have let another relay do it."""
        if ids:
            columns = self._table.c
            with self._database.transaction() as transaction:
                transaction.connection.execute(
                    sa.update(self._table)
                    .where(columns.id.in_(sorted(ids)), columns.published_at.is_(None))
                    .values(values)
                )
                transaction.commit()


def _unfit(envelope: Envelope) -> str | None:
    """Why nobody can ever take it; None when it can be published."""
    try:
        size = len(envelope.to_json())
    except (CloudEventValidationError, ValueError, TypeError) as error:
        return f"not a CloudEvent: {error}"
    return f"longer than {MAX_BYTES} bytes" if size > MAX_BYTES else None


def _later(attempts: sa.Column[int], now: datetime) -> sa.Case[datetime]:
    """When to try again: after a second, then twice as long each time, up to LONGEST_WAIT_SECONDS."""
    jitter = random.uniform(0.5, 1.5)  # noqa: S311 - not a secret
    waits = {tried: 2**tried for tried in range(10) if 2**tried < LONGEST_WAIT_SECONDS}
    moments = {tried: now + timedelta(seconds=wait * jitter) for tried, wait in waits.items()}
    longest = now + timedelta(seconds=LONGEST_WAIT_SECONDS * jitter)
    return sa.case(
        {tried: sa.bindparam(None, moment, UtcDateTime) for tried, moment in moments.items()},
        value=attempts,
        else_=sa.bindparam(None, longest, UtcDateTime),
    )
