"""Events to say again, and rows that have served."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from orders_service.domain.order import Order
from orders_service.infrastructure.database import CONSUMER, idempotency_keys, inbox
from orders_service.infrastructure.models.people_model import sign_in_failures
from orders_service.ports.upkeep_ports import AnnouncementPort, LeftoversPort
from servicekit.database.unit_of_work import SqlUnitOfWork
from servicekit.messaging.inbox import DONE, DROPPED


class Announcements(AnnouncementPort):
    """The outbox, as the place of what was said."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    def say_again(self, order: Order, event_type: str) -> None:
        """Copy the last row."""
        self._uow.outbox.say_again(
            self._uow.connection, subject=order.id, event_type=event_type, now=self._uow.now()
        )


class Leftovers(LeftoversPort):
    """Deleted in small batches, so that no lock lasts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def purge(
        self, *, inbox_before: datetime, keys_before: datetime, failures_before: datetime, limit: int
    ) -> int:
        """Delete the batch."""
        served = sa.and_(
            inbox.c.consumer == CONSUMER,
            inbox.c.status.in_([DONE, DROPPED]),
            inbox.c.received_at < inbox_before,
        )
        events = sa.select(inbox.c.id).where(served).limit(limit)
        old_keys = sa.select(idempotency_keys.c.store, idempotency_keys.c.scope)
        old_keys = old_keys.where(idempotency_keys.c.created_at < keys_before).limit(limit)
        key = sa.tuple_(idempotency_keys.c.store, idempotency_keys.c.scope)
        old_failures = sa.select(sign_in_failures.c.store, sign_in_failures.c.username)
        old_failures = old_failures.where(sign_in_failures.c.last_at < failures_before).limit(limit)
        name = sa.tuple_(sign_in_failures.c.store, sign_in_failures.c.username)
        deletions = (
            sa.delete(inbox).where(inbox.c.consumer == CONSUMER, inbox.c.id.in_(events)),
            sa.delete(idempotency_keys).where(key.in_(old_keys)),
            sa.delete(sign_in_failures).where(name.in_(old_failures)),
        )
        return sum(self._connection.execute(deletion).rowcount for deletion in deletions)
