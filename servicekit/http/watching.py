"""Many streams watch, one reader looks.

The reader asks the database for all that is watched, in a few queries, and puts what it found here. Streams
are woken and compare it with what they have told. Nothing is queued: whoever is slow sees the newest state.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from servicekit.database.patience import MAX_WAIT_SECONDS, patience_left
from servicekit.http.problems import Problem

KeyT = TypeVar("KeyT", bound=Hashable)
StateT = TypeVar("StateT")


class Watch(Generic[StateT]):
    """One stream's view of one subject."""

    def __init__(self, topic: "_Topic[StateT]", wake: Callable[[], None], leave: Callable[[], None]) -> None:
        self._topic = topic
        self._leave = leave
        self.wake = wake
        self.is_fresh = False
        """Whether the reader has looked since this began: only then is what it sees no older than this."""

    @property
    def state(self) -> StateT | None:
        """What is known now; None for a subject that does not exist."""
        return self._topic.state

    def leave(self) -> None:
        """Watch no longer; again is no change."""
        self._leave()


class _Topic(Generic[StateT]):
    def __init__(self) -> None:
        self.state: StateT | None = None
        self.watches: dict[int, Watch[StateT]] = {}


class Watched(Generic[KeyT, StateT]):
    """What is watched, with the newest that is known of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._topics: dict[KeyT, _Topic[StateT]] = {}
        self._newcomers: dict[int, tuple[KeyT, Watch[StateT]]] = {}

    def watch(self, key: KeyT, wake: Callable[[], None]) -> Watch[StateT]:
        """Begin to watch. `wake` is called, in the reader's thread, when there is something to see."""
        with self._lock:
            topic = self._topics.setdefault(key, _Topic())
            watch: Watch[StateT] = Watch(topic, wake, lambda: self._leave(key, watch))
            topic.watches[id(watch)] = watch
            self._newcomers[id(watch)] = key, watch
        return watch

    def keys(self) -> frozenset[KeyT]:
        """All that is watched."""
        with self._lock:
            return frozenset(self._topics)

    def newcomers(self) -> "list[tuple[KeyT, Watch[StateT]]]":
        """The watches that are not fresh yet, to be handed to `refresh` after a look at their subjects."""
        with self._lock:
            return list(self._newcomers.values())

    def state(self, key: KeyT) -> StateT | None:
        """What was put last."""
        with self._lock:
            topic = self._topics.get(key)
        return topic.state if topic is not None else None

    def put(self, key: KeyT, state: StateT) -> None:
        """This is how it is now; nothing, where nobody watches any more."""
        with self._lock:
            topic = self._topics.get(key)
            if topic is None or topic.state == state:
                return
            topic.state = state
            watches = list(topic.watches.values())
        for watch in watches:
            watch.wake()

    def refresh(self, newcomers: "Iterable[tuple[KeyT, Watch[StateT]]]") -> None:
        """Their subjects were looked at after they had come."""
        for _key, watch in newcomers:
            with self._lock:
                self._newcomers.pop(id(watch), None)
            watch.is_fresh = True
            watch.wake()

    def _leave(self, key: KeyT, watch: Watch[StateT]) -> None:
        with self._lock:
            self._newcomers.pop(id(watch), None)
            topic = self._topics.get(key)
            if topic is not None and topic.watches.pop(id(watch), None) is not None and not topic.watches:
                del self._topics[key]


def wait_until_fresh(watch: Watch[Any], rest: Callable[[float], None]) -> None:
    """Return when the reader has looked; `rest` is what its wake() ends.

    Raises Problem 503 when it does not while there is patience: the database is away, or much is to be seen.
    """
    give_up = time.monotonic() + patience_left(MAX_WAIT_SECONDS)
    while not watch.is_fresh:
        left = give_up - time.monotonic()
        if left <= 0:
            raise Problem(503, "unavailable", "Service unavailable", "Try again in a moment.")
        rest(left)
