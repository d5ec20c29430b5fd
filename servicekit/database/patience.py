"""Patience: how long somebody waits for the database, whatever it is that keeps them waiting.

Whoever answers somebody else has one deadline for all that is waited for on the way: a connection, a lock,
another lock, the server's word. Loops have none; each of their waits is bounded by itself.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MAX_WAIT_SECONDS = 5
"""Nobody waits longer than this for a connection or a lock, and no request for all of them together."""

_give_up: ContextVar[float] = ContextVar("give_up", default=math.inf)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """All waits inside have so many seconds together; none, where they are used up already."""
    token = _give_up.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _give_up.reset(token)


def begin_patience_anew(seconds: float) -> None:
    """What was waited for till now was no database: all waits from now on have so many seconds together."""
    _give_up.set(time.monotonic() + seconds)


def patience_left(at_most: float) -> float:
    """How long the next wait may be, in seconds: `at_most`, or what is left; never below 0."""
    return max(0.0, min(at_most, _give_up.get() - time.monotonic()))
