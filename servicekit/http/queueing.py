"""How long a request has waited for a thread before it was begun: that counts towards its patience."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_seconds: ContextVar[float] = ContextVar("seconds_queued", default=0.0)


@contextmanager
def queued(seconds: float) -> Iterator[None]:
    """What is answered inside has waited so long already."""
    token = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(token)


def seconds_queued() -> float:
    """How long the request at hand has waited for a thread; 0 where the server does not tell."""
    return _seconds.get()
