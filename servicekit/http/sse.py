"""Server-sent events: `text/event-stream` as the HTML standard has it (section 9.2)."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from flask import Response

from servicekit.http.streams import Place
from servicekit.http.watching import Watch

HEARTBEAT = b": still here\n\n"
"""A comment, which clients skip; proxies see that the connection lives, and we whether the client does."""
LOOK_SECONDS = 1.0
"""How long a stream rests at most before it looks whether its client is there, and its time not over."""
RETRY_MILLISECONDS = 2000
_LINE_END = re.compile("\r\n|\r|\n")
"""The standard's. str.splitlines knows more, and would tear a text apart that holds one of them."""
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx passes each event on as it comes
}

StateT = TypeVar("StateT")
StateT_contra = TypeVar("StateT_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event. Its id, where it has one, comes back as Last-Event-ID when the client connects again."""

    name: str
    data: str
    id: str | None = None

    def encode(self) -> bytes:
        """As it is written."""
        lines = [] if self.id is None else [f"id: {self.id}"]
        lines.append(f"event: {self.name}")
        lines += (f"data: {line}" for line in _LINE_END.split(self.data))
        return "\n".join([*lines, "", ""]).encode()


class Teller(Protocol[StateT_contra]):
    """Knows what its client was told, and finds out what is news to it. Each stream has its own."""

    def tell(self, state: StateT_contra) -> Sequence[ServerEvent]:
        """The events that lead from what was told to this state."""
        ...

    @property
    def is_done(self) -> bool:
        """Whether all was told that there ever will be."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """How a stream is held. `ends_at` is a time.time(); None: it may stay for ever."""

    heartbeat_seconds: float
    ends_at: float | None = None
    client_left: Callable[[], bool] = lambda: False


def event_stream(place: Place, watch: Watch[StateT], teller: Teller[StateT], terms: Terms) -> Response:
    """An answer that says what is new as soon as it is known, and has a heartbeat where nothing is.

    It ends when all was told, the process is to end, its time is over, or the client has left. The place and
    the watch are still the caller's, to be given back when the answer is closed.
    """
    chunks = _chunks(place, watch, teller, terms)
    return Response(chunks, content_type="text/event-stream; charset=utf-8", headers=dict(HEADERS))


def _chunks(place: Place, watch: Watch[StateT], teller: Teller[StateT], terms: Terms) -> Iterator[bytes]:
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode() + _news(watch, teller)
    spoke = time.monotonic()
    while not teller.is_done:
        place.rest(min(LOOK_SECONDS, terms.heartbeat_seconds))
        if place.is_closing or _is_over(terms):
            return
        chunk = _news(watch, teller)
        if not chunk and time.monotonic() - spoke >= terms.heartbeat_seconds:
            chunk = HEARTBEAT
        if chunk:
            yield chunk
            spoke = time.monotonic()


def _news(watch: Watch[StateT], teller: Teller[StateT]) -> bytes:
    state = watch.state
    return b"" if state is None else b"".join(event.encode() for event in teller.tell(state))


def _is_over(terms: Terms) -> bool:
    expired = terms.ends_at is not None and time.time() >= terms.ends_at
    return expired or terms.client_left()
