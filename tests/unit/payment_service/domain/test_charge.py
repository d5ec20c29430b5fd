"""What a charge does when the order and the provider speak to it."""

from datetime import timedelta

import pytest

from payment_service.domain.calls import CancelCall, CreateCall, PaymentSaid, ReadCall
from payment_service.domain.charge_record import ChargeState
from payment_service.domain.errors import (
    AlreadyPaid,
    ChargeEnded,
    NoAttemptsLeft,
    PaymentStillLive,
    RefundTooLarge,
    UnknownPayment,
)
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import Answered, ProviderStatus, Refused, Unknown
from tests.builders.payment_service import LEASE, NOW, STORE, TOTAL, Desk, a_code, an_answer

APPROVED, PENDING = ProviderStatus.APPROVED, ProviderStatus.PENDING
REJECTED, EXPIRED = ProviderStatus.REJECTED, ProviderStatus.EXPIRED
CANCELLED, CHARGED_BACK = ProviderStatus.CANCELLED, ProviderStatus.CHARGED_BACK


def created(desk):
    """The newest attempt stands at the provider."""
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, Answered(an_answer(of=call.payment_id))))
    return desk


def a_live_charge():
    desk = created(Desk().place())
    desk.events()
    return desk


def a_settled_charge():
    desk = a_live_charge()
    desk.hear(an_answer(APPROVED))
    desk.events()
    return desk


def refunds(desk, of=0):
    return [(refund.status, refund.amount, refund.reason) for refund in desk.charge.payments[of].refunds]


# placed


def test_a_pix_order_begins_with_its_first_attempt_once_however_often_it_is_told():
    desk = Desk().place().place()
    assert [payment.number for payment in desk.charge.payments] == [1]
    assert desk.payment.amount == TOTAL
    assert desk.told() == []


def test_a_card_order_waits_for_its_first_attempt():
    desk = Desk(method="card").place()
    assert desk.charge.payments == ()
    desk.retry()
    assert desk.payment.number == 1


def test_the_code_lives_half_an_hour_from_when_the_provider_hears_of_it_or_until_the_deadline():
    assert Desk().place().payment.expires_at == NOW + timedelta(minutes=40)
    late = NOW + timedelta(hours=2)
    assert Desk(deadline=late).place().payment.expires_at == late


def test_the_code_is_told_when_the_provider_has_made_the_payment():
    desk = created(Desk().place())
    (event,) = desk.events()
    assert event.type == "payment.created.v1"
    assert (event.payment_id, event.attempt, event.status) == ("payment-1", 1, "PENDING")
    assert (event.method, event.amount, event.qr_code) == ("pix", TOTAL, a_code("payment-1"))


def test_a_payment_without_a_code_to_trust_is_told_when_the_code_comes():
    desk = Desk().place()
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, Answered(an_answer(qr_code=None))))
    assert desk.told() == []
    desk.hear(an_answer())
    assert desk.told() == ["created"]


def test_an_order_placed_again_hears_what_is_known():
    desk = a_live_charge().place()
    assert desk.told() == ["created"]
    desk.hear(an_answer(REJECTED))
    desk.told()
    assert desk.place().told() == ["rejected"]
    assert a_settled_charge().place().told() == ["approved"]
    assert Desk().place().place().told() == []
    assert a_live_charge().close("customer").place().told() == []


# paid


def test_an_approved_payment_settles_the_charge_and_is_kept():
    desk = a_live_charge()
    desk.hear(an_answer(APPROVED))
    assert desk.charge.state is ChargeState.SETTLED
    assert desk.payment.kept
    assert desk.payment.approved_at == NOW
    assert desk.told() == ["approved"]
    desk.hear(an_answer(APPROVED))
    assert desk.told() == []


def test_a_payment_may_be_approved_before_its_code_was_heard_of():
    desk = Desk().place()
    desk.take()
    assert desk.hear(an_answer(APPROVED))
    assert desk.told() == ["approved"]


def test_what_the_provider_said_is_kept_as_proof_when_it_is_new():
    desk = a_live_charge()
    assert [(heard.answer.status, heard.at) for heard in desk.charge.pull_heard()] == [(PENDING, desk.now)]
    desk.hear(an_answer())
    desk.hear(an_answer(APPROVED))
    desk.hear(an_answer(APPROVED))
    desk.hear(an_answer(APPROVED, detail="partially_refunded"))
    heard = desk.charge.pull_heard()
    assert [one.answer.detail for one in heard] == ["approved", "partially_refunded"]
    assert {one.payment_id for one in heard} == {"payment-1"}


