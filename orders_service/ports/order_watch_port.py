"""Looking at many orders at once, for all those who want to hear of their changes."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from orders_service.domain.order import Order
from orders_service.domain.order_progress import OrderStatus

OrderKey = tuple[str, str]
"""The store's slug and the order's id."""


@dataclass(frozen=True, slots=True)
class QueuedOrder:
    """What a place in the queue tells of its order."""

    id: str
    number: str
    status: OrderStatus
    version: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen at one moment.

    `orders` are those, among the orders and the queues asked for in full, of which another version was seen
    before, or none. `queues` has an entry for every store that was asked for.
    """

    orders: Sequence[Order]
    queues: Mapping[str, Sequence[QueuedOrder]]


class OrderWatchPort(Protocol):
    """The orders of many stores."""

    @abstractmethod
    def look(
        self,
        orders: Collection[OrderKey],
        in_full: Collection[str],
        in_short: Collection[str],
        seen: Mapping[OrderKey, int],
    ) -> Sighting:
        """See these orders, and the queues of these stores: in full with their orders, or in short.

        `seen` has the version of each order that is known. An order that the store does not have is left out.
        A queue is in the order in which the kitchen lists it, and ends after QUEUE_AT_MOST orders. It takes a
        few queries, however much is asked for.
        """
        raise NotImplementedError


QUEUE_AT_MOST = 500
"""More than a kitchen ever has in hand; what comes after moves up when it is its turn."""
