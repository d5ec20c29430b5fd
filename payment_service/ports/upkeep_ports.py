"""Keeping the saga going and the database small."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class AnnouncementPort(Protocol):
    """What was said before."""

    @abstractmethod
    def say_again(self, order_id: str, event_type: str) -> None:
        """Repeat the last event of this type about the order: with a new id, and the same cause."""
        raise NotImplementedError


class LeftoversPort(Protocol):
    """Rows that have served."""

    @abstractmethod
    def purge(self, *, before: datetime, keys_before: datetime, limit: int) -> int:
        """Delete events and notices that were dealt with, and idempotency keys, from before these times.

        At most `limit` of each; gives how many were deleted. What was said, and what the provider answered,
        is kept; so is all that waits or is parked.
        """
        raise NotImplementedError
