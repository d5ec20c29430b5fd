from dataclasses import replace
from datetime import timedelta

import pytest

from payment_service.domain.provider import (
    Answered,
    NotMade,
    ProviderRefund,
    ProviderRefundStatus,
    Refused,
    Unknown,
)
from payment_service.domain.refund import RefundStatus
from payment_service.domain.work import Work
from tests.builders.payment_service import LEASE, NOW, a_payment, a_refund

DONE = Answered(ProviderRefund("r-9", 1000, ProviderRefundStatus.DONE))
IN_PROCESS = Answered(ProviderRefund("r-9", 1000, ProviderRefundStatus.IN_PROCESS))
REJECTED = Answered(ProviderRefund("r-9", 1000, ProviderRefundStatus.REFUSED))


def sent(**changes):
    return a_refund(work=Work(next_at=NOW), **changes).sent(NOW + LEASE)


def is_soon(refund):
    return NOW + timedelta(seconds=2.5) <= refund.work.due_at < NOW + timedelta(seconds=5)


def test_only_done_counts_as_returned():
    refund = sent()
    assert refund.status is RefundStatus.IN_PROCESS
    done = refund.concluded(DONE, NOW)
    assert (done.status, done.provider_id, done.done_at) == (RefundStatus.DONE, "r-9", NOW)
    assert done.work.due_at is None


def test_a_refund_that_the_provider_works_on_is_looked_up_later():
    refund = sent().concluded(IN_PROCESS, NOW)
    assert (refund.status, refund.provider_id) == (RefundStatus.IN_PROCESS, "r-9")
    assert is_soon(refund)


@pytest.mark.parametrize(("outcome", "why"), [(Refused("2063"), "2063"), (REJECTED, "rejected")])
def test_a_refused_refund_has_failed_unless_the_money_went_back_after_all(outcome, why):
    failed = sent().concluded(outcome, NOW)
    assert (failed.status, failed.failure, failed.work.due_at) == (RefundStatus.FAILED, why, None)
    assert failed.concluded(Unknown("late"), NOW) == failed
    assert failed.concluded(IN_PROCESS, NOW) == failed
    done = failed.concluded(DONE, NOW)
    assert (done.status, done.failure, done.done_at) == (RefundStatus.DONE, None, NOW)


def test_of_a_done_refund_the_provider_tells_how_much_it_was_and_when():
    earlier = NOW - LEASE
    told = ProviderRefund("r-9", 900, ProviderRefundStatus.DONE, earlier)
    done = sent().told(told, NOW)
    assert (done.amount, done.returned_at, done.done_at) == (900, earlier, NOW)
    untold = sent().concluded(DONE, NOW)
    assert (untold.amount, untold.returned_at) == (1000, NOW)
    assert untold.told(told, NOW + LEASE) == replace(untold, returned_at=earlier)
    assert untold.told(replace(told, status=ProviderRefundStatus.IN_PROCESS), NOW) == untold


def test_a_refund_that_the_provider_knows_of_was_sent():
    assert a_refund().told(IN_PROCESS.value, NOW).status is RefundStatus.IN_PROCESS


def test_a_void_refund_is_not_asked_about():
    assert sent().void().work.due_at is None


def test_another_try_begins_when_the_one_before_was_refused():
    again = sent().next_try(lambda: "refund-2", 900, NOW + LEASE)
    assert (again.id, again.amount, again.created_at) == ("refund-2", 900, NOW + LEASE)


@pytest.mark.parametrize("statuses", [("IN_PROCESS", "REQUESTED"), ("REQUESTED", "IN_PROCESS")])
def test_of_two_tries_in_place_of_one_that_was_done_the_one_not_said_yet_is_given_up(statuses):
    tries = tuple(a_refund(id=one, status=RefundStatus(one)) for one in statuses)
    after = a_payment(refunds=tries).without_next_try(a_refund(status=RefundStatus.FAILED))
    assert {one.id: one.status for one in after.refunds} == {"IN_PROCESS": "IN_PROCESS", "REQUESTED": "VOID"}


def test_what_is_done_stays_done():
    done = sent().concluded(DONE, NOW)
    assert done.concluded(DONE, NOW + LEASE) == done
    assert done.concluded(REJECTED, NOW) == done
    assert done.concluded(Refused("2063"), NOW) == done


def test_a_refusal_of_what_the_provider_has_is_looked_into():
    refund = sent(provider_id="r-9").concluded(Refused("2063"), NOW)
    assert refund.status is RefundStatus.IN_PROCESS
    assert is_soon(refund)


def test_a_refund_that_could_not_be_asked_for_comes_again_and_no_try_is_lost():
    refund = sent().concluded(NotMade(40), NOW)
    assert (refund.status, refund.work.tries) == (RefundStatus.IN_PROCESS, 0)
    assert NOW + timedelta(seconds=40) <= refund.work.due_at <= NOW + timedelta(seconds=80)
    assert sent().void().concluded(NotMade(40), NOW) == sent().void()


def test_an_unknown_outcome_stays_unknown_and_the_provider_may_say_when_to_come_back():
    refund = sent().concluded(Unknown("timeout", retry_after=90), NOW)
    assert (refund.status, refund.work.tries) == (RefundStatus.IN_PROCESS, 1)
    assert refund.work.due_at == NOW + timedelta(seconds=90)


def test_a_void_refund_may_turn_out_done_but_nothing_else():
    void = sent().void()
    assert void.concluded(Refused("x"), NOW) == void
    assert void.concluded(IN_PROCESS, NOW) == void
    assert void.asked_again(NOW) == void
    assert void.concluded(DONE, NOW).status is RefundStatus.DONE


def test_the_next_try_has_a_new_key_waits_and_counts_on():
    failed = sent().concluded(Refused("2063"), NOW)
    again = failed.next_try(lambda: "refund-2", 800, NOW)
    assert (again.id, again.amount, again.status) == ("refund-2", 800, RefundStatus.REQUESTED)
    assert again.work.tries == 1
    assert is_soon(again)


def test_what_staff_typed_stays_here():
    assert a_refund(reason="Ana desistiu", by_staff=True).told_reason == "staff"
    assert a_refund(reason="duplicate_payment").told_reason == "duplicate_payment"
