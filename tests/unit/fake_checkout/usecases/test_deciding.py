from datetime import timedelta

import pytest

from fake_checkout.domain.errors import (
    ActionNotValid,
    NotEnoughBalance,
    PartialRefundNotSupported,
    UnknownPayment,
    UnknownRefund,
)
from fake_checkout.domain.status import Status
from fake_checkout.domain.terms import Amendment
from fake_checkout.usecases.charge_back_payment_usecase import ChargeBackPayment, ChargeBackPaymentRequest
from fake_checkout.usecases.decide_payment_usecase import DecidePayment, DecidePaymentRequest
from fake_checkout.usecases.decide_refund_usecase import DecideRefund, DecideRefundRequest
from fake_checkout.usecases.refund_payment_usecase import RefundPayment, RefundPaymentRequest
from fake_checkout.usecases.update_payment_usecase import UpdatePayment, UpdatePaymentRequest
from tests.builders.fake_checkout import MINUTE, NOON, a_payment
from tests.fakes.fake_checkout.books import FakeBooks


@pytest.fixture
def books():
    return FakeBooks()


@pytest.fixture
def paid(books):
    payment = a_payment("approved", amount=5990)
    books.keep(payment)
    return payment.id


def refund(books, payment_id, amount=None, **switches):
    books.pages.switches = switches
    execute = RefundPayment(books.uow, books.switches, lambda: 99).execute
    return execute(RefundPaymentRequest(payment_id, amount))


def test_how_a_payment_is_to_stand_is_kept_and_announced(books, paid):
    told = DecidePayment(books.uow, lambda: 77).execute(DecidePaymentRequest(paid, Status.REFUNDED))

    kept = books.pages.payments[paid]
    assert (kept.standing, kept.refunds) == (told.standing, told.refunds)
    assert [(one.id, one.source) for one in kept.refunds] == [(77, "admin")]
    assert [one.action for one in books.pages.notifications.values()] == ["payment.updated"]


def test_what_may_not_follow_is_not_kept(books, paid):
    decide = DecidePayment(books.uow, lambda: 77)

    with pytest.raises(ActionNotValid):
        decide.execute(DecidePaymentRequest(paid, Status.PENDING))
    with pytest.raises(UnknownPayment):
        decide.execute(DecidePaymentRequest(1, Status.PENDING))
    assert books.commits == 0


@pytest.mark.parametrize("status", ["in_process", "rejected"])
def test_what_comes_of_a_refund_at_once_is_a_switch(books, paid, status):
    assert refund(books, paid, refunds=status).status == status
    assert books.pages.payments[paid].refunded == 0


def test_whether_an_account_holds_enough_and_gives_back_parts_are_switches(books, paid):
    with pytest.raises(NotEnoughBalance):
        refund(books, paid, refunds="no_balance")
    with pytest.raises(PartialRefundNotSupported):
        refund(books, paid, 1000, partial_refunds="off")
    assert books.commits == 0
    assert refund(books, paid, partial_refunds="off").status == "approved"


def test_a_refund_under_way_is_decided_once(books, paid):
    refund(books, paid, 1000, refunds="in_process")
    decide = DecideRefund(books.uow)

    decide.execute(DecideRefundRequest(paid, 99, "approved"))

    assert books.pages.payments[paid].refunded == 1000
    with pytest.raises(ActionNotValid):
        decide.execute(DecideRefundRequest(paid, 99, "rejected"))
    with pytest.raises(UnknownRefund):
        decide.execute(DecideRefundRequest(paid, 98, "rejected"))


@pytest.mark.parametrize("status", [Status.CHARGED_BACK, Status.APPROVED])
def test_where_reimbursed_money_stands_is_a_switch(books, paid, status):
    books.pages.switches = {"reimbursed": status.value}
    charge_back = ChargeBackPayment(books.uow, books.switches)

    charge_back.execute(ChargeBackPaymentRequest(paid))
    charge_back.execute(ChargeBackPaymentRequest(paid, "reimbursed"))

    assert books.pages.payments[paid].status is status


def test_what_a_merchant_changes_is_kept_and_its_expiry_moves_along_with_the_virtual_clock(books):
    payment = a_payment(created_at=NOON + timedelta(days=2), expires_at=NOON + timedelta(days=3))
    books.keep(payment)
    books.pages.offset = timedelta(days=2)
    amendment = Amendment(expires_at=NOON + 40 * MINUTE, metadata={"a": 1})

    UpdatePayment(books.uow).execute(UpdatePaymentRequest(payment.id, amendment))
    UpdatePayment(books.uow).execute(UpdatePaymentRequest(payment.id, Amendment(description="x")))

    terms = books.pages.payments[payment.id].terms
    assert terms.expires_at == NOON + timedelta(days=2) + 40 * MINUTE
    assert (terms.metadata, terms.description) == ({"a": 1}, "x")
