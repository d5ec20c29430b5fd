"""What is news to one client: the difference between what it was told and how it is now."""

import json
from collections.abc import Mapping, Sequence

from orders_service.domain.order_progress import OrderStatus
from orders_service.entrypoints.live.states import BoardState, OrderState, QueueState
from orders_service.entrypoints.rest.board_schemas import board_json
from orders_service.ports.order_watch_port import QueuedOrder
from servicekit.http.sse import ServerEvent

SNAPSHOT, ORDER, GONE = "snapshot", "order", "gone"
LARGEST_VERSION = 2**31 - 1


class OrderTeller:
    """Tells each version of one order once; those that passed in between are in its history."""

    def __init__(self, seen: int) -> None:
        """`seen` is the version that the client has; 0 for none."""
        self._seen = seen
        self._over = False

    @property
    def is_done(self) -> bool:
        """Whether it was told how the order ended for good."""
        return self._over

    def tell(self, state: OrderState) -> Sequence[ServerEvent]:
        """One event, or none."""
        self._over = state.is_over
        if state.version <= self._seen:
            return ()
        self._seen = state.version
        return (ServerEvent(ORDER, state.text, str(state.version)),)


class QueueTeller:
    """Tells the whole queue first, then each order that comes or changes, and each that goes."""

    is_done = False

    def __init__(self, seen: str | None) -> None:
        """`seen` is the mark of the queue that the client has."""
        self._mark = seen
        self._told: Mapping[str, OrderState] | None = None

    def tell(self, state: QueueState) -> Sequence[ServerEvent]:
        """The mark stands on the last event of those that belong together."""
        told, known = self._told, state.mark == self._mark
        self._mark, self._told = state.mark, state.orders
        if known:
            return ()
        if told is None:
            return (_snapshot(state),)
        gone = [one for one in told if one not in state.orders]
        if any(one not in state.left for one in gone):
            return (_snapshot(state),)  # it has missed so much that what became of some is forgotten
        changed = [order for one, order in state.orders.items() if _version(told, one) != order.version]
        events = [ServerEvent(GONE, _gone(one, state.left[one])) for one in gone]
        events += [ServerEvent(ORDER, order.text) for order in changed]
        return _marked(events, state.mark)


class BoardTeller:
    """Tells the whole board first, then each number that comes or moves, and each that goes."""

    is_done = False

    def __init__(self, seen: str | None) -> None:
        """`seen` is the mark of the board that the client has."""
        self._mark = seen
        self._told: Mapping[str, QueuedOrder] | None = None

    def tell(self, state: BoardState) -> Sequence[ServerEvent]:
        """Numbers that go come first: the same number may already be another order's."""
        told, known = self._told, state.mark == self._mark
        self._mark, self._told = state.mark, state.orders
        if known:
            return ()
        if told is None:
            return (ServerEvent(SNAPSHOT, _json(board_json(state.orders.values())), state.mark),)
        gone = [order for one, order in told.items() if one not in state.orders]
        changed = [order for one, order in state.orders.items() if _status(told, one) != order.status]
        events = [ServerEvent(GONE, _json({"number": order.number})) for order in gone]
        events += [ServerEvent(ORDER, _json(_number(order))) for order in changed]
        return _marked(events, state.mark)


def seen_version(last_event_id: str | None, current: int) -> int:
    """The version that a client says it has; 0 for what is none of the order's."""
    text = last_event_id or ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_VERSION))):
        return 0
    return int(text) if int(text) <= current else 0


def _snapshot(state: QueueState) -> ServerEvent:
    items = ",".join(order.text for order in state.orders.values())
    return ServerEvent(SNAPSHOT, f'{{"items":[{items}]}}', state.mark)


def _gone(order_id: str, order: OrderState) -> str:
    about = {"number": order.number, "status": order.status.value, "version": order.version}
    return _json({"id": order_id, **about})


def _number(order: QueuedOrder) -> dict[str, object]:
    return {"number": order.number, "status": order.status.value, "version": order.version}


def _version(told: Mapping[str, OrderState], order_id: str) -> int | None:
    order = told.get(order_id)
    return order.version if order is not None else None


def _status(told: Mapping[str, QueuedOrder], order_id: str) -> OrderStatus | None:
    order = told.get(order_id)
    return order.status if order is not None else None


def _marked(events: list[ServerEvent], mark: str) -> Sequence[ServerEvent]:
    if events:
        last = events[-1]
        events[-1] = ServerEvent(last.name, last.data, mark)
    return events


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
