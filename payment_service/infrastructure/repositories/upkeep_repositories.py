"""Events to say again, rows that have served, and texts to be sealed again."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from payment_service.domain.notification import NotificationState
from payment_service.infrastructure.database import CONSUMER, idempotency_keys, inbox
from payment_service.infrastructure.models.account_model import provider_accounts
from payment_service.infrastructure.models.charge_model import payments
from payment_service.infrastructure.models.notification_model import notifications
from payment_service.ports.upkeep_ports import AnnouncementPort, LeftoversPort, SealedTextsPort
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


SEALED = (
    provider_accounts.c.sealed_access_token,
    provider_accounts.c.sealed_webhook_secret,
    payments.c.sealed_card,
)


class SealedTexts(SealedTextsPort):
    """Each row is locked while its text is changed: there are few, since a card is soon forgotten."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def change(self, change: Callable[[str], str]) -> int:
        """Column by column."""
        return sum(self._change(column, change) for column in SEALED)

    def _change(self, column: sa.Column[str], change: Callable[[str], str]) -> int:
        key = list(column.table.primary_key)
        sealed = sa.select(*key, column).where(column.is_not(None)).order_by(*key).with_for_update()
        rows = self._connection.execute(sealed).all()
        for *ids, text in rows:
            this = sa.and_(*(one == value for one, value in zip(key, ids, strict=True)))
            self._connection.execute(sa.update(column.table).where(this).values({column.name: change(text)}))
        return len(rows)