def test_a_payment_of_somebody_else_is_not_heard():
    desk = a_live_charge()
    assert not desk.hear(an_answer(APPROVED, of="another"))
    assert not desk.hear(an_answer(APPROVED, id="mp-other"))
    assert desk.told() == []


def test_a_second_payment_under_one_attempt_is_not_believed():
    desk = a_live_charge().wait(minutes=1)
    (call,) = desk.take()
    assert desk.conclude(PaymentSaid(call, Answered(an_answer(APPROVED, id="mp-other")))) == 1
    assert desk.payment.status is PaymentStatus.PENDING


# not paid


def test_a_rejected_attempt_leaves_the_others():
    desk = a_live_charge()
    desk.hear(an_answer(REJECTED, detail="rejected_by_bank"))
    (event,) = desk.events()
    assert (event.type, event.reason, event.attempts_left) == ("payment.rejected.v1", "rejected_by_bank", 2)
    assert desk.charge.state is ChargeState.OPEN
    desk.retry()
    assert [payment.number for payment in desk.charge.payments] == [1, 2]


@pytest.mark.parametrize("ended", [EXPIRED, CANCELLED])
def test_an_attempt_that_ends_at_the_provider_unasked_is_told_as_rejected(ended):
    desk = a_live_charge()
    desk.hear(an_answer(ended, detail=None))
    (event,) = desk.events()
    assert (event.type, event.reason, event.status) == ("payment.rejected.v1", ended.lower(), ended)


def test_an_attempt_that_the_provider_will_not_make_is_rejected_and_counted():
    desk = Desk().place()
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, Refused("4037")))
    (event,) = desk.events()
    assert (event.reason, event.attempts_left) == ("4037", 2)
    assert desk.payment.work.due_at is None


def test_a_payment_that_was_refused_and_is_there_after_all_is_ended():
    desk = Desk().place()
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, Refused("4037")))
    desk.hear(an_answer())
    assert desk.payment.status is PaymentStatus.REJECTED
    assert [type(call) for call in desk.take()] == [CancelCall]


def test_no_state_falls_back():
    desk = a_live_charge()
    desk.hear(an_answer(REJECTED))
    desk.hear(an_answer(PENDING))
    desk.hear(an_answer(CANCELLED))
    assert desk.payment.status is PaymentStatus.REJECTED
    desk.hear(an_answer(APPROVED))
    desk.hear(an_answer(REJECTED))
    assert desk.payment.status is PaymentStatus.APPROVED


def test_a_rejected_attempt_that_is_paid_after_all_is_kept_and_the_live_one_is_ended():
    desk = a_live_charge()
    desk.hear(an_answer(REJECTED))
    desk.retry()
    desk = created(desk)
    desk.events()
    desk.hear(an_answer(APPROVED))
    assert desk.told() == ["approved"]
    assert desk.charge.payments[0].kept
    assert CancelCall in [type(call) for call in desk.take()]


def test_an_attempt_that_was_never_said_is_dropped_when_another_is_paid():
    desk = a_live_charge()
    desk.hear(an_answer(REJECTED))
    desk.retry()
    desk.hear(an_answer(APPROVED))
    assert desk.payment.status is PaymentStatus.CANCELLED
    assert desk.told() == ["rejected", "approved"]


# another attempt


def test_another_attempt_needs_the_last_one_to_be_over_and_one_to_be_left():
    desk = Desk(attempts_allowed=2).place()
    with pytest.raises(PaymentStillLive, match=r"^another attempt can still be paid$"):
        desk.retry()
    desk = created(desk)
    desk.hear(an_answer(REJECTED))
    desk.retry()
    desk = created(desk)
    desk.hear(an_answer(REJECTED, of="payment-2"))
    with pytest.raises(NoAttemptsLeft, match=r"^every attempt that the order allows was made$"):
        desk.retry()


