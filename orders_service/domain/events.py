"""What the restaurant tells. The fields of each event are its `data`; docs/events holds their schemas.

Money in centavos. Nothing here may name a person: events travel and are kept.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """The stock is held; the total is to be paid by the method, until the deadline."""

    type: ClassVar[str] = "order.placed.v1"
    total: int
    currency: str
    method: str
    deadline: datetime


@dataclass(frozen=True, slots=True)
class OrderCancelRequested:
    """An unpaid order is to end, once it is sure that no money can come. Says all that OrderPlaced does."""

    type: ClassVar[str] = "order.cancel_requested.v1"
    total: int
    currency: str
    method: str
    deadline: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The order is received; this payment pays for it."""

    type: ClassVar[str] = "order.paid.v1"
    payment_id: str


@dataclass(frozen=True, slots=True)
class OrderStatusChanged:
    """The kitchen's progress."""

    type: ClassVar[str] = "order.status_changed.v1"
    status: str


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """The order has ended for good. `goods_used` where preparation had started: nothing is back in stock."""

    type: ClassVar[str] = "order.cancelled.v1"
    total: int
    currency: str
    method: str
    deadline: datetime
    reason: str
    goods_used: bool


OrderEvent = OrderPlaced | OrderCancelRequested | OrderPaid | OrderStatusChanged | OrderCancelled
