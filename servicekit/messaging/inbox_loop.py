"""The inbox loop: takes what is due, handles it, and marks it done in the handler's own transaction."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection, Row
from sqlalchemy.exc import OperationalError

from servicekit.database.database import Transaction
from servicekit.messaging.envelope import Envelope, Unintelligible
from servicekit.messaging.inbox import DONE, PARKED, PENDING, Inbox, envelope_of
from servicekit.observability.context import Correlation, correlated
from servicekit.observability.metrics import count_handled

Handler = Callable[[Envelope], None]
Handlers = Mapping[str, Handler | None]
"""By event type; None stands for an event that is known and asks nothing of this consumer."""

ALERT_AFTER = 5
FIRST_WAIT_SECONDS = 1
LAST_WAIT_SECONDS = 3600

log = structlog.get_logger(__name__)


class InboxLoop:
    """Handles one row at a time; any number of loops may run, in any number of processes."""

    def __init__(self, inbox: Inbox, handlers: Handlers) -> None:
        self._inbox = inbox
        self._handlers = handlers
        self._table = inbox.table

    def step(self) -> int:
        """Take one due row and handle it. Returns how many were taken: one or none."""
        with self._inbox.database.transaction() as transaction:
            row = self._claim(transaction)
            if row is None:
                return 0
            changes = self._handle(row, transaction)
            self._update(transaction.connection, row, changes)
            transaction.commit()
        # Any other type is of somebody else's making, and so could be any number of them.
        known = row.type if row.type in self._handlers else None
        count_handled(known, str(changes.get("status", "again")))
        return 1

    def _claim(self, transaction: Transaction) -> Row[Any] | None:
        columns = self._table.c
        return transaction.connection.execute(
            sa.select(self._table)
            .where(
                columns.consumer == self._inbox.consumer,
                columns.status == PENDING,
                columns.next_at <= transaction.now(),
            )
            .order_by(columns.next_at, columns.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()

    def _handle(self, row: Row[Any], transaction: Transaction) -> dict[str, object]:
        """Run the handler inside a savepoint, so that what fails leaves nothing but the row's own marks."""
        envelope = envelope_of(row)
        ids = Correlation(envelope.requestid, envelope.traceparent, causation_id=envelope.id)
        attempts = row.attempts + 1
        with correlated(ids):
            try:
                with self._inbox.database.transaction() as savepoint:
                    self._dispatch(envelope)
                    savepoint.commit()
            except Unintelligible as error:
                log.exception("event_parked", event_id=row.id, event_type=row.type)
                return {"status": PARKED, "error": _storable(str(error)), "attempts": attempts}
            except Exception as error:
                if transaction.connection.invalidated:
                    raise  # nothing can be marked on a connection that is gone: the row stays due
                _tell(row, attempts, error)
                return _again(attempts, error, transaction.now())
        return {"status": DONE, "handled_at": transaction.now(), "attempts": attempts, "error": None}

    def _dispatch(self, envelope: Envelope) -> None:
        if envelope.type not in self._handlers:
            message = f"unknown event type {envelope.type}"
            raise Unintelligible(message)
        handler = self._handlers[envelope.type]
        if handler is not None:
            handler(envelope)

    def _update(self, connection: Connection, row: Row[Any], changes: dict[str, object]) -> None:
        columns = self._table.c
        connection.execute(
            sa.update(self._table)
            .where(columns.consumer == row.consumer, columns.id == row.id)
            .values(changes)
        )


def _again(attempts: int, error: Exception, now: datetime) -> dict[str, object]:
    # What the database could not do, for a lock or for load, it can do as soon as that is over.
    if attempts >= ALERT_AFTER and not isinstance(error, OperationalError):
        wait = LAST_WAIT_SECONDS
    else:
        wait = FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, ALERT_AFTER - 1)
    wait_with_jitter = wait * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret
    return {
        "attempts": attempts,
        "error": _storable(f"{type(error).__name__}: {error}"),
        "next_at": now + timedelta(seconds=wait_with_jitter),
    }


def _tell(row: Row[Any], attempts: int, error: Exception) -> None:
    speak = log.error if attempts >= ALERT_AFTER else log.warning
    speak("event_not_handled", event_id=row.id, event_type=row.type, attempts=attempts, exc_info=error)


def _storable(text: str) -> str:
    """An error's text, which can hold anything; PostgreSQL takes neither NUL nor half a surrogate pair."""
    return text[:2000].replace("\x00", "?").encode("utf-8", errors="replace").decode("utf-8")