def test_no_attempt_begins_once_the_order_is_paid_closed_or_late():
    with pytest.raises(AlreadyPaid, match=r"^an approved payment is kept for this order$"):
        a_settled_charge().retry()
    with pytest.raises(ChargeEnded, match=r"^nothing more is charged for this order$"):
        Desk().place().close("customer").retry()
    with pytest.raises(ChargeEnded, match=r"^nothing more is charged for this order$"):
        Desk(method="card").wait(minutes=15).retry()


# closing


def test_a_cancel_before_the_order_is_known_closes_it_and_nothing_live_ever_begins():
    desk = Desk().close("customer")
    (event,) = desk.events()
    assert (event.type, event.payment_id, event.attempt) == ("payment.closed.v1", None, None)
    assert (event.status, event.method, event.amount) == (None, None, None)
    desk.place()
    assert desk.charge.payments == ()
    assert desk.told() == []


def test_an_attempt_that_was_never_said_is_cancelled_here():
    desk = Desk().place().close("expired")
    assert desk.payment.status is PaymentStatus.CANCELLED
    assert desk.charge.state is ChargeState.CLOSED
    assert desk.told() == ["closed"]
    assert desk.take() == []


def test_an_attempt_that_was_said_and_not_answered_is_said_again_and_then_ended():
    desk = Desk().place()
    (call,) = desk.take()
    desk.close("expired")
    assert desk.charge.state is ChargeState.CLOSING
    desk.conclude(PaymentSaid(call, Unknown("timeout")))
    (again,) = desk.wait(seconds=2).take()
    assert isinstance(again, CreateCall)
    assert again.repeated
    desk.conclude(PaymentSaid(again, Answered(an_answer())))
    (end,) = desk.take()
    assert isinstance(end, CancelCall)
    desk.conclude(PaymentSaid(end, Answered(an_answer(CANCELLED))))
    assert desk.charge.state is ChargeState.CLOSED
    assert desk.told() == ["closed"]


def test_a_live_attempt_is_ended_at_once_when_the_order_is_to_end():
    desk = a_live_charge().close("expired")
    assert desk.told() == []
    (call,) = desk.take()
    assert isinstance(call, CancelCall)
    desk.conclude(PaymentSaid(call, Answered(an_answer())))
    assert desk.charge.state is ChargeState.CLOSING
    assert [type(call) for call in desk.wait(seconds=2).take()] == [CancelCall]


def test_it_knows_since_when_it_is_to_end_whatever_reason_follows():
    desk = a_live_charge().wait(minutes=1)
    asked = desk.now
    desk.close("expired").wait(minutes=1).close("customer")
    assert desk.charge.record.closing_since == asked


def test_the_end_of_an_expiry_that_was_taken_back_does_not_count_for_the_next():
    desk = a_live_charge().close("expired")
    desk.hear(an_answer(APPROVED))
    assert desk.charge.state is ChargeState.SETTLED
    desk.wait(minutes=1).close("customer")
    assert desk.charge.record.closing_since == desk.now


def test_who_is_asked_twice_answers_twice():
    desk = a_live_charge().close("expired").close("expired").close("customer").close("store")
    assert desk.charge.record.reason == "customer"
    assert desk.told() == []
    desk.hear(an_answer(CANCELLED))
    assert desk.told() == ["closed"]
    assert desk.close("expired").close("customer").told() == ["closed", "closed"]


def test_money_that_comes_before_an_expiry_is_answered_settles_the_charge():
    desk = a_live_charge().close("expired")
    desk.hear(an_answer(APPROVED))
    assert desk.charge.state is ChargeState.SETTLED
    assert desk.payment.kept
    assert desk.told() == ["approved"]
    assert desk.close("expired").told() == ["approved"]


def test_money_that_comes_before_a_customers_cancel_is_answered_goes_back():
    desk = a_live_charge().close("customer")
    desk.hear(an_answer(APPROVED))
    assert desk.charge.state is ChargeState.CLOSED
    assert desk.told() == ["closed"]
    assert refunds(desk) == [("REQUESTED", TOTAL, "order_cancelled")]
    assert not desk.payment.kept


@pytest.mark.parametrize("reasons", [("expired", "customer"), ("customer", "expired")])
def test_any_reason_beats_expiry_in_whatever_order_they_come(reasons):
    desk = a_live_charge().close(reasons[0]).close(reasons[1])
    desk.hear(an_answer(APPROVED))
    assert desk.told() == ["closed"]
    assert refunds(desk) == [("REQUESTED", TOTAL, "order_cancelled")]


