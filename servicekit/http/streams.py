"""The streams that a process holds open: at most so many, and all ended when the process is to end."""

import threading
from weakref import WeakSet

from servicekit.http.problems import Problem
from servicekit.observability.metrics import count_stream, count_stream_refused

RETRY_AFTER_SECONDS = 5


class Streams:
    """Places for streams. Some are kept free for those that must always find one."""

    def __init__(self, limit: int, kept_free: int = 0) -> None:
        self._limit = limit
        self._kept_free = kept_free
        self._lock = threading.Lock()
        self._open: set[Place] = set()
        self._closing = False
        _all_streams.add(self)

    @property
    def is_closing(self) -> bool:
        """Whether the process is to end."""
        return self._closing

    def take(self, kind: str, *, first: bool = False) -> "Place":
        """A place for one stream; `first` for those that the places kept free are for.

        Raises Problem 503 when none is left, or none is given any more.
        """
        with self._lock:
            if self._closing or self._is_full(first=first):
                count_stream_refused(kind)
                raise Problem(
                    503,
                    "too-many-streams",
                    "Too many streams",
                    "Connect again in a moment.",
                    headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
                )
            place = Place(self, kind, first=first)
            self._open.add(place)
        count_stream(kind, 1)
        return place

    def _is_full(self, *, first: bool) -> bool:
        of_the_crowd = sum(not place.first for place in self._open)
        return len(self._open) >= self._limit or (not first and of_the_crowd >= self._limit - self._kept_free)

    def leave(self, place: "Place") -> None:
        """Give a place back; again is no change."""
        with self._lock:
            if place not in self._open:
                return
            self._open.remove(place)
        count_stream(place.kind, -1)

    def close(self) -> None:
        """End every stream, and give no place any more. Not for signal handlers: it takes a lock."""
        with self._lock:
            self._closing = True
            places = list(self._open)
        for place in places:
            place.wake()


class Place:
    """One stream's place, on which it rests until it is woken."""

    def __init__(self, streams: Streams, kind: str, *, first: bool) -> None:
        self.kind = kind
        self.first = first
        self._streams = streams
        self._woken = threading.Event()

    @property
    def is_closing(self) -> bool:
        """Whether the stream is to end."""
        return self._streams.is_closing

    def wake(self) -> None:
        """There is something to see."""
        self._woken.set()

    def rest(self, seconds: float) -> None:
        """Return when woken, also if that was before the call; at the latest when the time is over."""
        if self._woken.wait(seconds):
            self._woken.clear()

    def leave(self) -> None:
        """Give it back."""
        self._streams.leave(self)


_all_streams: WeakSet[Streams] = WeakSet()


def end_streams() -> None:
    """End every stream of this process, for it is to end. Not for signal handlers: see Streams.close."""
    for streams in list(_all_streams):
        streams.close()
