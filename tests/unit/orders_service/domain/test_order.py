from datetime import timedelta

import pytest

from orders_service.domain.events import (
    OrderCancelled,
    OrderCancelRequested,
    OrderPaid,
    OrderPlaced,
    OrderStatusChanged,
)
from orders_service.domain.order_errors import IllegalStep, NothingToPay, TooLateToCancel, TotalTooLarge
from orders_service.domain.order_progress import FIRST_SILENCE, LONGEST_SILENCE, CancelReason, OrderStatus
from orders_service.domain.payment import PaymentStatus
from orders_service.domain.reservation import ReservationChange, ReservationState
from tests.builders.orders_service import (
    NOON,
    PATIENCE,
    TIME_TO_PAY,
    a_code,
    a_product,
    an_order,
    an_order_in,
    told,
)

MINUTE = timedelta(minutes=1)
LATER = NOON + MINUTE
DEADLINE = NOON + TIME_TO_PAY


def held(order):
    return {reservation.state for reservation in order.reservations}


def fresh(status, **details):
    """An order in this state whose recorded events and changes were pulled."""
    order = an_order_in(status, **details)
    order.pull_events()
    order.pull_changes()
    return order


def statuses(order):
    return [step.status for step in order.progress.history]


class TestPlacing:
    def test_holds_the_counted_products_and_says_so(self):
        counted, uncounted = a_product(price=1000), a_product(price=500, counted=False)
        order = an_order(products=[counted, uncounted], quantity=3)
        assert order.status is OrderStatus.AWAITING_PAYMENT
        assert [(one.product_id, one.quantity) for one in order.reservations] == [(counted.id, 3)]
        assert held(order) == {ReservationState.HELD}
        assert order.pull_events() == [OrderPlaced(4500, "BRL", "pix", DEADLINE)]

    def test_comes_to_the_sum_of_its_lines(self):
        order = an_order(products=[a_product(price=1000), a_product(price=1)], quantity=2)
        assert order.terms.subtotal == order.terms.total == 2002

    def test_comes_to_what_can_be_paid_at_once_at_most(self):
        an_order(products=[a_product(price=999_999_900)], quantity=1)
        with pytest.raises(TotalTooLarge, match=r"^An order may come to 9,999,999\.00 at most\.$"):
            an_order(products=[a_product(price=999_999_901)], quantity=1)

    def test_comes_to_something_since_nothing_cannot_be_paid(self):
        an_order(products=[a_product(price=0), a_product(price=1)], quantity=1)
        with pytest.raises(NothingToPay, match=r"^An order comes to at least one centavo\.$"):
            an_order(products=[a_product(price=0)], quantity=1)

    def test_rehydrating_records_nothing(self):
        placed = an_order()
        again = type(placed)(placed.terms, placed.progress, placed.reservations, placed.payments, 7)
        assert again.pull_events() == []
        assert again.pull_changes() is None
        assert again.version == 7
        assert again.subject == placed.id


class TestApproval:
    @pytest.mark.parametrize("status", [OrderStatus.AWAITING_PAYMENT, OrderStatus.CANCELLING])
    def test_receives_an_order_that_waits_or_has_expired(self, status):
        order = fresh(status)
        order.payment_approved(told(), LATER)
        assert order.status is OrderStatus.RECEIVED
        assert held(order) == {ReservationState.COMMITTED}
        assert order.pull_events() == [OrderPaid(told().payment_id)]
        assert order.progress.cancellation_reason is None
        assert order.progress.cancelling_since is None

    @pytest.mark.parametrize("reason", [CancelReason.CUSTOMER, CancelReason.STORE])
    def test_does_not_revive_an_order_that_somebody_ended(self, reason):
        order = fresh(OrderStatus.CANCELLING, reason=reason)
        order.payment_approved(told(), LATER)
        assert order.status is OrderStatus.CANCELLING
        assert held(order) == {ReservationState.HELD}
        assert order.pull_events() == []
        assert order.payment.kept

    @pytest.mark.parametrize(
        "status",
        [
            OrderStatus.RECEIVED,
            OrderStatus.IN_PREPARATION,
            OrderStatus.READY,
            OrderStatus.FINISHED,
            OrderStatus.CANCELLED,
        ],
    )
    def test_told_again_changes_nothing(self, status):
        order = fresh(status)
        order.payment_approved(told(), LATER)
        assert order.status is status
        assert order.pull_events() == []
        assert order.pull_changes() is None