def test_a_paid_order_that_is_cancelled_is_closed_and_refunded_at_once():
    desk = a_settled_charge().close("cancelled")
    assert desk.told() == ["closed"]
    assert desk.charge.state is ChargeState.CLOSED
    assert refunds(desk) == [("REQUESTED", TOTAL, "order_cancelled")]


def test_money_kept_while_only_expiring_goes_back_when_the_customer_cancels_before_the_answer():
    desk = a_live_charge()
    desk.hear(an_answer(REJECTED))
    desk.retry()
    desk = created(desk)
    desk.events()
    desk.close("expired")
    desk.hear(an_answer(APPROVED))
    assert desk.told() == []
    desk.close("customer")
    desk.hear(an_answer(CANCELLED, of="payment-2"))
    assert desk.told() == ["closed"]
    assert refunds(desk) == [("REQUESTED", TOTAL, "order_cancelled")]


def test_an_expiry_waits_for_the_last_live_attempt_and_is_answered_once():
    desk = a_live_charge()
    desk.hear(an_answer(REJECTED))
    desk.retry()
    desk = created(desk)
    desk.events()
    desk.close("expired")
    desk.hear(an_answer(APPROVED))
    desk.hear(an_answer(APPROVED, of="payment-2"))
    assert desk.told() == ["approved"]
    assert refunds(desk, 1) == [("REQUESTED", TOTAL, "duplicate_payment")]
    assert refunds(desk, 0) == []


def test_a_rejection_while_closing_is_told_by_the_answer_alone():
    desk = a_live_charge().close("expired")
    desk.hear(an_answer(REJECTED))
    assert desk.told() == ["closed"]


# late money, and twice


def test_money_that_comes_after_the_charge_was_closed_goes_back():
    desk = a_live_charge().close("customer")
    desk.hear(an_answer(CANCELLED))
    desk.told()
    desk.hear(an_answer(APPROVED))
    assert refunds(desk) == [("REQUESTED", TOTAL, "paid_after_close")]
    desk.hear(an_answer(APPROVED))
    assert len(refunds(desk)) == 1
    assert desk.told() == []
    assert desk.charge.state is ChargeState.CLOSED


def test_of_two_approved_attempts_the_first_is_kept():
    desk = a_live_charge()
    desk.hear(an_answer(REJECTED))
    desk.retry()
    desk = created(desk)
    desk.hear(an_answer(APPROVED, of="payment-2"))
    desk.hear(an_answer(APPROVED))
    assert [payment.kept for payment in desk.charge.payments] == [False, True]
    assert refunds(desk, 0) == [("REQUESTED", TOTAL, "duplicate_payment")]
    assert refunds(desk, 1) == []


# not what was asked for


@pytest.mark.parametrize(
    "changes", [{"amount": TOTAL - 1}, {"amount": TOTAL + 1}, {"currency": "USD"}, {"reference": "other"}]
)
def test_money_that_is_not_what_was_asked_for_is_never_approved_and_goes_back(changes):
    desk = a_live_charge()
    desk.hear(an_answer(APPROVED, **changes))
    assert desk.payment.status is PaymentStatus.REJECTED
    assert desk.charge.state is ChargeState.OPEN
    (event,) = desk.events()
    assert (event.type, event.reason, event.attempts_left) == ("payment.rejected.v1", "amount_mismatch", 2)
    assert refunds(desk) == [("REQUESTED", changes.get("amount", TOTAL), "amount_mismatch")]
    desk.hear(an_answer(APPROVED))
    assert desk.payment.status is PaymentStatus.REJECTED


def test_a_payment_made_for_another_amount_is_ended_before_anybody_pays_it():
    desk = Desk().place()
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, Answered(an_answer(amount=TOTAL * 100))))
    assert desk.told() == ["rejected"]
    assert refunds(desk) == []
    assert [type(call) for call in desk.take()] == [CancelCall]
    desk.hear(an_answer(amount=TOTAL * 100, detail="news"))
    assert desk.payment.detail == "amount_mismatch"


