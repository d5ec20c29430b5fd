from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_checkout.domain.errors import (
    ActionNotValid,
    DomainError,
    ExpirationNotValid,
    RefundNotValid,
    RefundTooLarge,
    RefundTooLate,
    UnknownStatusDetail,
)
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.refund import RefundWay
from fake_checkout.domain.status import DETAILS, Status
from fake_checkout.domain.terms import LONGEST_LIFE, Amendment, expiry
from tests.builders.fake_checkout import MINUTE, NOON, a_payment, some_terms

LATER = NOON + 2 * MINUTE
EVERY = ("pending", "approved", "rejected", "cancelled", "expired", "refunded", "charged_back")


def test_a_new_payment_waits_for_its_payer_and_is_announced():
    payment = Payment.create(some_terms())

    assert (payment.status, payment.standing.status_detail) == (Status.PENDING, "pending_waiting_transfer")
    assert payment.is_payable
    assert payment.refunded == 0
    assert payment.version == 1
    assert payment.pull_changes() == ("payment.created",)
    assert payment.pull_changes() == ()


def test_a_paid_payment_is_accredited_and_has_the_banks_id():
    payment = a_payment()

    payment.approve(LATER)

    assert (payment.status, payment.standing.status_detail) == (Status.APPROVED, "accredited")
    assert payment.standing.approved_at == payment.standing.updated_at == LATER
    assert payment.standing.transfer_id == f"PIXE18236120202611221202s{payment.id:011x}"
    assert payment.pull_changes() == ("payment.updated",)


@pytest.mark.parametrize("status", [status for status in EVERY if status != "pending"])
def test_only_a_pending_payment_can_be_paid(status):
    payment = a_payment(status)

    with pytest.raises(ActionNotValid, match="cannot be paid"):
        payment.approve(LATER)
    assert payment.pull_changes() == ()


def test_a_payment_whose_time_is_over_cannot_be_paid_even_before_it_was_swept():
    payment = a_payment()

    with pytest.raises(ActionNotValid):
        payment.approve(payment.terms.expires_at)


@pytest.mark.parametrize("status", ["pending", "rejected", "cancelled", "expired"])
def test_a_late_bank_pays_what_ended_without_money(status):
    payment = a_payment(status)

    payment.approve(payment.terms.expires_at + MINUTE, force=True)

    assert payment.status is Status.APPROVED


@pytest.mark.parametrize("status", ["approved", "refunded", "charged_back"])
def test_not_even_a_late_bank_pays_twice(status):
    with pytest.raises(ActionNotValid):
        a_payment(status).approve(LATER, force=True)


@pytest.mark.parametrize(
    ("verb", "status", "detail"),
    [
        (lambda payment: payment.reject("bank_error", LATER), "rejected", "bank_error"),
        (lambda payment: payment.cancel(LATER), "cancelled", "by_collector"),
        (lambda payment: payment.expire(LATER), "cancelled", "expired"),
    ],
)
@pytest.mark.parametrize("before", EVERY)
def test_only_a_pending_payment_ends_without_money(verb, status, detail, before):
    payment = a_payment(before)
    stood = payment.standing

    if before == "pending":
        verb(payment)
        assert (payment.status.value, payment.standing.status_detail) == (status, detail)
        assert payment.standing.approved_at is None
        assert payment.pull_changes() == ("payment.updated",)
    else:
        with pytest.raises(ActionNotValid):
            verb(payment)
        assert payment.standing == stood


def test_a_bank_refuses_in_the_providers_words_only():
    with pytest.raises(UnknownStatusDetail, match="rejected_by_bank"):
        a_payment().reject("because", LATER)


@pytest.mark.parametrize("detail", ["in_process", "settled"])
def test_money_that_came_can_be_taken_back_by_the_bank(detail):
    payment = a_payment("approved")

    payment.charge_back(detail, LATER)

    assert (payment.status, payment.standing.status_detail) == (Status.CHARGED_BACK, detail)
    assert payment.pull_changes() == ("payment.updated",)


@pytest.mark.parametrize("detail", ["settled", "reimbursed"])
def test_an_open_chargeback_is_decided_once(detail):
    payment = a_payment("charged_back")

    payment.charge_back(detail, LATER)

    assert payment.standing.status_detail == detail
    with pytest.raises(ActionNotValid):
        payment.charge_back("reimbursed", LATER)


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        *((status, "in_process") for status in EVERY if status != "approved"),
        ("approved", "reimbursed"),
    ],
)
def test_nothing_else_can_be_charged_back(status, detail):
    with pytest.raises(ActionNotValid):
        a_payment(status).charge_back(detail, LATER)


def test_a_chargeback_has_the_providers_words_only():
    with pytest.raises(UnknownStatusDetail):
        a_payment("approved").charge_back("lost", LATER)


def test_a_full_refund_gives_back_what_is_left():
    payment = a_payment("approved", amount=5990)

    first = payment.refund(1, 990, LATER)
    second = payment.refund(2, None, LATER)

    assert (first.amount, second.amount) == (990, 5000)
    assert payment.refunds == (first, second)
    assert payment.refunded == 5990
    assert (payment.status, payment.standing.status_detail) == (Status.REFUNDED, "refunded")
    assert payment.pull_changes() == ("payment.updated", "payment.updated")


