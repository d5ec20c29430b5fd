"""The board on the wire: numbers, and nothing by which an order or a customer could be found."""

from collections.abc import Iterable

from orders_service.ports.order_watch_port import QueuedOrder


def board_json(orders: Iterable[QueuedOrder]) -> dict[str, list[str]]:
    """The numbers by state, oldest first."""
    shown: dict[str, list[str]] = {"in_preparation": [], "ready": []}
    for order in orders:
        shown[order.status.value.lower()].append(order.number)
    return shown
