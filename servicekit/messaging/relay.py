"""The relay: the only one that publishes what the outbox holds.

A row is claimed for a while, published, and marked when the publisher has confirmed it. Whatever happens in
between, the claim runs out and the row is published again: at least once, never lost.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import sqlalchemy as sa
import structlog

from servicekit.database.database import Database
from servicekit.messaging.envelope import MAX_BYTES, Envelope
from servicekit.messaging.outbox import Outbox

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
        """There is nothing to publish: look after the connection."""
        ...


class Relay:
    """Moves rows from one outbox to its readers; any number may run."""

    def __init__(self, database: Database, outbox: Outbox, publisher: Publisher) -> None:
        self._database = database
        self._outbox = outbox
        self._table = outbox.table
        self._publisher = publisher

    def step(self) -> int:
        """Publish one window of what is due. Returns how many rows were confirmed."""
        window = self._claim()
        if not window:
            self._publisher.idle()
            return 0
        fitting = [envelope for envelope in window if len(envelope.to_json()) <= MAX_BYTES]
        self._park([envelope.id for envelope in window if envelope not in fitting])
        try:
            published = self._publisher.publish(fitting)
        except PublisherUnavailable as error:
            log.warning("relay_cannot_publish", why=str(error), waiting=len(fitting))
            published = Published(frozenset())
        self._settle(fitting, published)
        return len(published.confirmed)

    def _claim(self) -> list[Envelope]:
        columns = self._table.c
        with self._database.transaction() as transaction:
            now = transaction.now()
            due = sa.and_(columns.published_at.is_(None), columns.parked_at.is_(None), columns.next_at <= now)
            rows = transaction.connection.execute(
                sa.select(self._table)
                .where(due)
                .order_by(columns.next_at, columns.id)
                .limit(WINDOW)
                .with_for_update(skip_locked=True)
            ).all()
            self._update([row.id for row in rows], next_at=now + timedelta(seconds=CLAIM_SECONDS))
            transaction.commit()
        return [self._outbox.envelope(row) for row in rows]

    def _settle(self, window: Sequence[Envelope], published: Published) -> None:
        unconfirmed = [one.id for one in window if one.id not in published.confirmed]
        with self._database.transaction() as transaction:
            now = transaction.now()
            self._update(published.confirmed, published_at=now, error=None)
            wait = random.uniform(0.5, 2.0)  # noqa: S311 - jitter, not a secret
            self._update(
                unconfirmed,
                next_at=now + timedelta(seconds=wait),
                attempts=self._table.c.attempts + 1,
                error="not confirmed",
            )
            transaction.commit()
        for event_id, why in published.returned.items():
            log.error("event_unroutable", event_id=event_id, why=why)

    def _park(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        with self._database.transaction() as transaction:
            self._update(ids, parked_at=transaction.now(), error=f"longer than {MAX_BYTES} bytes")
            transaction.commit()
        log.error("event_unpublishable", event_ids=list(ids))

    def _update(self, ids: Sequence[str] | frozenset[str], **values: object) -> None:
        if ids:
            with self._database.transaction() as transaction:
                transaction.connection.execute(
                    sa.update(self._table).where(self._table.c.id.in_(ids)).values(values)
                )
                transaction.commit()
