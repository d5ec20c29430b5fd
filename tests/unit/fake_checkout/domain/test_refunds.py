from datetime import timedelta

import pytest

from fake_checkout.domain.errors import (
    ActionNotValid,
    CaptureTooLarge,
    ExpirationNotValid,
    NotEnoughBalance,
    PartialRefundNotSupported,
    RefundTooLarge,
    TooManyRefunds,
    UnknownRefund,
)
from fake_checkout.domain.payment import MOST_REFUNDS, Payment
from fake_checkout.domain.refund import RefundWay
from fake_checkout.domain.status import Status
from fake_checkout.domain.terms import Amendment
from tests.builders.fake_checkout import A_CARD, MINUTE, NOON, a_payment, some_terms

LATER = NOON + 2 * MINUTE
IN_PROCESS, REJECTED = RefundWay(status="in_process"), RefundWay(status="rejected")


@pytest.fixture
def paid():
    return a_payment("approved", amount=5990)


def test_a_refund_in_process_gives_nothing_back_yet_and_cannot_be_asked_for_twice(paid):
    refund = paid.refund(1, 5000, LATER, way=IN_PROCESS)

    assert refund.status == "in_process"
    assert (paid.refunded, paid.status, paid.standing.status_detail) == (0, Status.APPROVED, "accredited")
    assert paid.pull_changes() == ("payment.updated",)
    with pytest.raises(RefundTooLarge, match="990 are left"):
        paid.refund(2, 991, LATER)
    paid.refund(2, None, LATER)
    assert paid.refunded == 990
    with pytest.raises(RefundTooLarge):
        paid.refund(3, None, LATER)


@pytest.mark.parametrize(
    ("amount", "outcome", "refunded", "status", "detail"),
    [
        (None, "approved", 5990, "refunded", "refunded"),
        (1000, "approved", 1000, "approved", "partially_refunded"),
        (None, "rejected", 0, "approved", "accredited"),
        (1000, "cancelled", 0, "approved", "accredited"),
    ],
)
def test_what_comes_of_it_is_decided_once(paid, amount, outcome, refunded, status, detail):
    paid.refund(1, amount, LATER, way=IN_PROCESS)

    decided = paid.decide_refund(1, outcome, LATER + MINUTE)

    assert (decided.status, paid.refunds) == (outcome, (decided,))
    assert (paid.refunded, paid.status.value, paid.standing.status_detail) == (refunded, status, detail)
    with pytest.raises(ActionNotValid):
        paid.decide_refund(1, "rejected", LATER)
    with pytest.raises(UnknownRefund, match=f"^payment {paid.id} has no refund 2$"):
        paid.decide_refund(2, "rejected", LATER)


def test_money_that_is_gone_by_then_is_not_given_back(paid):
    paid.refund(1, None, LATER, way=IN_PROCESS)
    paid.charge_back("in_process", LATER)

    with pytest.raises(ActionNotValid, match=r"cannot be refunded$"):
        paid.decide_refund(1, "approved", LATER)
    paid.decide_refund(1, "rejected", LATER)
    assert paid.status is Status.CHARGED_BACK


def test_a_refused_refund_leaves_the_money_to_be_given_back(paid):
    paid.refund(1, None, LATER, way=REJECTED)

    assert paid.refunded == 0
    paid.refund(2, None, LATER)
    assert paid.status is Status.REFUNDED


def test_an_account_without_money_gives_nothing_back(paid):
    with pytest.raises(NotEnoughBalance):
        paid.refund(1, None, LATER, way=RefundWay(has_balance=False))
    assert paid.refunds == ()


def test_what_cannot_be_given_back_in_parts_can_be_as_a_whole(paid):
    whole = RefundWay(in_parts=False)

    with pytest.raises(PartialRefundNotSupported):
        paid.refund(1, 1000, LATER, way=whole)
    paid.refund(1, 5990, LATER, way=whole)
    assert paid.status is Status.REFUNDED


def test_a_payment_has_a_bounded_number_of_refunds(paid):
    for number in range(MOST_REFUNDS):
        paid.refund(number, 1, LATER)

    with pytest.raises(TooManyRefunds, match=f"^payment {paid.id} has {MOST_REFUNDS} refunds$"):
        paid.refund(MOST_REFUNDS, 1, LATER)


def authorized(**changes):
    terms = some_terms(amount=11_000, method="visa", card=A_CARD, captures_later=True, **changes)
    payment = Payment.create(terms)
    payment.approve(NOON)
    return payment


def test_a_capture_takes_at_most_what_is_authorized_and_in_time():
    payment, late = authorized(), authorized()

    with pytest.raises(CaptureTooLarge):
        payment.capture(11_001, LATER)
    payment.capture(4_000, LATER)

    assert (payment.terms.amount, payment.standing.approved_at) == (4_000, LATER)
    assert payment.standing.authorized_at == NOON
    with pytest.raises(ActionNotValid):
        late.capture(None, NOON + timedelta(days=5))


def test_what_a_merchant_amends_is_told_from_then_on_and_the_rest_stays():
    payment = a_payment(description="old", external_reference="one", metadata={"a": 1})
    payment.amend(Amendment(external_reference="two", metadata={}, expires_at=NOON + 90 * MINUTE), LATER)

    terms = payment.terms
    assert (terms.description, terms.external_reference, terms.metadata) == ("old", "two", {})
    assert terms.expires_at == NOON + 90 * MINUTE
    assert payment.pull_changes() == ("payment.updated",)


def test_only_what_waits_for_its_payer_gets_another_expiry_and_not_any():
    with pytest.raises(ExpirationNotValid):
        a_payment().amend(Amendment(expires_at=NOON), LATER)
    with pytest.raises(ActionNotValid):
        a_payment("approved").amend(Amendment(expires_at=NOON + 90 * MINUTE), LATER)
