"""The two halves of an order: what was agreed and never changes, and how far it has come."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from orders_service.domain.client import Client
from orders_service.domain.order_line import OrderLine
from orders_service.domain.payment import Payment, PaymentMethod
from orders_service.domain.reservation import Reservation, ReservationChange

FIRST_SILENCE = timedelta(seconds=30)
LONGEST_SILENCE = timedelta(hours=1)


class OrderStatus(StrEnum):
    """AWAITING_PAYMENT -> RECEIVED -> IN_PREPARATION -> READY -> FINISHED, or CANCELLING and CANCELLED.

    CANCELLING: an unpaid order is to end; its stock is held until it is sure that no money can come.
    """

    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    CANCELLING = "CANCELLING"
    RECEIVED = "RECEIVED"
    IN_PREPARATION = "IN_PREPARATION"
    READY = "READY"
    FINISHED = "FINISHED"
    CANCELLED = "CANCELLED"


KITCHEN_QUEUE = (OrderStatus.READY, OrderStatus.IN_PREPARATION, OrderStatus.RECEIVED)
"""What the kitchen works on, in the order in which it is listed."""


class CancelReason(StrEnum):
    """Why an order ended, or is to."""

    EXPIRED = "expired"
    PAYMENT_REJECTED = "payment_rejected"
    CUSTOMER = "customer"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed at checkout. Money in centavos; `cart_id` is the cart that it was made of, if any."""

    id: str
    store: str
    number: str
    lines: tuple[OrderLine, ...]
    method: PaymentMethod
    client: Client | None
    created_at: datetime
    deadline: datetime
    cart_id: str | None = None

    @property
    def subtotal(self) -> int:
        """The sum of the lines, at the prices of the catalogue."""
        return sum(line.total for line in self.lines)

    @property
    def discount(self) -> int:
        """What promotions take off, over all the lines."""
        return sum(line.discount for line in self.lines)

    @property
    def total(self) -> int:
        """What is to be paid."""
        return self.subtotal - self.discount


@dataclass(frozen=True, slots=True)
class Step:
    """A status, and when it began."""

    status: OrderStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order has come. Only the order itself makes the next one.

    `cancelling_since` is when its end was first asked for: a change of reason does not prolong the hold.
    `charge_closed` once it was told that no money is kept for it, and none will be. `answer_due_at` is when
    the other side has been silent too long, None where nothing is awaited.
    """

    history: tuple[Step, ...]
    cancellation_reason: CancelReason | None = None
    cancelling_since: datetime | None = None
    goods_used: bool = False
    charge_closed: bool = False
    answer_due_at: datetime | None = None
    nudges: int = 0

    @classmethod
    def begin(cls, now: datetime) -> "Progress":
        """Placed, and waiting to hear of a first attempt to pay."""
        return cls((Step(OrderStatus.AWAITING_PAYMENT, now),), answer_due_at=now + FIRST_SILENCE)

    @property
    def status(self) -> OrderStatus:
        """The last step's."""
        return self.history[-1].status

    @property
    def ending_for(self) -> CancelReason | None:
        """Why an order that is CANCELLING is to end; None for one that is not."""
        return self.cancellation_reason if self.status is OrderStatus.CANCELLING else None

    def cancelling_for(self, patience: timedelta, now: datetime) -> bool:
        """Whether its end was asked for so long ago."""
        return self.cancelling_since is not None and now - self.cancelling_since >= patience

    def moved(self, status: OrderStatus, now: datetime) -> "Progress":
        """One step on."""
        return replace(self, history=(*self.history, Step(status, now)))

    def received(self, now: datetime) -> "Progress":
        """Paid: if it was to end, it no longer is."""
        return replace(self.moved(OrderStatus.RECEIVED, now), cancellation_reason=None, cancelling_since=None)

    def cancelling(self, reason: CancelReason, now: datetime) -> "Progress":
        """To end for this reason; a step only where it was not to end before."""
        stepped = self if self.status is OrderStatus.CANCELLING else self.moved(OrderStatus.CANCELLING, now)
        return replace(stepped, cancellation_reason=reason, cancelling_since=self.cancelling_since or now)

    def cancelled(self, reason: CancelReason, now: datetime, *, goods_used: bool) -> "Progress":
        """Ended."""
        return replace(
            self.moved(OrderStatus.CANCELLED, now), cancellation_reason=reason, goods_used=goods_used
        )

    def with_charge_closed(self) -> "Progress":
        """No money is kept for it, and none will be."""
        return replace(self, charge_closed=True)

    def watched(self, now: datetime, *, awaited: bool) -> "Progress":
        """With the other side's time to answer begun anew, or nothing awaited."""
        return replace(self, answer_due_at=now + FIRST_SILENCE if awaited else None, nudges=0)

    def silent_too_long(self, now: datetime) -> bool:
        """Whether an answer is overdue."""
        return self.answer_due_at is not None and now >= self.answer_due_at

    def nudged(self, now: datetime) -> "Progress":
        """Said again; the next silence may last twice as long."""
        silence = min(FIRST_SILENCE * 2 ** min(self.nudges + 1, 16), LONGEST_SILENCE)
        return replace(self, answer_due_at=now + silence, nudges=self.nudges + 1)


@dataclass(frozen=True, slots=True)
class OrderChanges:
    """What a repository has to store: the progress as a whole, and what is new beside it."""

    history_kept: int
    """How many steps of the history were stored before."""
    reservations: tuple[ReservationChange, ...]
    wasted: tuple[Reservation, ...]
    payments: tuple[Payment, ...]
