"""What streams are told of: orders, queues and boards as they are at one moment, ready to be sent."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orders_service.domain.order_progress import OrderStatus
from orders_service.ports.order_watch_port import QueuedOrder
from orders_service.usecases.show_board_usecase import ON_THE_BOARD


@dataclass(frozen=True, slots=True)
class OrderState:
    """An order in one version. `text` is its JSON, made once for all who are told."""

    number: str
    status: OrderStatus
    version: int
    text: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class QueueState:
    """A kitchen's queue: its orders by id, in its order, and those that left it last, as they are now."""

    mark: str
    orders: Mapping[str, OrderState]
    left: Mapping[str, OrderState]


@dataclass(frozen=True, slots=True)
class BoardState:
    """A board: its orders by id, which it does not show."""

    mark: str
    orders: Mapping[str, QueuedOrder]


def queue_state(orders: Mapping[str, OrderState], left: Mapping[str, OrderState]) -> QueueState:
    """The state with its mark: the same orders in the same versions have the same, in every process."""
    return QueueState(_mark(f"{one} {order.version}" for one, order in orders.items()), orders, left)


def board_state(queue: Iterable[QueuedOrder]) -> BoardState:
    """The part of a queue that is on the board. Only the status of an order matters to it."""
    shown = {order.id: order for order in queue if order.status in ON_THE_BOARD}
    return BoardState(_mark(f"{one} {order.status}" for one, order in shown.items()), shown)


def _mark(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
