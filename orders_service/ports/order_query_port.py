"""Reading orders, without locking or changing them."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orders_service.domain.order import Order
from orders_service.domain.order_progress import OrderStatus
from orders_service.ports.page import Page


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """Where in a list of orders one stands."""

    status: OrderStatus
    created_at: datetime
    order_id: str


@dataclass(frozen=True, slots=True)
class SagaEvent:
    """An event of an order's saga. `handled_at` and `attempts` are the consumer's; None for what was said."""

    id: str
    type: str
    source: str
    time: datetime
    causationid: str | None
    handled_at: datetime | None
    attempts: int | None
    data: dict[str, object]


class OrderQueryPort(Protocol):
    """The orders of a store."""

    @abstractmethod
    def find(self, store: str, order_id: str) -> Order | None:
        """One order; None where the store has none of this id."""
        raise NotImplementedError

    @abstractmethod
    def queue(
        self, store: str, statuses: Sequence[OrderStatus], after: QueuePosition | None, limit: int
    ) -> Page[Order, QueuePosition]:
        """The orders in these states, one state after the other as given, oldest first in each."""
        raise NotImplementedError

    @abstractmethod
    def saga(self, store: str, order_id: str) -> Sequence[SagaEvent]:
        """Every event that the order said or consumed, by time."""
        raise NotImplementedError
