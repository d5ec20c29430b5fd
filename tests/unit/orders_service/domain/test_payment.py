from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders_service.domain.payment import Payment, PaymentMethod, Payments, PaymentStatus
from tests.builders.orders_service import a_code, told

FINAL_WITHOUT_MONEY = (PaymentStatus.REJECTED, PaymentStatus.CANCELLED, PaymentStatus.EXPIRED)


def payment_after(*notes):
    payments = Payments()
    for note in notes:
        payments.note(note)
    return payments.shown()


@pytest.mark.parametrize("status", FINAL_WITHOUT_MONEY)
def test_a_late_approval_beats_any_end_without_money(status):
    late, early = told(status=PaymentStatus.APPROVED, sequence=9), told(status=status, sequence=3)
    assert payment_after(early, late).status is PaymentStatus.APPROVED
    assert payment_after(late, early).status is PaymentStatus.APPROVED


def test_a_higher_rank_is_never_left_for_a_lower_one_told_later():
    pending = told(status=PaymentStatus.PENDING, sequence=9)
    assert payment_after(told(sequence=3), pending).status is PaymentStatus.APPROVED


def test_a_chargeback_and_its_reimbursement_follow_the_speakers_sequence():
    approved = told(status=PaymentStatus.APPROVED, sequence=2)
    charged_back = told(status=PaymentStatus.CHARGED_BACK, sequence=3)
    reimbursed = told(status=PaymentStatus.APPROVED, sequence=4)
    for order in permutations((approved, charged_back, reimbursed)):
        assert payment_after(*order).status is PaymentStatus.APPROVED
    for order in permutations((approved, charged_back)):
        assert payment_after(*order).status is PaymentStatus.CHARGED_BACK


def test_the_same_again_is_no_news():
    payments = Payments()
    assert payments.note(told())
    assert not payments.note(told())
    assert len(payments.pull_changes()) == 1
    assert payments.pull_changes() == ()


def test_of_an_attempt_is_known_what_was_told_and_no_more():
    first = told("a", PaymentStatus.PENDING, attempt=2, sequence=7, method=PaymentMethod.CARD)
    assert payment_after(first) == Payment("a", 2, PaymentStatus.PENDING, PaymentMethod.CARD, 5980, 7)


def test_nothing_is_shown_where_nothing_was_told():
    assert Payments().shown() is None


def test_the_newest_attempt_is_shown_until_one_is_kept():
    payments = Payments()
    payments.note(told("b", PaymentStatus.PENDING, attempt=2, sequence=5))
    payments.note(told("a", PaymentStatus.REJECTED, attempt=1, sequence=3))
    assert payments.shown().id == "b"
    payments.note(told("a", attempt=1, sequence=6), kept=True)
    assert payments.shown().id == "a"


def test_refunds_count_up_to_the_largest_total_told():
    payments = Payments()
    payments.note(told(), refunded=500)
    payments.note(told(), refunded=200)
    assert payments.shown().refunded == 500


def test_a_later_code_replaces_an_earlier_one():
    payments = Payments()
    payments.note(told(status=PaymentStatus.PENDING, sequence=4), code=a_code("new"))
    payments.note(told(status=PaymentStatus.PENDING, sequence=3), code=a_code("old"))
    assert payments.shown().code.qr_code == "new"


def test_only_kept_money_that_is_still_here_is_owed():
    payments = Payments()
    payments.note(told(amount=1000))
    assert not payments.owe_refund()
    payments.note(told(amount=1000), kept=True)
    assert payments.owe_refund()
    payments.note(told(amount=1000), refunded=999)
    assert payments.owe_refund()
    payments.note(told(amount=1000), refunded=1000)
    assert not payments.owe_refund()


def test_money_that_was_charged_back_is_not_owed():
    payments = Payments()
    payments.note(told(), kept=True)
    payments.note(told(status=PaymentStatus.CHARGED_BACK, sequence=3))
    assert not payments.owe_refund()


@st.composite
def notes(draw):
    attempt = draw(st.integers(1, 3))
    sequence = draw(st.integers(1, 6))
    status = draw(st.sampled_from(PaymentStatus))
    fact = told(f"payment-{attempt}", status, attempt=attempt, sequence=sequence, method=PaymentMethod.PIX)
    code = a_code(f"code {attempt} {sequence}") if draw(st.booleans()) else None
    return fact, {"code": code, "kept": draw(st.booleans()), "refunded": draw(st.integers(0, 3))}


@given(st.lists(notes(), max_size=8).flatmap(lambda n: st.tuples(st.just(n), st.permutations(n + n[:3]))))
def test_any_order_and_any_repetition_end_the_same(case):
    straight, shuffled = case
    one, other = Payments(), Payments()
    for fact, details in straight:
        one.note(fact, **details)
    for fact, details in shuffled:
        other.note(fact, **details)
    assert one.all() == other.all()
