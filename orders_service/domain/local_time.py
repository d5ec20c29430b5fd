"""Times as people write them: with an offset from UTC, or as the clock on the store's wall shows them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def instant_of(written: datetime, zone: ZoneInfo) -> datetime:
    """The instant in UTC. The zone counts for times without an offset alone.

    By the rule of RFC 5545, 3.3.5: a local time that comes twice, when clocks go back, is the first of the
    two. One that does not come at all, when they go forward, is read with the offset from before: where there
    is nothing between 0:00 and 1:00, 0:30 is when the wall shows 1:30. That is what fold=0 means.
    """
    if written.tzinfo is None:
        written = written.replace(tzinfo=zone, fold=0)
    return written.astimezone(UTC)
