"""The board on the wire: numbers, and nothing by which an order or a customer could be found."""

from collections.abc import Iterable
from typing import TypedDict

from orders_service.domain.order_progress import OrderStatus
from orders_service.ports.order_watch_port import QueuedOrder


class BoardJson(TypedDict):
    """The numbers on the board."""

    in_preparation: list[str]
    ready: list[str]


def board_json(orders: Iterable[QueuedOrder]) -> BoardJson:
    """The numbers by state, oldest first."""
    shown = list(orders)
    return {
        "in_preparation": [one.number for one in shown if one.status is OrderStatus.IN_PREPARATION],
        "ready": [one.number for one in shown if one.status is OrderStatus.READY],
    }
