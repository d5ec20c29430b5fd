"""Which request, trace and event the work in hand belongs to: set at the doors, read by logs and outbox."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from servicekit.observability.redaction import redacted

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


@dataclass(frozen=True, slots=True)
class Correlation:
    """The ids that tie one piece of work to what caused it."""

    request_id: str | None = None
    traceparent: str | None = None
    causation_id: str | None = None


_NONE = Correlation()
_current: ContextVar[Correlation] = ContextVar("correlation", default=_NONE)


def current_correlation() -> Correlation:
    """The ids of the work in hand; all None outside of any."""
    return _current.get()


@contextmanager
def correlated(correlation: Correlation) -> Iterator[None]:
    """Run the block as part of that work."""
    token = _current.set(correlation)
    try:
        yield
    finally:
        _current.reset(token)


def valid_request_id(text: str | None) -> str | None:
    """The id where it is safe to log and to send on, else None."""
    return text if text and _REQUEST_ID.fullmatch(text) and redacted(text) == text else None


def valid_traceparent(text: str | None) -> str | None:
    """The header where it is as W3C Trace Context (level 1, section 3.2) says, else None."""
    return text if text and _TRACEPARENT.fullmatch(text) else None


def new_traceparent() -> str:
    """The start of a new trace."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