def test_what_ends_without_money_need_not_fit():
    desk = a_live_charge()
    desk.hear(an_answer(REJECTED, amount=1, detail="bank_error"))
    assert desk.payment.detail == "bank_error"
    assert desk.payment.return_reason is None


# chargebacks


def test_a_kept_payment_that_is_charged_back_stays_the_kept_one():
    desk = a_settled_charge()
    desk.hear(an_answer(CHARGED_BACK))
    (event,) = desk.events()
    assert (event.type, event.reimbursed, event.status) == ("payment.charged_back.v1", False, "CHARGED_BACK")
    assert desk.charge.state is ChargeState.SETTLED
    assert desk.close("expired").told() == ["approved"]
    desk.hear(an_answer(APPROVED))
    (event,) = desk.events()
    assert (event.reimbursed, event.status) == (True, "APPROVED")
    assert refunds(desk) == []


def test_a_chargeback_makes_open_refunds_void_and_its_reimbursement_asks_for_them_again():
    desk = a_settled_charge().close("store")
    desk.hear(an_answer(CHARGED_BACK))
    assert refunds(desk) == [("VOID", TOTAL, "order_cancelled")]
    desk.hear(an_answer(APPROVED))
    assert refunds(desk)[1:] == [("REQUESTED", TOTAL, "order_cancelled")]
    assert desk.told() == ["closed", "charged_back", "charged_back"]


def test_further_money_beside_a_kept_payment_that_was_charged_back_goes_back():
    desk = a_live_charge()
    desk.hear(an_answer(REJECTED))
    desk.retry()
    desk = created(desk)
    desk.hear(an_answer(APPROVED, of="payment-2"))
    desk.hear(an_answer(CHARGED_BACK, of="payment-2"))
    desk.hear(an_answer(APPROVED))
    assert refunds(desk, 0) == [("REQUESTED", TOTAL, "duplicate_payment")]


def test_a_chargeback_of_money_that_was_never_heard_of_is_both():
    desk = a_live_charge()
    desk.hear(an_answer(CHARGED_BACK))
    assert desk.told() == ["approved", "charged_back"]
    late = a_live_charge().close("customer")
    late.hear(an_answer(CANCELLED))
    late.told()
    late.hear(an_answer(CHARGED_BACK))
    assert late.told() == ["charged_back"]
    assert refunds(late) == []


def test_a_chargeback_of_money_that_did_not_fit_waits_for_the_money():
    desk = a_live_charge()
    desk.hear(an_answer(APPROVED, amount=1))
    desk.hear(an_answer(CHARGED_BACK, amount=1))
    assert refunds(desk) == [("VOID", 1, "amount_mismatch")]
    desk.hear(an_answer(APPROVED, amount=1))
    assert refunds(desk)[1:] == [("REQUESTED", 1, "amount_mismatch")]


def test_an_answer_from_before_the_chargeback_is_no_reimbursement():
    desk = a_settled_charge()
    desk.hear(an_answer(CHARGED_BACK, updated_at=NOW))
    desk.hear(an_answer(APPROVED, updated_at=NOW - timedelta(seconds=1)))
    assert desk.payment.status is PaymentStatus.CHARGED_BACK
    desk.hear(an_answer(APPROVED, updated_at=NOW))
    assert desk.payment.status is PaymentStatus.APPROVED


# asking the provider


def test_a_pending_payment_is_looked_at_ever_later():
    desk = a_live_charge()
    waits = []
    for _ in range(7):
        waits.append((desk.charge.record.next_at - desk.now).total_seconds())
        desk.now = desk.charge.record.next_at
        (call,) = desk.take()
        assert isinstance(call, ReadCall)
        desk.conclude(PaymentSaid(call, Answered(an_answer())))
    assert waits == [5, 10, 20, 40, 60, 60, 60]


def test_what_somebody_has_in_hand_is_nobody_elses_until_the_lease_ends():
    desk = Desk().place()
    (first,) = desk.take()
    assert desk.take() == []
    desk.wait(seconds=LEASE.total_seconds())
    (second,) = desk.take()
    assert second.repeated
    assert desk.conclude(PaymentSaid(first, Refused("late"))) == 0
    assert desk.payment.status is PaymentStatus.CREATED
    desk.conclude(PaymentSaid(second, Answered(an_answer())))
    assert desk.payment.status is PaymentStatus.PENDING


