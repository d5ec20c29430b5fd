"""Notifications and attempts in SQL."""

import json
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row

from fake_checkout.domain.delivery import Delivery, Notification
from fake_checkout.domain.errors import UnknownDelivery
from fake_checkout.domain.fault_rule import rules_from, written
from fake_checkout.infrastructure.models import deliveries, notifications
from fake_checkout.infrastructure.repositories.tracking import Tracking
from fake_checkout.ports.unit_of_work_port import DeliveryRepositoryPort, NotificationRepositoryPort

CLAIM = timedelta(seconds=60)
"""Longer than any attempt; what a killed process had in hand is tried again after it."""


class NotificationRepository(NotificationRepositoryPort):
    """A queue: what is due, oldest first, to one caller each."""

    def __init__(self, uow: Tracking) -> None:
        self._uow = uow

    def add(self, notification: Notification) -> None:
        """Keep a new one."""
        self._uow.connection.execute(sa.insert(notifications).values(**_notification_to_row(notification)))

    def claim(self, now: datetime) -> Notification | None:
        """The one that is longest due, for this caller alone for a while; None when nothing is due."""
        # Claims go by the real clock: the virtual one may jump while somebody is sending.
        real_now = self._uow.real_now()
        statement = (
            sa.select(notifications)
            .where(is_due(now, real_now))
            .order_by(notifications.c.next_at, notifications.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = self._uow.connection.execute(statement).first()
        if row is None:
            return None
        mine = sa.update(notifications).where(notifications.c.id == row.id)
        self._uow.connection.execute(mine.values(claimed_until=real_now + CLAIM))
        return notification_from(row)

    def save(self, notification: Notification) -> None:
        """Keep what changed, and let go of the claim."""
        row = {**_notification_to_row(notification), "claimed_until": None}
        statement = sa.update(notifications).where(notifications.c.id == notification.id)
        self._uow.connection.execute(statement.values(**row))

    def any_is_held(self, payment_id: int) -> bool:
        """Whether one waits to be overtaken by another notification of this payment."""
        waiting = notifications.c.held & (notifications.c.payment_id == payment_id)
        return bool(self._uow.connection.scalar(sa.select(sa.exists().where(waiting))))

    def release_held(self, payment_id: int, now: datetime) -> None:
        """Let those go that waited to be overtaken by another notification of this payment."""
        waiting = notifications.c.held & (notifications.c.payment_id == payment_id)
        rows = self._uow.connection.execute(sa.select(notifications).where(waiting).with_for_update())
        for row in rows.all():
            self.save(notification_from(row).released(now))


class DeliveryRepository(DeliveryRepositoryPort):
    """The log of attempts."""

    def __init__(self, uow: Tracking) -> None:
        self._uow = uow

    def add(self, delivery: Delivery) -> None:
        """Write down an attempt."""
        self._uow.connection.execute(sa.insert(deliveries).values(**_delivery_to_row(delivery)))

    def notification_of(self, delivery_id: str) -> Notification:
        """What the attempt was about. Raises UnknownDelivery."""
        statement = (
            sa.select(notifications)
            .join(deliveries, deliveries.c.notification_id == notifications.c.id)
            .where(deliveries.c.id == delivery_id)
        )
        row = self._uow.connection.execute(statement).first()
        if row is None:
            raise UnknownDelivery(f"no delivery {delivery_id}")
        return notification_from(row)


def is_due(now: datetime, real_now: datetime) -> sa.ColumnElement[bool]:
    """Whether a notification is to be tried now, and nobody is at it."""
    claimed_until = notifications.c.claimed_until
    return (notifications.c.next_at <= now) & (claimed_until.is_(None) | (claimed_until <= real_now))


def _notification_to_row(notification: Notification) -> dict[str, Any]:
    return {
        "id": notification.id,
        "payment_id": notification.payment_id,
        "user_id": notification.user_id,
        "action": notification.action,
        "url": notification.url,
        "created_at": notification.created_at,
        "next_at": notification.next_at,
        "attempt": notification.attempt,
        "faults": None if notification.faults is None else json.dumps([*map(written, notification.faults)]),
        "held": notification.held,
        "style": notification.style,
    }


def notification_from(row: Row[Any]) -> Notification:
    """The notification of a row."""
    return Notification(
        id=row.id,
        payment_id=row.payment_id,
        user_id=row.user_id,
        action=row.action,
        url=row.url,
        created_at=row.created_at,
        next_at=row.next_at,
        attempt=row.attempt,
        faults=None if row.faults is None else rules_from(json.loads(row.faults)),
        held=row.held,
        style=row.style,
    )


def _delivery_to_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "notification_id": delivery.notification_id,
        "payment_id": delivery.payment_id,
        "action": delivery.action,
        "url": delivery.url,
        "attempt": delivery.attempt,
        "sent_at": delivery.sent_at,
        "signature": delivery.signature,
        "answer_status": delivery.answer_status,
        "fault": delivery.fault,
        "style": delivery.style,
    }


def delivery_from(row: Row[Any]) -> Delivery:
    """The attempt of a row."""
    return Delivery(
        id=row.id,
        notification_id=row.notification_id,
        payment_id=row.payment_id,
        action=row.action,
        url=row.url,
        attempt=row.attempt,
        sent_at=row.sent_at,
        signature=row.signature,
        answer_status=row.answer_status,
        fault=row.fault,
        style=row.style,
    )