class TestRejection:
    def test_leaves_the_order_waiting_while_attempts_are_left(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.payment_rejected(told(status=PaymentStatus.REJECTED), 1, LATER)
        assert order.status is OrderStatus.AWAITING_PAYMENT
        assert order.payment.status is PaymentStatus.REJECTED

    def test_of_the_last_attempt_ends_the_order_and_releases_its_stock(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.payment_rejected(told(status=PaymentStatus.REJECTED), 0, LATER)
        assert order.status is OrderStatus.CANCELLED
        assert held(order) == {ReservationState.RELEASED}
        assert order.pull_events() == [
            OrderCancelled(5980, "BRL", "pix", DEADLINE, "payment_rejected", goods_used=False)
        ]

    @pytest.mark.parametrize("status", [OrderStatus.CANCELLING, OrderStatus.RECEIVED, OrderStatus.CANCELLED])
    def test_of_the_last_attempt_changes_no_other_state(self, status):
        order = fresh(status)
        order.payment_rejected(told("other", PaymentStatus.REJECTED, attempt=3), 0, LATER)
        assert order.status is status
        assert order.pull_events() == []


def test_what_moves_in_the_stock_is_told_with_where_it_was_and_where_it_is():
    order = fresh(OrderStatus.AWAITING_PAYMENT)
    (held_one,) = order.reservations
    order.payment_approved(told(), LATER)
    assert order.pull_changes().reservations == (
        ReservationChange(held_one.product_id, 2, ReservationState.HELD, ReservationState.COMMITTED),
    )


class TestHistory:
    def test_tells_when_each_step_of_a_meal_was_made(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.payment_approved(told(), LATER)
        steps = [OrderStatus.IN_PREPARATION, OrderStatus.READY, OrderStatus.FINISHED]
        for minutes, step in enumerate(steps, 2):
            order.advance(step, NOON + minutes * MINUTE)
        assert [step.at for step in order.progress.history] == [NOON + n * MINUTE for n in range(5)]

    def test_tells_when_its_end_was_asked_for_and_when_it_came(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.cancel(CancelReason.CUSTOMER, LATER)
        order.payment_closed(None, LATER + MINUTE)
        assert [step.at for step in order.progress.history] == [NOON, LATER, LATER + MINUTE]


class TestClosing:
    @pytest.mark.parametrize("reason", [CancelReason.EXPIRED, CancelReason.CUSTOMER, CancelReason.STORE])
    def test_ends_an_order_that_is_to_end(self, reason):
        order = fresh(OrderStatus.CANCELLING, reason=reason)
        order.payment_closed(None, LATER)
        assert order.status is OrderStatus.CANCELLED
        assert order.progress.history[-1].at == LATER
        assert held(order) == {ReservationState.RELEASED}
        assert order.pull_events() == [
            OrderCancelled(5980, "BRL", "pix", DEADLINE, reason.value, goods_used=False)
        ]

    @pytest.mark.parametrize(
        "status", [status for status in OrderStatus if status is not OrderStatus.CANCELLING]
    )
    def test_changes_no_other_state(self, status):
        order = fresh(status)
        order.payment_closed(told(status=PaymentStatus.CANCELLED, sequence=1), LATER)
        assert order.status is status
        assert order.pull_events() == []

    def test_keeps_what_became_of_the_attempt(self):
        order = fresh(OrderStatus.CANCELLING)
        order.payment_closed(told("another", PaymentStatus.CANCELLED, attempt=2), LATER)
        assert [(one.id, one.status) for one in order.payments][-1:] == [("another", PaymentStatus.CANCELLED)]


class TestWhatIsShown:
    def test_an_attempt_with_its_code(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.payment_created(told(status=PaymentStatus.PENDING), a_code(), LATER)
        assert order.payment.code == a_code()
        assert len(order.pull_changes().payments) == 1

    def test_what_was_refunded(self):
        order = fresh(OrderStatus.CANCELLED)
        order.payment_refunded(told(), 5980, LATER)
        assert order.payment.refunded == 5980
        assert order.status is OrderStatus.CANCELLED

    def test_a_chargeback_while_the_state_stays(self):
        order = fresh(OrderStatus.FINISHED)
        order.payment_charged_back(told(status=PaymentStatus.CHARGED_BACK, sequence=3), LATER)
        assert order.payment.status is PaymentStatus.CHARGED_BACK
        assert order.status is OrderStatus.FINISHED


class TestExpiry:
    def test_asks_for_the_end_at_the_deadline_and_goes_on_holding(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.expire(DEADLINE)
        assert order.status is OrderStatus.CANCELLING
        assert order.progress.cancellation_reason is CancelReason.EXPIRED
        assert held(order) == {ReservationState.HELD}
        assert order.pull_events() == [OrderCancelRequested(5980, "BRL", "pix", DEADLINE, "expired")]

    def test_does_not_come_before_the_deadline(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.expire(DEADLINE - timedelta(milliseconds=1))
        assert order.pull_changes() is None

    def test_does_not_touch_an_order_that_was_paid(self):
        order = fresh(OrderStatus.RECEIVED)
        order.expire(DEADLINE)
        assert order.pull_changes() is None


class TestPatience:
    def test_ends_what_nobody_answered(self):
        order = fresh(OrderStatus.CANCELLING, reason=CancelReason.CUSTOMER)
        order.give_up_waiting(NOON + PATIENCE, PATIENCE)
        assert order.status is OrderStatus.CANCELLED
        assert held(order) == {ReservationState.RELEASED}
        (event,) = order.pull_events()
        assert event.reason == "customer"

    def test_lasts_until_then(self):
        order = fresh(OrderStatus.CANCELLING, reason=CancelReason.CUSTOMER)
        order.give_up_waiting(NOON + PATIENCE - timedelta(seconds=1), PATIENCE)
        assert order.status is OrderStatus.CANCELLING

    def test_is_not_prolonged_by_a_new_reason(self):
        order = fresh(OrderStatus.CANCELLING)
        order.cancel(CancelReason.CUSTOMER, DEADLINE + timedelta(minutes=9))
        order.give_up_waiting(DEADLINE + PATIENCE, PATIENCE)
        assert order.status is OrderStatus.CANCELLED
        assert order.progress.cancellation_reason is CancelReason.CUSTOMER

    def test_concerns_no_order_that_is_not_to_end(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.give_up_waiting(NOON + timedelta(days=1), PATIENCE)
        assert order.pull_changes() is None


class TestCancelling:
    @pytest.mark.parametrize("by", [CancelReason.CUSTOMER, CancelReason.STORE])
    def test_asks_for_the_end_of_an_unpaid_order(self, by):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.cancel(by, LATER)
        assert order.status is OrderStatus.CANCELLING
        assert order.progress.cancelling_since == LATER
        assert order.pull_events() == [OrderCancelRequested(5980, "BRL", "pix", DEADLINE, by.value)]

    @pytest.mark.parametrize("by", [CancelReason.CUSTOMER, CancelReason.STORE])
    def test_takes_over_from_an_expiry_and_says_so(self, by):
        order = fresh(OrderStatus.CANCELLING)
        order.cancel(by, DEADLINE + timedelta(minutes=1))
        assert order.progress.cancellation_reason is by
        assert order.progress.cancelling_since == DEADLINE
        assert statuses(order) == [OrderStatus.AWAITING_PAYMENT, OrderStatus.CANCELLING]
        assert order.pull_events() == [OrderCancelRequested(5980, "BRL", "pix", DEADLINE, by.value)]

    @pytest.mark.parametrize("by", [CancelReason.CUSTOMER, CancelReason.STORE])
    def test_again_changes_nothing(self, by):
        order = fresh(OrderStatus.CANCELLING, reason=CancelReason.CUSTOMER)
        order.cancel(by, LATER)
        assert order.pull_changes() is None
        assert order.pull_events() == []

    @pytest.mark.parametrize("by", [CancelReason.CUSTOMER, CancelReason.STORE])
    def test_ends_a_paid_order_at_once_with_its_stock_back(self, by):
        order = fresh(OrderStatus.RECEIVED)
        order.cancel(by, LATER)
        assert order.status is OrderStatus.CANCELLED
        assert held(order) == {ReservationState.RELEASED}
        assert order.pull_events() == [
            OrderCancelled(5980, "BRL", "pix", DEADLINE, by.value, goods_used=False)
        ]

    @pytest.mark.parametrize("status", [OrderStatus.IN_PREPARATION, OrderStatus.READY])
    def test_by_the_store_ends_what_is_in_the_works_without_the_goods(self, status):
        order = fresh(status)
        order.cancel(CancelReason.STORE, LATER)
        assert order.progress.goods_used
        assert held(order) == {ReservationState.CONSUMED}
        (event,) = order.pull_events()
        assert event.goods_used
        assert order.pull_changes().wasted == order.reservations
        order.cancel(CancelReason.STORE, LATER)
        assert order.pull_changes() is None

    @pytest.mark.parametrize("status", [OrderStatus.IN_PREPARATION, OrderStatus.READY])
    def test_by_the_customer_is_too_late_once_it_is_in_the_works(self, status):
        order = fresh(status)
        with pytest.raises(TooLateToCancel) as caught:
            order.cancel(CancelReason.CUSTOMER, LATER)
        assert caught.value.members() == {"order_status": status}

    @pytest.mark.parametrize("by", [CancelReason.CUSTOMER, CancelReason.STORE])
    def test_is_too_late_for_all_once_it_is_finished(self, by):
        with pytest.raises(TooLateToCancel):
            fresh(OrderStatus.FINISHED).cancel(by, LATER)

    def test_of_a_cancelled_order_changes_nothing(self):
        order = fresh(OrderStatus.CANCELLED)
        order.cancel(CancelReason.STORE, LATER)
        assert order.pull_changes() is None


class TestTheKitchen:
    def test_moves_one_step_at_a_time(self):
        order = fresh(OrderStatus.RECEIVED)
        for step in (OrderStatus.IN_PREPARATION, OrderStatus.READY, OrderStatus.FINISHED):
            order.advance(step, LATER)
            assert order.pull_events() == [OrderStatusChanged(step.value)]
        assert order.status is OrderStatus.FINISHED

    def test_consumes_the_goods_when_preparation_starts(self):
        order = fresh(OrderStatus.RECEIVED)
        order.advance(OrderStatus.IN_PREPARATION, LATER)
        assert held(order) == {ReservationState.CONSUMED}

    @pytest.mark.parametrize(
        ("status", "wanted", "allowed"),
        [
            (OrderStatus.AWAITING_PAYMENT, OrderStatus.RECEIVED, []),
            (OrderStatus.RECEIVED, OrderStatus.READY, ["IN_PREPARATION"]),
            (OrderStatus.IN_PREPARATION, OrderStatus.IN_PREPARATION, ["READY"]),
            (OrderStatus.READY, OrderStatus.RECEIVED, ["FINISHED"]),
            (OrderStatus.FINISHED, OrderStatus.FINISHED, []),
            (OrderStatus.CANCELLED, OrderStatus.IN_PREPARATION, []),
            (OrderStatus.CANCELLING, OrderStatus.CANCELLED, []),
        ],
    )
    def test_takes_no_other_step(self, status, wanted, allowed):
        order = fresh(status)
        with pytest.raises(IllegalStep) as caught:
            order.advance(wanted, LATER)
        assert str(caught.value) == f"An order that is {status} cannot become {wanted}."
        assert caught.value.members() == {"order_status": status, "allowed": allowed}
        assert order.pull_changes() is None


class TestNudging:
    @pytest.mark.parametrize(
        ("status", "said"),
        [
            (OrderStatus.AWAITING_PAYMENT, "order.placed.v1"),
            (OrderStatus.CANCELLING, "order.cancel_requested.v1"),
            (OrderStatus.CANCELLED, "order.cancelled.v1"),
        ],
    )
    def test_says_the_last_event_again_where_an_answer_is_overdue(self, status, said):
        order = fresh(status)
        due = order.progress.answer_due_at
        assert order.nudge(due - timedelta(seconds=1)) == ()
        assert order.nudge(due) == (said,)

    def test_tolerates_twice_the_silence_each_time_up_to_an_hour(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        silences = []
        for _ in range(10):
            due = order.progress.answer_due_at
            order.nudge(due)
            silences.append(order.progress.answer_due_at - due)
        assert silences[:3] == [FIRST_SILENCE * 2, FIRST_SILENCE * 4, FIRST_SILENCE * 8]
        assert silences[-1] == LONGEST_SILENCE

    def test_ends_with_the_answer(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.payment_created(told(status=PaymentStatus.PENDING), a_code(), LATER)
        assert order.progress.answer_due_at is None
        assert order.nudge(LATER + timedelta(days=1)) == ()

    def test_begins_anew_with_each_new_question(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.nudge(order.progress.answer_due_at)
        order.cancel(CancelReason.CUSTOMER, LATER)
        assert order.progress.answer_due_at == LATER + FIRST_SILENCE
        assert order.progress.nudges == 0

    def test_goes_on_until_all_the_money_of_a_cancelled_order_went_back(self):
        order = fresh(OrderStatus.CANCELLED)
        order.payment_closed(told(), LATER)
        order.payment_refunded(told(), 5979, LATER)
        assert order.progress.answer_due_at is not None
        order.payment_refunded(told(), 5980, LATER)
        assert order.progress.answer_due_at is None

    def test_goes_on_until_the_charge_of_a_cancelled_order_is_closed(self):
        order = fresh(OrderStatus.AWAITING_PAYMENT)
        order.payment_rejected(told(status=PaymentStatus.REJECTED), 0, LATER)
        assert order.progress.answer_due_at == LATER + FIRST_SILENCE
        order.payment_closed(None, LATER)
        assert order.progress.answer_due_at is None

    def test_waits_no_less_for_money_when_told_once_more_that_the_charge_is_closed(self):
        order = fresh(OrderStatus.CANCELLED)
        order.payment_closed(told(), LATER)
        order.nudge(order.progress.answer_due_at)
        due = order.progress.answer_due_at
        order.payment_closed(told(), LATER + FIRST_SILENCE)
        assert order.progress.answer_due_at == due

    def test_does_not_concern_a_cancelled_order_whose_end_was_answered_before_it_ended(self):
        order = fresh(OrderStatus.CANCELLING)
        order.payment_closed(None, LATER)
        assert order.progress.answer_due_at is None

    def test_begins_where_money_comes_after_the_end(self):
        order = fresh(OrderStatus.CANCELLING)
        order.give_up_waiting(DEADLINE + PATIENCE, PATIENCE)
        order.payment_approved(told(), DEADLINE + PATIENCE)
        assert order.progress.answer_due_at is not None


def test_changes_are_given_once_and_say_what_was_stored_before():
    order = fresh(OrderStatus.RECEIVED)
    order.advance(OrderStatus.IN_PREPARATION, LATER)
    changes = order.pull_changes()
    assert changes.history_kept == 2
    assert [change.entered for change in changes.reservations] == [ReservationState.CONSUMED]
    assert order.pull_changes() is None


# When nothing more will come


def test_an_order_is_over_once_it_is_picked_up():
    assert an_order_in(OrderStatus.FINISHED).is_over
    assert not an_order_in(OrderStatus.READY).is_over
    assert not an_order_in(OrderStatus.CANCELLING).is_over


def test_a_cancelled_order_is_over_once_its_money_is_back():
    order = an_order_in(OrderStatus.CANCELLED)
    assert not order.is_over

    order.payment_refunded(told(sequence=3), 5980, NOON)
    order.payment_closed(None, NOON)
    assert order.is_over
