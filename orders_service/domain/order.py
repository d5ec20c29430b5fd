"""The order: the aggregate that decides what happens to lines, reservations and history.

Facts about payments come in any order, late, and more than once. Each verb says in which states it acts; in
every other it only keeps what was told. So a stale fact or a duplicate changes nothing and is no error.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from orders_service.domain.client import Client
from orders_service.domain.events import (
    OrderCancelled,
    OrderCancelRequested,
    OrderEvent,
    OrderPaid,
    OrderPlaced,
    OrderStatusChanged,
)
from orders_service.domain.money import CURRENCY, LARGEST_TOTAL
from orders_service.domain.order_errors import IllegalStep, NothingToPay, TooLateToCancel, TotalTooLarge
from orders_service.domain.order_line import WantedItem, lines_of, units_by_product
from orders_service.domain.order_progress import CancelReason, OrderChanges, OrderStatus, Progress, Terms
from orders_service.domain.payment import AttemptTold, Payment, PaymentCode, PaymentMethod, Payments
from orders_service.domain.pricing import prices_of
from orders_service.domain.product import Product
from orders_service.domain.promotion import Promotion
from orders_service.domain.reservation import Reservation, Reservations

Canceller = Literal[CancelReason.CUSTOMER, CancelReason.STORE]
"""Who may ask for the end of an order."""

_NEXT_STEP = {
    OrderStatus.RECEIVED: OrderStatus.IN_PREPARATION,
    OrderStatus.IN_PREPARATION: OrderStatus.READY,
    OrderStatus.READY: OrderStatus.FINISHED,
}
_IN_THE_WORKS = frozenset({OrderStatus.IN_PREPARATION, OrderStatus.READY})
_ENDING = frozenset({OrderStatus.CANCELLING, OrderStatus.CANCELLED})
_LAST_SAID = {
    OrderStatus.AWAITING_PAYMENT: OrderPlaced.type,
    OrderStatus.CANCELLING: OrderCancelRequested.type,
    OrderStatus.CANCELLED: OrderCancelled.type,
}


class Order:
    """What a customer ordered, from checkout to pickup.

    Its total is the sum of its lines less the discount and never changes; its status is the last of its
    history; what it holds in stock is consumed or released once.
    """

    def __init__(
        self,
        terms: Terms,
        progress: Progress,
        reservations: Sequence[Reservation],
        payments: Sequence[Payment],
        version: int,
    ) -> None:
        """An order as it was stored. A new one is made by `place`."""
        self.terms = terms
        self.version = version
        self._progress = progress
        self._stored_progress = progress
        self._reservations = Reservations(reservations)
        self._payments = Payments(payments)
        self._payments_changed = False
        self._events: list[OrderEvent] = []

    @classmethod
    def place(  # noqa: PLR0913 - what a checkout consists of
        cls,
        *,
        order_id: str,
        store: str,
        number: str,
        items: Sequence[WantedItem],
        menu: Mapping[str, Product],
        promotions: Iterable[Promotion],
        method: PaymentMethod,
        client: Client | None,
        now: datetime,
        deadline: datetime,
        cart_id: str | None = None,
    ) -> "Order":
        """A new order, with names and prices from the menu, holding the counted products.

        What promotions take off at this moment is frozen into its lines.

        Raises UnknownProduct, QuantityTooLarge, TotalTooLarge, NothingToPay.
        """
        lines = lines_of(items, menu, prices_of(menu.values(), promotions, now))
        terms = Terms(order_id, store, number, lines, method, client, now, deadline, cart_id)
        if terms.total > LARGEST_TOTAL:
            message = "An order may come to 9,999,999.00 at most."
            raise TotalTooLarge(message)
        if not terms.total:
            raise NothingToPay("An order comes to at least one centavo.")
        counted = {product: n for product, n in units_by_product(lines).items() if menu[product].counted}
        order = cls(terms, Progress.begin(now), Reservations.hold(counted).all(), (), version=1)
        order._record(OrderPlaced(terms.total, CURRENCY, method.value, deadline))
        return order

    # What it is

    @property
    def id(self) -> str:
        """A UUID; to know it is the right to see the order."""
        return self.terms.id

    @property
    def subject(self) -> str:
        """What its events are about."""
        return self.terms.id

    @property
    def store(self) -> str:
        """The slug of the store."""
        return self.terms.store

    @property
    def status(self) -> OrderStatus:
        """The last of its history."""
        return self._progress.status

    @property
    def progress(self) -> Progress:
        """How far it has come, and how it ended."""
        return self._progress

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What it holds or held in stock, by product id."""
        return self._reservations.all()

    @property
    def payments(self) -> tuple[Payment, ...]:
        """Every attempt to pay it that was told."""
        return self._payments.all()

    @property
    def payment(self) -> Payment | None:
        """The attempt to show: the one that pays, else the newest."""
        return self._payments.shown()

    @property
    def is_over(self) -> bool:
        """Whether it has ended and nothing is awaited any more, such as money that is to go back."""
        finished = self.status is OrderStatus.FINISHED
        settled = self.status is OrderStatus.CANCELLED and self._progress.answer_due_at is None
        return finished or settled

    # What is told of its payments

    def payment_created(self, told: AttemptTold, code: PaymentCode, now: datetime) -> None:
        """There is an attempt, with this code to pay by."""
        self._note(self._payments.note(told, code=code), now)

    def payment_approved(self, told: AttemptTold, now: datetime) -> None:
        """This payment is kept. AWAITING_PAYMENT, or CANCELLING because it expired, becomes RECEIVED.

        Where somebody wanted the order to end, the money is sent back elsewhere; nothing changes here.
        """
        self._note(self._payments.note(told, kept=True), now)
        expiring = self._progress.ending_for is CancelReason.EXPIRED
        if expiring or self.status is OrderStatus.AWAITING_PAYMENT:
            self._reservations.commit()
            self._progress = self._progress.received(now)
            self._record(OrderPaid(told.payment_id))
            self._watch(now)

    def payment_rejected(self, told: AttemptTold, attempts_left: int, now: datetime) -> None:
        """An attempt ended without money. With none left, AWAITING_PAYMENT becomes CANCELLED.

        CANCELLING goes on waiting: its cancel request is always answered, and only the answer is final.
        """
        self._note(self._payments.note(told), now)
        if self.status is OrderStatus.AWAITING_PAYMENT and attempts_left == 0:
            self._end(CancelReason.PAYMENT_REJECTED, now)

    def payment_closed(self, told: AttemptTold | None, now: datetime) -> None:
        """No money is kept, and none will be: CANCELLING becomes CANCELLED. `told` is None if never tried.

        AWAITING_PAYMENT stays: only an order's own request closes its charge, and with that request it has
        left AWAITING_PAYMENT for good. Were it told all the same (books restored from a copy), the deadline
        ends the order, and the charge answers again.
        """
        if told is not None:
            self._note(self._payments.note(told), now)
        if not self._progress.charge_closed:
            self._progress = self._progress.with_charge_closed()
            self._watch(now)
        if reason := self._progress.ending_for:
            self._end(reason, now)

    def payment_refunded(self, told: AttemptTold, refunded_total: int, now: datetime) -> None:
        """So much of this payment has gone back by now, all refunds together; or a further refund failed."""
        self._note(self._payments.note(told, refunded=refunded_total), now)

    def payment_charged_back(self, told: AttemptTold, now: datetime) -> None:
        """The provider took the money back, or gave it again. The order's own state stays."""
        self._note(self._payments.note(told), now)

    # What becomes of it

    def expire(self, now: datetime) -> None:
        """AWAITING_PAYMENT past its deadline becomes CANCELLING; its stock is held until that is answered."""
        if self.status is OrderStatus.AWAITING_PAYMENT and now >= self.terms.deadline:
            self._ask_to_end(CancelReason.EXPIRED, now)

    def give_up_waiting(self, now: datetime, patience: timedelta) -> None:
        """CANCELLING that nobody answered for so long becomes CANCELLED: no hold lasts for ever."""
        reason = self._progress.ending_for
        if reason and self._progress.cancelling_for(patience, now):
            self._end(reason, now)

    def cancel(self, by: Canceller, now: datetime) -> None:
        """An unpaid order becomes CANCELLING, a paid one CANCELLED at once; again is no change.

        CANCELLING because it expired takes the new reason and says so: money that comes now is to go back.
        Once preparation has started only the store may. Raises TooLateToCancel.
        """
        expiring = self._progress.ending_for is CancelReason.EXPIRED
        by_store = by is CancelReason.STORE
        if expiring or self.status is OrderStatus.AWAITING_PAYMENT:
            self._ask_to_end(by, now)
        elif self.status is OrderStatus.RECEIVED or (by_store and self.status in _IN_THE_WORKS):
            self._end(by, now)
        elif self.status not in _ENDING:
            raise TooLateToCancel(self.status)

    def advance(self, status: OrderStatus, now: datetime) -> None:
        """One step forward in the kitchen; preparation consumes what is held. Raises IllegalStep."""
        next_step = _NEXT_STEP.get(self.status)
        if status is not next_step:
            raise IllegalStep(self.status, status, [next_step] if next_step else [])
        if status is OrderStatus.IN_PREPARATION:
            self._reservations.consume()
        self._progress = self._progress.moved(status, now)
        self._record(OrderStatusChanged(status.value))

    def nudge(self, now: datetime) -> tuple[str, ...]:
        """The types of the events that are to be said again: the last one, where its answer is overdue.

        The silence that is tolerated doubles with each time.
        """
        if not self._progress.silent_too_long(now):
            return ()
        self._progress = self._progress.nudged(now)
        return (_LAST_SAID[self.status],)

    # For the repository and the unit of work

    def pull_events(self) -> Sequence[OrderEvent]:
        """The events recorded since the last call."""
        events, self._events = self._events, []
        return events

    def pull_changes(self) -> OrderChanges | None:
        """What is to be stored, since it was loaded or last pulled; None where nothing changed."""
        if self._progress == self._stored_progress and not self._payments_changed:
            return None
        changes = OrderChanges(
            len(self._stored_progress.history),
            self._reservations.pull_changes(),
            self._reservations.pull_wasted(),
            self._payments.pull_changes(),
        )
        self._stored_progress, self._payments_changed = self._progress, False
        return changes

    # Inside

    def _note(self, news: bool, now: datetime) -> None:  # noqa: FBT001 - what Payments.note says
        if news:
            self._payments_changed = True
            self._watch(now)

    def _ask_to_end(self, reason: CancelReason, now: datetime) -> None:
        self._progress = self._progress.cancelling(reason, now)
        terms = self.terms
        self._record(
            OrderCancelRequested(terms.total, CURRENCY, terms.method.value, terms.deadline, reason.value)
        )
        self._watch(now)

    def _end(self, reason: CancelReason, now: datetime) -> None:
        goods_used = self.status in _IN_THE_WORKS
        if goods_used:
            self._reservations.waste()
        self._reservations.release()
        self._progress = self._progress.cancelled(reason, now, goods_used=goods_used)
        terms = self.terms
        self._record(
            OrderCancelled(
                terms.total, CURRENCY, terms.method.value, terms.deadline, reason.value, goods_used
            )
        )
        self._watch(now)

    def _record(self, event: OrderEvent) -> None:
        self._events.append(event)

    def _watch(self, now: datetime) -> None:
        """An answer is awaited to what was said last, or no longer."""
        awaited = {
            OrderStatus.AWAITING_PAYMENT: not self.payments,
            OrderStatus.CANCELLING: True,
            OrderStatus.CANCELLED: not self._progress.charge_closed or self._payments.owe_refund(),
        }
        self._progress = self._progress.watched(now, awaited=awaited.get(self.status, False))
