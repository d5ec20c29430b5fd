"""When a store is open: intervals of the week, in the store's own time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from orders_service.domain.local_time import instant_of
from orders_service.domain.store_errors import UnknownTimeZone

OF_THE_MACHINE = frozenset({"localtime", "Factory"})
"""Names that mean another zone on each machine, or none."""
DAYS_LOOKED_AT = range(-2, 16)
"""From today on. What began before may still last; a clock put forward may swallow one week's interval."""


def time_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises UnknownTimeZone."""
    if name not in _names():
        raise UnknownTimeZone(name)
    return ZoneInfo(name)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones() - OF_THE_MACHINE)


@dataclass(frozen=True, slots=True)
class OpenInterval:
    """On a weekday (0 is Monday) from `opens` until `closes`; on the next day, where that is not later."""

    weekday: int
    opens: time
    closes: time

    def beginning(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Where it begins on this day: the instants from which on it is open, and is closed again."""
        last_day = day if self.opens < self.closes else day + timedelta(days=1)
        opens, closes = datetime.combine(day, self.opens), datetime.combine(last_day, self.closes)
        return instant_of(opens, zone), instant_of(closes, zone)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A store's week. Without intervals it is always open; where they overlap, the store is open in each."""

    intervals: tuple[OpenInterval, ...] = ()

    def opens_at(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The next instant at which it opens, in UTC; None where it is open now."""
        if not self.intervals:
            return None
        spans = list(self._spans(now.astimezone(zone).date(), zone))
        if any(start <= now < end for start, end in spans):
            return None
        return min(start for start, end in spans if now < start < end)

    def _spans(self, today: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        for day in (today + timedelta(days=days) for days in DAYS_LOOKED_AT):
            for interval in self.intervals:
                if interval.weekday == day.weekday():
                    yield interval.beginning(day, zone)
