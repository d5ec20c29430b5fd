"""The one reader of a process: it looks at all that streams watch, whenever something may have changed."""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from orders_service.domain.order import Order
from orders_service.entrypoints.live.states import (
    BoardState,
    OrderState,
    QueueState,
    board_state,
    queue_state,
)
from orders_service.ports.order_watch_port import OrderKey, QueuedOrder, Sighting
from orders_service.usecases.watch_orders_usecase import WatchOrders
from servicekit.database.commits import Commits
from servicekit.database.retry import UseCase
from servicekit.http.watching import Watched

LEFT_AT_MOST = 100
"""Orders that have left a queue and are still known, for streams that were not told yet."""

KeyT = TypeVar("KeyT")

Render = Callable[[Order], str]


@dataclass(slots=True)
class Hints:
    """What may have changed. `everything` where nobody could say."""

    orders: set[OrderKey] = field(default_factory=set)
    everything: bool = False

    def add(self, words: Collection[str]) -> None:
        """Words such as `default/0190...`, store and order; none of them: anything may have changed."""
        self.everything = self.everything or not words
        for word in words:
            store, _, order_id = word.partition("/")
            self.orders.add((store, order_id))


@dataclass(frozen=True, slots=True)
class Scope:
    """What one look is about."""

    orders: frozenset[OrderKey]
    queues: frozenset[str]
    boards: frozenset[str]

    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        return not (self.orders or self.queues or self.boards)


class LiveReader:
    """Streams begin to watch in threads of their own; `step` is one thread's, which alone asks the database.

    Without notices (`poll_seconds` None) every step looks at everything: it is woken by each commit. With
    them it looks where they say, and at everything every `poll_seconds`, for a notice can be lost.
    """

    def __init__(
        self,
        watch_orders: UseCase[WatchOrders, Sighting],
        render: Render,
        wake: Commits,
        poll_seconds: float | None = None,
    ) -> None:
        self.orders: Watched[OrderKey, OrderState] = Watched()
        self.queues: Watched[str, QueueState] = Watched()
        self.boards: Watched[str, BoardState] = Watched()
        self.wake = wake
        self._watch_orders = watch_orders
        self._render = render
        self._poll_seconds = poll_seconds
        self._polled = time.monotonic()
        self._hints = Hints()
        self._lock = threading.Lock()
        self._known: dict[OrderKey, OrderState] = {}

    def hint(self, words: Collection[str]) -> None:
        """Somebody has told that these were saved; empty for anything."""
        with self._lock:
            self._hints.add(words)
        self.wake.add()

    def step(self) -> int:
        """One look at what may have changed, and at what is watched anew. It never asks for another."""
        with self._lock:
            hints, self._hints = self._hints, Hints()
        orders, queues, boards = self.orders.newcomers(), self.queues.newcomers(), self.boards.newcomers()
        scope = self._scope(hints, Scope(_keys(orders), _keys(queues), _keys(boards)))
        try:
            if not scope.is_empty():
                self._look(scope)
        except BaseException:
            self.hint(())  # of what was to be looked at, nothing was seen
            raise
        self.orders.refresh(orders)
        self.queues.refresh(queues)
        self.boards.refresh(boards)
        return 0

    def _scope(self, hints: Hints, anew: Scope) -> Scope:
        everything = Scope(self.orders.keys(), self.queues.keys(), self.boards.keys())
        due = self._poll_seconds is None or time.monotonic() - self._polled >= self._poll_seconds
        if due or hints.everything:
            self._polled = time.monotonic()
            self._forget_all_but(everything)
            return everything
        stores = {store for store, _ in hints.orders}
        return Scope(
            everything.orders & (hints.orders | anew.orders),
            everything.queues & (stores | anew.queues),
            everything.boards & (stores | anew.boards),
        )

    def _look(self, scope: Scope) -> None:
        before = {store: self.queues.state(store) for store in scope.queues}
        members = {
            (store, one) for store, queue in before.items() if queue is not None for one in queue.orders
        }
        asked = WatchOrders(
            scope.orders | members,
            scope.queues,
            scope.boards,
            {key: order.version for key, order in self._known.items()},
        )
        sighting = self._watch_orders.execute(asked)
        self._known |= {(order.store, order.id): self._state(order) for order in sighting.orders}
        for key in scope.orders:
            if (state := self._known.get(key)) is not None:
                self.orders.put(key, state)
        for store in scope.queues:
            self.queues.put(store, self._queue(store, sighting.queues[store], before[store]))
        for store in scope.boards:
            self.boards.put(store, board_state(sighting.queues[store]))

    def _queue(self, store: str, queued: Iterable[QueuedOrder], before: QueueState | None) -> QueueState:
        orders = {one.id: self._known[store, one.id] for one in queued}
        if before is None:
            return queue_state(orders, {})
        gone = {one: self._known[store, one] for one in before.orders if one not in orders}
        left = {one: order for one, order in before.left.items() if one not in orders} | gone
        return queue_state(orders, _last(left))

    def _state(self, order: Order) -> OrderState:
        text = self._render(order)
        return OrderState(order.terms.number, order.status, order.version, text, order.is_over)

    def _forget_all_but(self, scope: Scope) -> None:
        """Orders that nobody watches any more are not kept."""
        queues = ((store, self.queues.state(store)) for store in scope.queues)
        members = {(store, one) for store, queue in queues if queue is not None for one in queue.orders}
        kept = scope.orders | members
        self._known = {key: order for key, order in self._known.items() if key in kept}


def _keys(newcomers: Iterable[tuple[KeyT, object]]) -> frozenset[KeyT]:
    return frozenset(key for key, _ in newcomers)


def _last(left: Mapping[str, OrderState]) -> dict[str, OrderState]:
    return dict(list(left.items())[-LEFT_AT_MOST:])
