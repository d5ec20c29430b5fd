"""Notices in SQL."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row
from sqlalchemy.dialects import postgresql, sqlite

from payment_service.domain.notification import Notification, NotificationState
from payment_service.infrastructure.models.notification_model import notifications
from payment_service.infrastructure.repositories.charge_rows import Values, work_of, work_values
from payment_service.ports.notification_repository_port import NotificationRepositoryPort


class NotificationRepository(NotificationRepositoryPort):
    """Notices by id; the fingerprint keeps the very same one from being kept twice."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, notification: Notification) -> bool:
        """Whoever comes second changes nothing."""
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        statement = insert(notifications).values(_values(notification)).on_conflict_do_nothing()
        return self._connection.execute(statement.returning(notifications.c.id)).first() is not None

    def get(self, notification_id: str) -> Notification:
        """By its id."""
        statement = sa.select(notifications).where(notifications.c.id == notification_id).with_for_update()
        return _notification(self._connection.execute(statement).one())

    def next_due(self, now: datetime) -> Notification | None:
        """The longest waiting, past those that somebody else has locked."""
        free = sa.or_(notifications.c.leased_until.is_(None), notifications.c.leased_until <= now)
        row = self._connection.execute(
            sa.select(notifications)
            .where(notifications.c.state == NotificationState.WAITING, notifications.c.next_at <= now, free)
            .order_by(notifications.c.next_at, notifications.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        return None if row is None else _notification(row)

    def save(self, notification: Notification) -> None:
        """By its id."""
        self._connection.execute(
            sa.update(notifications)
            .where(notifications.c.id == notification.id)
            .values(_values(notification))
        )


def _values(notification: Notification) -> Values:
    return {
        "id": notification.id,
        "store": notification.store,
        "topic": notification.topic,
        "provider_id": notification.provider_id,
        "fingerprint": notification.fingerprint,
        "received_at": notification.received_at,
        "collector": notification.collector,
        "state": notification.state,
        **work_values(notification.work),
    }


def _notification(row: Row[Any]) -> Notification:
    return Notification(
        id=row.id,
        store=row.store,
        topic=row.topic,
        provider_id=row.provider_id,
        fingerprint=row.fingerprint,
        received_at=row.received_at,
        collector=row.collector,
        state=NotificationState(row.state),
        work=work_of(row),
    )
