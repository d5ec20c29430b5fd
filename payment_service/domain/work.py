"""When the provider is asked about a payment or a refund, and who may store its answer."""

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

POLL_SECONDS = (5, 10, 20, 40, 60)
RETRY_SECONDS = (0, 2, 4, 8, 16, 32, 60)
PURSUIT_SECONDS = (0, 5, 15, 60, 300, 900, 3600)
REMINDER_SECONDS = (30, 60, 120, 300, 900, 3600)
LONGEST_EXTRA_SECONDS = 60
ALERT_AFTER_TRIES = 5


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to ask of the provider, over and over.

    It is due at `next_at`, unless somebody has it: whoever takes it has until `leased_until` to bring the
    answer, and raises `lease`. An answer that comes back with an older lease is too late and is not stored.
    `tries` counts what was asked in vain.
    """

    next_at: datetime | None = None
    tries: int = 0
    lease: int = 0
    leased_until: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """When somebody should take it, if ever."""
        if self.next_at is None or self.leased_until is None:
            return self.next_at
        return max(self.next_at, self.leased_until)

    def is_due(self, now: datetime) -> bool:
        """Whether somebody should take it now."""
        return self.due_at is not None and self.due_at <= now

    def taken(self, until: datetime) -> "Work":
        """Mine until then."""
        return replace(self, leased_until=until, lease=self.lease + 1)

    def released(self) -> "Work":
        """The answer was brought."""
        return replace(self, leased_until=None)

    def afresh(self, at: datetime | None) -> "Work":
        """Something changed: the count of tries begins again. A call that is under way stays so."""
        return replace(self, next_at=at, tries=0)

    def again(self, at: datetime | None) -> "Work":
        """Asked in vain: once more, later."""
        return replace(self, next_at=at, tries=self.tries + 1, leased_until=None)

    def put_off(self, at: datetime) -> "Work":
        """Not asked at all, so not in vain: then."""
        return replace(self, next_at=at, leased_until=None)

    def rested(self) -> "Work":
        """Nothing more to ask."""
        return replace(self, next_at=None, leased_until=None)


def poll_delay(tries: int) -> timedelta:
    """How long until a pending payment is looked at again: 5, 10, 20, 40, 60 s, then every minute."""
    return _step(POLL_SECONDS, tries)


def retry_delay(tries: int) -> timedelta:
    """How long to wait before a call without an answer is repeated: at once, then doubling up to a minute."""
    return _step(RETRY_SECONDS, tries)


def pursuit_delay(tries: int) -> timedelta:
    """How long to wait before money is offered back once more: at once, growing to an hour, for ever."""
    return _step(PURSUIT_SECONDS, tries)


def reminder_delay(reminders: int) -> timedelta:
    """How long to wait for another service's answer before it is told again: 30 s, growing to an hour."""
    return _step(REMINDER_SECONDS, reminders)


def spread(delay: timedelta, key: str) -> timedelta:
    """Between half of it and all, as the key has it: what failed together does not come again together."""
    return delay * (1 + _share(key)) / 2


def after_rest(wait: int, key: str) -> timedelta:
    """`wait` seconds, and up to as many more or a minute, as the key has it: not all come at one instant."""
    return timedelta(seconds=wait + min(wait, LONGEST_EXTRA_SECONDS) * _share(key))


def _share(key: str) -> float:
    """From 0 up to 1: by chance, but always the same for the same key."""
    return zlib.crc32(key.encode()) / 2**32


def _step(seconds: tuple[int, ...], tries: int) -> timedelta:
    return timedelta(seconds=seconds[min(tries, len(seconds) - 1)])
