"""Keeping the saga going and the database small."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from orders_service.domain.order import Order


class AnnouncementPort(Protocol):
    """What was said before."""

    @abstractmethod
    def say_again(self, order: Order, event_type: str) -> None:
        """Repeat the last event of this type about the order: with a new id, and the same cause."""
        raise NotImplementedError


class LeftoversPort(Protocol):
    """Rows that have served."""

    @abstractmethod
    def purge(
        self, *, inbox_before: datetime, keys_before: datetime, failures_before: datetime, limit: int
    ) -> int:
        """Delete what is older than these times, at most `limit` of each.

        Events that were handled, idempotency keys that were stored, and names under which signing in failed.

        Gives how many were deleted. What was said is kept, and so is what waits or is parked.
        """
        raise NotImplementedError