def test_an_attempt_is_always_said_in_the_same_words():
    desk = Desk().place()
    (first,) = desk.take()
    desk.conclude(PaymentSaid(first, Unknown("timeout", retry_after=30)))
    assert desk.wait(seconds=29).take() == []
    (second,) = desk.wait(seconds=1).take()
    assert (first.amount, first.expires_at, first.attempt) == (
        second.amount,
        second.expires_at,
        second.attempt,
    )
    assert (first.repeated, second.repeated) == (False, True)


def test_reading_or_ending_in_vain_changes_nothing():
    desk = a_live_charge().wait(seconds=5)
    (call,) = desk.take()
    assert desk.conclude(PaymentSaid(call, Refused("2000"))) == 1
    assert desk.payment.status is PaymentStatus.PENDING


def test_a_look_that_was_under_way_when_the_order_was_to_end_does_not_delay_it():
    desk = a_live_charge().wait(seconds=5)
    (look,) = desk.take()
    desk.close("expired")
    desk.conclude(PaymentSaid(look, Answered(an_answer())))
    assert [type(call) for call in desk.wait(seconds=2).take()] == [CancelCall]


def test_a_dead_code_is_watched_for_late_money_then_compared_daily_for_ninety_days():
    desk = a_live_charge()
    desk.hear(an_answer(REJECTED))
    for _ in range(30):
        assert desk.charge.record.next_at == desk.now + timedelta(minutes=1)
        (call,) = desk.wait(minutes=1).take()
        desk.conclude(PaymentSaid(call, Answered(an_answer(REJECTED))))
    assert desk.charge.record.next_at == desk.now + timedelta(days=1)
    desk.wait(days=90)
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, Answered(an_answer(REJECTED))))
    assert desk.charge.record.next_at is None


def test_a_paid_payment_is_compared_daily():
    assert a_settled_charge().charge.record.next_at == NOW + timedelta(days=1)


# standing still


def test_a_charge_without_attempts_left_reminds_the_order_until_it_closes_the_charge():
    desk = created(Desk(attempts_allowed=1).place())
    desk.hear(an_answer(REJECTED))
    assert desk.charge.record.remind_at == NOW + timedelta(seconds=30)
    assert desk.wait(seconds=30).charge.remind(desk.now) == "payment.rejected.v1"
    assert desk.charge.record.remind_at == desk.now + timedelta(seconds=60)
    desk.charge.order_goes_on(finished=False)
    assert desk.charge.record.remind_at is not None
    desk.close("cancelled")
    assert desk.charge.record.remind_at is None


def test_a_settled_charge_reminds_the_order_until_it_goes_on():
    desk = a_settled_charge()
    assert desk.charge.record.remind_at == NOW + timedelta(seconds=30)
    assert desk.wait(seconds=30).charge.remind(desk.now) == "payment.approved.v1"
    desk.hear(an_answer(APPROVED, detail="partially_refunded"))
    assert desk.charge.record.remind_at == desk.now + timedelta(seconds=60)
    desk.charge.order_goes_on(finished=False)
    assert desk.charge.record.remind_at is None
    desk.wait(seconds=30).hear(an_answer(CHARGED_BACK))
    assert desk.charge.record.remind_at is None


def test_nothing_is_reminded_of_while_an_attempt_can_be_paid_or_made():
    last = created(Desk(attempts_allowed=1).place())
    last.hear(an_answer(PENDING, detail="in_review"))
    assert last.charge.record.remind_at is None
    first = created(Desk(attempts_allowed=2).place())
    first.hear(an_answer(REJECTED))
    assert first.charge.record.remind_at is None


def test_money_that_comes_when_no_attempt_was_left_is_reminded_of_from_then_on():
    desk = created(Desk(attempts_allowed=1).place())
    desk.hear(an_answer(REJECTED))
    desk.wait(seconds=30).charge.remind(desk.now)
    desk.hear(an_answer(APPROVED))
    assert desk.charge.remind(desk.now) == "payment.approved.v1"
    assert desk.charge.record.remind_at == desk.now + timedelta(seconds=60)


