"""The streams of a process, put together."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from orders_service.domain.order import Order
from orders_service.entrypoints.live.reader import LiveReader
from orders_service.entrypoints.rest.order_schemas import order_json
from orders_service.entrypoints.usecases import UseCases
from servicekit.database.commits import Commits
from servicekit.database.notices import Listener
from servicekit.http.streams import Streams
from servicekit.worker import Loop

REST_SECONDS = 0.5
LISTEN_SECONDS = 1.0
"""How long one step listens: so long the process takes to end, at most."""
KEPT_FREE = 8
"""One place in so many is for kitchens alone: no crowd of customers may keep a cook from the queue."""


@dataclass(frozen=True, slots=True)
class Live:
    """What the views need: who looks, who may stay, and how long nothing may be said."""

    reader: LiveReader
    streams: Streams
    heartbeat_seconds: float


@dataclass(frozen=True, slots=True)
class LiveTerms:
    """At most so many streams. Without `poll_seconds` every commit wakes the reader, by `wake`."""

    streams: int
    heartbeat_seconds: float
    wake: Commits
    poll_seconds: float | None = None


def make_live(usecases: UseCases, public_url: str, terms: LiveTerms) -> Live:
    """Nothing is started: somebody has to take the reader's steps."""
    reader = LiveReader(usecases.watch_orders, _rendering(public_url), terms.wake, terms.poll_seconds)
    return Live(reader, Streams(terms.streams, terms.streams // KEPT_FREE), terms.heartbeat_seconds)


def live_loops(live: Live, listener: Listener | None) -> tuple[Loop, ...]:
    """What a process that only reads repeats; with nobody to listen to, it finds all by looking."""
    loops = [Loop("orders-live", live.reader.step, interval=REST_SECONDS, wake=live.reader.wake)]
    if listener is not None:

        def listen() -> int:
            for words in listener.listen(LISTEN_SECONDS):
                live.reader.hint(words)
            return 0

        loops.append(Loop("orders-listen", listen, interval=0))
    return tuple(loops)


def _rendering(public_url: str) -> Callable[[Order], str]:
    """An order as GET /stores/{store}/orders/{id} answers it, on one line."""

    def rendered(order: Order) -> str:
        shown = order_json(order, f"{public_url}/stores/{order.store}")
        return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))

    return rendered
