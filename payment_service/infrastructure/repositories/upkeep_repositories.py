"""Events to say again, and rows that have served."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from payment_service.domain.notification import NotificationState
from payment_service.infrastructure.database import CONSUMER, idempotency_keys, inbox
from payment_service.infrastructure.models.notification_model import notifications
from payment_service.ports.upkeep_ports import AnnouncementPort, LeftoversPort
from servicekit.database.unit_of_work import SqlUnitOfWork
from servicekit.messaging.inbox import DONE, DROPPED


class Announcements(AnnouncementPort):
    """The outbox, as the place of what was said."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    def say_again(self, order_id: str, event_type: str) -> None:
        """Copy the last row."""
        self._uow.outbox.say_again(
            self._uow.connection, subject=order_id, event_type=event_type, now=self._uow.now()
        )


class Leftovers(LeftoversPort):
    """Deleted in small batches, so that no lock lasts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def purge(self, *, before: datetime, keys_before: datetime, limit: int) -> int:
        """Delete the batch."""
        served = sa.and_(
            inbox.c.consumer == CONSUMER,
            inbox.c.status.in_([DONE, DROPPED]),
            inbox.c.received_at < before,
        )
        events = sa.select(inbox.c.id).where(served).limit(limit)
        looked_into = sa.and_(
            notifications.c.state != NotificationState.WAITING, notifications.c.received_at < before
        )
        notices = sa.select(notifications.c.id).where(looked_into).limit(limit)
        old_keys = sa.select(idempotency_keys.c.store, idempotency_keys.c.scope)
        old_keys = old_keys.where(idempotency_keys.c.created_at < keys_before).limit(limit)
        key = sa.tuple_(idempotency_keys.c.store, idempotency_keys.c.scope)
        deletions = (
            sa.delete(inbox).where(inbox.c.consumer == CONSUMER, inbox.c.id.in_(events)),
            sa.delete(notifications).where(notifications.c.id.in_(notices)),
            sa.delete(idempotency_keys).where(key.in_(old_keys)),
        )
        return sum(self._connection.execute(deletion).rowcount for deletion in deletions)
