"""Storing the provider's notices."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from payment_service.domain.notification import Notification


class NotificationRepositoryPort(Protocol):
    """Notices, as they came in."""

    @abstractmethod
    def add(self, notification: Notification) -> bool:
        """Keep a new one. False, with nothing changed, where the very same was kept before."""
        raise NotImplementedError

    @abstractmethod
    def get(self, notification_id: str) -> Notification:
        """One that was added, locked until the end of the unit of work."""
        raise NotImplementedError

    @abstractmethod
    def next_due(self, now: datetime) -> Notification | None:
        """One to look into, locked; whoever asks at the same time gets another one, or none."""
        raise NotImplementedError

    @abstractmethod
    def save(self, notification: Notification) -> None:
        """Keep what became of it."""
        raise NotImplementedError