def test_a_partial_refund_leaves_the_payment_approved():
    payment = a_payment("approved")

    payment.refund(1, 1, LATER)

    assert (payment.status, payment.standing.status_detail) == (Status.APPROVED, "partially_refunded")


def test_more_than_what_is_left_is_not_given_back():
    payment = a_payment("approved", amount=5990)
    payment.refund(1, 5000, LATER)

    with pytest.raises(RefundTooLarge, match="990 are left"):
        payment.refund(2, 991, LATER)
    assert payment.refunded == 5000


def test_a_refusal_has_nothing_to_say_beside_its_text():
    assert RefundTooLarge("too much").members() == {}


@pytest.mark.parametrize("status", [status for status in EVERY if status != "approved"])
def test_only_approved_money_is_given_back(status):
    payment = a_payment(status)

    with pytest.raises(RefundNotValid, match=rf"^payment {payment.id} is .* and cannot be refunded$"):
        payment.refund(1, None, LATER)


def test_money_that_was_reimbursed_after_a_chargeback_is_given_back():
    payment = a_payment("approved", amount=5990)
    payment.charge_back("in_process", LATER)
    with pytest.raises(RefundNotValid):
        payment.refund(1, None, LATER)

    payment.charge_back("reimbursed", LATER)
    payment.refund(1, None, LATER)

    assert payment.refunded == 5990
    assert payment.status is Status.REFUNDED


def test_money_is_given_back_for_180_days():
    payment = a_payment("approved")
    approved_at = payment.standing.approved_at

    payment.refund(1, 1, approved_at + timedelta(days=180))
    with pytest.raises(RefundTooLate, match=rf"^payment {payment.id} was approved more than 180 days ago$"):
        payment.refund(2, 1, approved_at + timedelta(days=180, seconds=1))


def test_a_code_lives_for_a_day_unless_asked_otherwise():
    assert expiry(NOON, None) == NOON + timedelta(hours=24)


@pytest.mark.parametrize("life", [timedelta(minutes=29), timedelta(hours=3), LONGEST_LIFE + MINUTE])
def test_a_code_lives_as_long_as_asked(life):
    assert expiry(NOON, NOON + life) == NOON + life


@pytest.mark.parametrize(
    "life", [timedelta(minutes=28), timedelta(), timedelta(days=-1), LONGEST_LIFE + 2 * MINUTE]
)
def test_a_code_lives_neither_too_short_nor_too_long(life):
    why = r"^date_of_expiration must lie between 30 minutes and 30 days from now$"
    with pytest.raises(ExpirationNotValid, match=why):
        expiry(NOON, NOON + life)


SLOWLY = RefundWay(status="in_process")
VERBS = {
    "approve": lambda payment, at, _: payment.approve(at),
    "force": lambda payment, at, _: payment.approve(at, force=True),
    "reject": lambda payment, at, _: payment.reject("bank_error", at),
    "cancel": lambda payment, at, _: payment.cancel(at),
    "expire": lambda payment, at, _: payment.expire(at),
    "charge_back": lambda payment, at, _: payment.charge_back("in_process", at),
    "reimburse": lambda payment, at, _: payment.charge_back("reimbursed", at),
    "refund": lambda payment, at, amount: payment.refund(at.minute + 1, amount, at),
    "refund_slowly": lambda payment, at, amount: payment.refund(at.minute + 1, amount, at, way=SLOWLY),
    "refund_done": lambda payment, at, amount: payment.decide_refund(amount % 9, "approved", at),
    "refund_lost": lambda payment, at, amount: payment.decide_refund(amount % 9, "rejected", at),
    "capture": lambda payment, at, amount: payment.capture(amount, at),
    "amend": lambda payment, at, _: payment.amend(Amendment(description="x"), at),
    **{
        f"become {status}": lambda payment, at, _, status=status: payment.become(
            status, None, at, refund_id=at.minute + 1
        )
        for status in Status
    },
    "refund_all": lambda payment, at, _: payment.refund(at.minute + 1, None, at),
}


@given(
    st.sampled_from(["pending", "in_process", "authorized", "approved"]),
    st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.integers(1, 7000)), max_size=12),
)
def test_whatever_happens_the_books_add_up(status, steps):
    payment = a_payment(status)

    for number, (verb, amount) in enumerate(steps):
        before = (payment.standing, payment.refunds)
        try:
            VERBS[verb](payment, NOON + number * MINUTE, amount)
        except DomainError:
            assert (payment.standing, payment.refunds, payment.pull_changes()) == (*before, ())
        else:
            assert payment.pull_changes() == ("payment.updated",)
        under_way = sum(one.amount for one in payment.refunds if one.status == "in_process")
        assert 0 <= payment.refunded <= payment.terms.amount
        assert payment.status is Status.REFUNDED or payment.refunded + under_way <= payment.terms.amount
        assert payment.standing.status_detail in DETAILS[payment.status]
        assert (payment.status is Status.REFUNDED) == (payment.refunded == payment.terms.amount)
        if payment.refunds or payment.status in {Status.APPROVED, Status.CHARGED_BACK}:
            assert payment.standing.approved_at is not None
