"""Keeping the saga going, the database small and its keys new."""

from abc import abstractmethod
from collections.abc import Callable
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


class SealedTextsPort(Protocol):
    """The keys of the stores' accounts, and the cards that are still to be charged."""

    @abstractmethod
    def change(self, change: Callable[[str], str]) -> int:
        """Put what `change` gives in the place of each; gives how many there were. What it raises goes on."""
        raise NotImplementedError