def test_an_expiry_that_was_taken_back_is_reminded_of_until_the_order_goes_on():
    desk = a_live_charge().close("expired").wait(seconds=3)
    desk.hear(an_answer(APPROVED))
    assert desk.charge.record.remind_at == desk.now + timedelta(seconds=30)
    desk.close("customer")
    assert desk.charge.record.remind_at is None


def test_the_longer_an_order_says_nothing_the_more_seldom_it_is_reminded():
    desk = a_settled_charge()
    waits = []
    for _ in range(3):
        waits.append(desk.charge.record.remind_at - desk.now)
        desk.now = desk.charge.record.remind_at
        desk.charge.remind(desk.now)
    assert waits == sorted(set(waits))
    assert desk.charge.record.reminders == 3


def test_an_expiry_that_comes_after_the_money_is_answered_and_changes_nothing():
    desk = a_settled_charge()
    before = desk.charge.record
    assert desk.wait(minutes=1).close("expired").told() == ["approved"]
    assert desk.charge.record == before


def test_the_answer_to_an_end_tells_of_the_attempt_that_tells_most():
    desk = a_live_charge().close("customer")
    desk.hear(an_answer(CANCELLED))
    desk.close("customer")
    told = [(one.payment_id, one.attempt, one.status, one.amount) for one in desk.events()]
    assert told == [("payment-1", 1, PaymentStatus.CANCELLED, TOTAL)] * 2


def test_an_order_that_went_on_is_finished_for_good():
    desk = a_settled_charge()
    desk.charge.order_goes_on(finished=True)
    desk.charge.order_goes_on(finished=False)
    assert desk.charge.record.finished


@pytest.mark.parametrize(
    ("told", "until"),
    [(NOW + timedelta(minutes=25), NOW + timedelta(minutes=25)), (None, NOW + timedelta(minutes=15))],
)
def test_an_attempt_that_was_forgotten_is_taken_up_as_the_next_one(told, until):
    desk = created(Desk().place()).wait(seconds=9)
    assert desk.hear(an_answer(APPROVED, of="lost", store=STORE, expires_at=told))
    found = desk.payment
    assert (found.id, found.number, found.amount, found.method) == ("lost", 2, TOTAL, "pix")
    assert (found.created_at, found.sent_at, found.expires_at) == (desk.now, desk.now, until)


@pytest.mark.parametrize("account", [None, "7"])
def test_money_of_an_attempt_that_was_made_twice_is_an_attempt_of_its_own(account):
    desk = created(Desk().place(collector=account))
    assert desk.hear(an_answer(APPROVED, id="mp-twin", store=STORE), collector=account)
    assert [(one.id, one.number) for one in desk.charge.payments] == [("payment-1", 1), ("payment-2", 2)]


def test_an_unknown_attempt_is_an_error():
    with pytest.raises(UnknownPayment, match=r"^no such payment$"):
        Desk().place().refund(of="nobody")


def test_a_charge_that_was_saved_is_stored_as_its_next_version():
    desk = Desk()
    assert desk.charge.stored == desk.charge.record
    assert desk.charge.record.created_at == NOW
    desk.place()
    assert desk.charge.stored != desk.charge.record
    versions = [desk.charge.version]
    for _ in range(2):
        desk.charge.saved()
        versions.append(desk.charge.version)
    assert desk.charge.stored == desk.charge.record
    assert versions == [1, 2, 3]


def test_the_subject_of_what_it_says_is_the_order():
    desk = Desk()
    assert (desk.charge.subject, desk.charge.store) == (desk.charge.record.terms.order_id, "default")


def test_a_refusal_that_comes_after_the_payment_was_heard_of_changes_nothing():
    desk = Desk().place()
    (call,) = desk.take()
    desk.hear(an_answer())
    desk.conclude(PaymentSaid(call, Refused("4037")))
    assert desk.payment.status is PaymentStatus.PENDING


def test_a_refused_attempt_is_not_asked_about():
    desk = Desk().place()
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, Refused("4037")))
    assert desk.conclude(PaymentSaid(call, Unknown("late, by the same hand"))) == 1
    assert desk.payment.work.due_at is None


def test_errors_say_no_more_than_they_must():
    assert UnknownPayment("gone").members() == {}


def test_what_is_left_of_a_payment_is_said_in_reais():
    assert RefundTooLarge("too much", 10_105).members() == {"left": "101.05"}
