"""Instants as the provider writes them: `2026-11-22T10:00:00.000-04:00`."""

import re
from datetime import UTC, datetime, timedelta, timezone

_ZONE = timezone(timedelta(hours=-4))
_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d")


def written_time(instant: datetime) -> str:
    """The instant in the provider's zone, to the millisecond."""
    return instant.astimezone(_ZONE).isoformat(timespec="milliseconds")


def read_time(text: str) -> datetime:
    """The instant in UTC. Raises ValueError where the text has another form or names no such time."""
    if not _FORM.fullmatch(text):
        message = "dates have the form yyyy-MM-ddTHH:mm:ss.SSS-04:00"
        raise ValueError(message)
    return read_instant(text)


def read_instant(text: str) -> datetime:
    """The instant in UTC, in whatever form of ISO 8601. Raises ValueError, also without a zone."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            message = "an instant needs a time zone"
            raise ValueError(message)
        return instant.astimezone(UTC)
    except OverflowError as error:
        message = "no such time"
        raise ValueError(message) from error
