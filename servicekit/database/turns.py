"""Threads of one process take turns, in the order in which they came."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class Turns:
    """A lock that nobody can overtake, or so many places that are handed on in the same way.

    SQLite has one writer at a time, and lets those who wait look again every now and then: whoever comes
    at the right moment is first, and under load somebody never is.
    """

    def __init__(self, places: int = 1) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    @contextmanager
    def take(self, seconds: float) -> Iterator[None]:
        """Wait for the turn, then hold it. Raises SQLAlchemy's TimeoutError when it does not come in time."""
        turn = threading.Event()
        with self._lock:
            self._queue.append(turn)
            self._call_next()
        if not turn.wait(seconds):
            self._leave(turn)
            raise PoolTimeoutError(f"{seconds} seconds passed before it was this thread's turn")
        try:
            yield
        finally:
            self._leave(turn)

    def _leave(self, turn: threading.Event) -> None:
        with self._lock:
            self._queue.remove(turn)
            self._call_next()

    def _call_next(self) -> None:
        for turn in islice(self._queue, self._places):
            turn.set()
