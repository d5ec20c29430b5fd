"""Whatever happens to an order, in whatever order, its invariants hold."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from orders_service.domain.events import OrderCancelled, OrderCancelRequested, OrderPaid
from orders_service.domain.order_errors import IllegalStep, TooLateToCancel
from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.domain.payment import PaymentStatus
from orders_service.domain.reservation import ReservationState
from tests.builders.orders_service import NOON, PATIENCE, a_code, a_product, an_order, told

GRAPH = {
    OrderStatus.AWAITING_PAYMENT: {OrderStatus.RECEIVED, OrderStatus.CANCELLING, OrderStatus.CANCELLED},
    OrderStatus.CANCELLING: {OrderStatus.RECEIVED, OrderStatus.CANCELLED},
    OrderStatus.RECEIVED: {OrderStatus.IN_PREPARATION, OrderStatus.CANCELLED},
    OrderStatus.IN_PREPARATION: {OrderStatus.READY, OrderStatus.CANCELLED},
    OrderStatus.READY: {OrderStatus.FINISHED, OrderStatus.CANCELLED},
    OrderStatus.FINISHED: set(),
    OrderStatus.CANCELLED: set(),
}
HOLDING = {
    OrderStatus.AWAITING_PAYMENT: {ReservationState.HELD},
    OrderStatus.CANCELLING: {ReservationState.HELD},
    OrderStatus.RECEIVED: {ReservationState.COMMITTED},
    OrderStatus.IN_PREPARATION: {ReservationState.CONSUMED},
    OrderStatus.READY: {ReservationState.CONSUMED},
    OrderStatus.FINISHED: {ReservationState.CONSUMED},
}

attempts = st.integers(1, 3)
sequences = st.integers(1, 20)
statuses = st.sampled_from(PaymentStatus)


def fact(number, status, sequence):
    return told(f"payment-{number}", status, attempt=number, sequence=sequence)


facts = st.builds(fact, attempts, statuses, sequences)
actions = st.one_of(
    st.tuples(st.just("created"), facts),
    st.tuples(st.just("approved"), facts),
    st.tuples(st.just("rejected"), facts, st.integers(0, 2)),
    st.tuples(st.just("closed"), st.none() | facts),
    st.tuples(st.just("refunded"), facts, st.integers(0, 6000)),
    st.tuples(st.just("charged_back"), facts),
    st.tuples(st.just("expire")),
    st.tuples(st.just("give_up")),
    st.tuples(st.just("nudge")),
    st.tuples(st.just("cancel"), st.sampled_from([CancelReason.CUSTOMER, CancelReason.STORE])),
    st.tuples(st.just("advance"), st.sampled_from(OrderStatus)),
)


def do(order, action, now):
    verb, *details = action
    doings = {
        "created": lambda told_: order.payment_created(told_, a_code(), now),
        "approved": lambda told_: order.payment_approved(told_, now),
        "rejected": lambda told_, left: order.payment_rejected(told_, left, now),
        "closed": lambda told_: order.payment_closed(told_, now),
        "refunded": lambda told_, total: order.payment_refunded(told_, total, now),
        "charged_back": lambda told_: order.payment_charged_back(told_, now),
        "expire": lambda: order.expire(now),
        "give_up": lambda: order.give_up_waiting(now, PATIENCE),
        "nudge": lambda: order.nudge(now),
        "cancel": lambda by: order.cancel(by, now),
        "advance": lambda step: order.advance(step, now),
    }
    try:
        doings[verb](*details)
    except (IllegalStep, TooLateToCancel):
        assert verb in {"advance", "cancel"}, "a fact is never an error"


@settings(max_examples=400)
@given(st.lists(st.tuples(actions, st.integers(0, 900)), max_size=25))
def test_no_history_breaks_an_invariant(happenings):
    order = an_order(products=[a_product("a"), a_product("b"), a_product("c", counted=False)])
    total, now = order.terms.total, NOON
    moves, said = Counter(), order.pull_events()
    order.pull_changes()
    for action, seconds in happenings:
        now += timedelta(seconds=seconds)
        before = order.status
        do(order, action, now)
        changes = order.pull_changes()
        moves.update((one.product_id, one.entered) for one in (changes.reservations if changes else ()))
        said = [*said, *order.pull_events()]
        check(order, total, before)
    assert all(count == 1 for count in moves.values())
    assert all(
        moves[product, ReservationState.CONSUMED] + moves[product, ReservationState.RELEASED] <= 1
        for product in "ab"
    )
    check_said(order, said)


def check(order, total, before):
    history = [step.status for step in order.progress.history]
    assert order.status is history[-1]
    assert all(later in GRAPH[earlier] for earlier, later in pairwise(history))
    assert before is order.status or order.status in GRAPH[before]
    assert order.terms.total == total
    states = {reservation.state for reservation in order.reservations}
    assert states == HOLDING.get(order.status, states)
    if order.status is OrderStatus.CANCELLED:
        used = order.progress.goods_used
        assert states == {ReservationState.CONSUMED if used else ReservationState.RELEASED}
    ending = order.status in {OrderStatus.CANCELLED, OrderStatus.CANCELLING}
    assert (order.progress.cancellation_reason is not None) == ending
    assert order.status is not OrderStatus.CANCELLING or order.progress.answer_due_at is not None


def check_said(order, said):
    history = [step.status for step in order.progress.history]
    kinds = Counter(type(event) for event in said)
    assert kinds[OrderPaid] == history.count(OrderStatus.RECEIVED)
    assert kinds[OrderCancelled] == history.count(OrderStatus.CANCELLED)
    asked = history.count(OrderStatus.CANCELLING)
    assert asked <= kinds[OrderCancelRequested] <= asked * 2


def story(order, reason_to_end):
    """One attempt that is approved just as somebody ends the order, and what follows."""
    return [
        ("created", fact(1, PaymentStatus.PENDING, 1)),
        ("approved", fact(1, PaymentStatus.APPROVED, 2)),
        ("refunded", fact(1, PaymentStatus.APPROVED, 4), order.terms.total),
        ("closed", fact(1, PaymentStatus.APPROVED, 3)),
        ("cancel", reason_to_end),
    ]


@given(st.data())
def test_an_order_that_its_customer_ended_is_cancelled_and_refunded_in_any_order(data):
    order = an_order()
    happenings = data.draw(st.permutations(story(order, CancelReason.CUSTOMER) * 2))
    for action in happenings:
        do(order, action, NOON)
    # The charge answers every request for the end: were the answers told before it, they come again.
    do(order, ("closed", fact(1, PaymentStatus.APPROVED, 3)), NOON)
    assert order.status is OrderStatus.CANCELLED
    assert {reservation.state for reservation in order.reservations} == {ReservationState.RELEASED}
    assert order.payment.refunded == order.terms.total
    assert order.progress.answer_due_at is None
