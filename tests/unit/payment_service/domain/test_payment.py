"""A payment by itself; what becomes of it within its charge is in test_charge.py."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import ProviderRefund, ProviderRefundStatus, ProviderStatus
from payment_service.domain.refund import RefundStatus
from tests.builders.payment_service import NOW, a_code, a_payment, a_refund, an_answer, ids

APPROVED, PENDING = ProviderStatus.APPROVED, ProviderStatus.PENDING
CHARGED_BACK = ProviderStatus.CHARGED_BACK
MINUTE = timedelta(minutes=1)


def told(*answers, now=NOW):
    payment = a_payment()
    for answer in answers:
        payment = payment.told(answer, fits=True, now=now)
    return payment


def test_money_that_is_to_go_back_is_not_kept_and_the_first_reason_stays():
    payment = a_payment().keep().give_back("order_cancelled").give_back("late")
    assert (payment.kept, payment.return_reason) == (False, "order_cancelled")


def test_the_latest_of_the_providers_times_is_remembered_in_whatever_order_they_come():
    older, newer = NOW - MINUTE, NOW + MINUTE
    for times in ((older, newer, None), (newer, older, None), (None, newer, older)):
        payment = told(*(an_answer(APPROVED, updated_at=time) for time in times))
        assert payment.provider_updated_at == newer


def test_when_the_money_came_is_what_the_provider_says_last_else_when_it_was_heard_of():
    said = NOW - MINUTE
    assert told(an_answer(APPROVED)).paid_at == NOW
    assert told(an_answer(APPROVED), an_answer(APPROVED, detail="again")).paid_at == NOW
    assert told(an_answer(APPROVED), an_answer(APPROVED, approved_at=said)).paid_at == said


@pytest.mark.parametrize("statuses", [("REQUESTED", "IN_PROCESS"), ("IN_PROCESS", "REQUESTED")])
def test_a_refund_without_a_known_id_is_taken_for_the_one_that_was_said(statuses):
    payment = a_payment(refunds=tuple(a_refund(id=one, status=RefundStatus(one)) for one in statuses))
    done = ProviderRefund("r-1", 1000, ProviderRefundStatus.DONE)
    after = payment.told_refund(done, ids(), NOW)
    assert {one.id: one.provider_id for one in after.refunds} == {"IN_PROCESS": "r-1", "REQUESTED": None}


def test_when_it_was_approved_is_known_of_what_was_paid_alone():
    assert told(an_answer(APPROVED)).approved_at == NOW
    assert told(an_answer(APPROVED), an_answer(CHARGED_BACK), now=NOW + MINUTE).approved_at == NOW + MINUTE
    for status in (PENDING, ProviderStatus.REJECTED):
        payment = told(an_answer(status, approved_at=NOW))
        assert (payment.approved_at, payment.paid_at) == (None, None)


@pytest.mark.parametrize("status", [PaymentStatus.REJECTED, PaymentStatus.PENDING, PaymentStatus.APPROVED])
def test_a_state_is_left_for_a_higher_one_alone_but_its_words_are_the_last(status):
    paid = a_payment(status=PaymentStatus.APPROVED)
    assert paid.moved(status, "in other words", NOW) == replace(paid, detail="in other words")


def test_one_that_was_never_said_is_cancelled_and_not_wanted_any_more():
    ended = a_payment().let_go(NOW)
    assert (ended.status, ended.unwanted) == (PaymentStatus.CANCELLED, True)


def test_what_was_heard_of_was_sent_and_has_what_the_provider_gave_it():
    until = NOW + 9 * MINUTE
    payment = told(an_answer(PENDING, expires_at=until))
    assert (payment.provider_id, payment.sent_at, payment.expires_at) == ("mp-payment-1", NOW, until)
    assert (payment.qr_code, payment.ticket_url) == (a_code("payment-1"), "https://provider.test/payment-1")


@pytest.mark.parametrize(
    ("seen", "said", "status"),
    [
        (NOW, NOW + MINUTE, "APPROVED"),
        (NOW, NOW, "APPROVED"),
        (NOW, None, "APPROVED"),
        (None, NOW, "APPROVED"),
        (NOW, NOW - MINUTE, "CHARGED_BACK"),
    ],
)
def test_money_that_was_charged_back_is_here_again_unless_that_is_older_news(seen, said, status):
    payment = told(an_answer(CHARGED_BACK, updated_at=seen), an_answer(APPROVED, updated_at=said))
    assert payment.status == status


def test_a_higher_state_is_news_whatever_the_providers_clock_says():
    late = an_answer(APPROVED, updated_at=NOW - MINUTE)
    assert told(an_answer(PENDING, updated_at=NOW), late).status is PaymentStatus.APPROVED
