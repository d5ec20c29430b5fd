from dataclasses import replace
from datetime import timedelta

import pytest

from fake_checkout.domain.errors import (
    CaptureNotSupported,
    CaptureTooLarge,
    CardNotForTest,
    CardTokenNotValid,
    InstallmentsNotValid,
    LiveMismatch,
    MethodMismatch,
    MethodNotInferred,
    UnknownCardToken,
    UnknownPayment,
)
from fake_checkout.domain.method import method_named
from fake_checkout.domain.status import Status
from fake_checkout.domain.terms import AUTHORIZATION_LIFE
from fake_checkout.usecases.capture_payment_usecase import CapturePayment, CapturePaymentRequest
from fake_checkout.usecases.create_card_token_usecase import CreateCardToken
from fake_checkout.usecases.create_payment_usecase import CardRequest, CreatePayment, CreatePaymentRequest
from fake_checkout.usecases.expire_overdue_payments_usecase import ExpireOverduePayments
from tests.builders.fake_checkout import A_CARD, ACCOUNT, NOON, a_card_token
from tests.fakes.fake_checkout.books import FakeBooks

LIVE = replace(ACCOUNT, is_live=True)


@pytest.fixture
def books():
    return FakeBooks()


def shown(books, account=ACCOUNT, **changes):
    """A token of a card that was shown."""
    create = CreateCardToken(books.uow, lambda: a_card_token().id)
    return create.execute(account, replace(A_CARD, **changes)).id


def pay(books, token, account=ACCOUNT, **changes):
    card = CardRequest(token=token, **{"installments": 1, **changes})
    request = CreatePaymentRequest(account, 5990, {"email": "a@b.co"}, {}, {}, card=card)
    return CreatePayment(books.uow, lambda: 123).execute(request)


def test_a_token_tells_whose_it_is_and_of_which_card(books):
    token_id = shown(books, account=LIVE)

    token = books.pages.card_tokens[token_id]

    assert (token.card, token.collector_id, token.is_live) == (A_CARD, ACCOUNT.collector_id, True)
    assert token.created_at == NOON


def test_a_payment_by_card_is_decided_at_once_and_told_once(books):
    payment = pay(books, shown(books), installments=3)

    assert (payment.status, payment.terms.method, payment.terms.installments) == (
        Status.APPROVED,
        "visa",
        3,
    )
    assert (payment.terms.card, payment.terms.issuer_id) == (A_CARD, "25")
    assert payment.standing.approved_at == payment.standing.authorized_at == NOON
    assert books.pages.payments[123].standing == payment.standing


def test_a_token_is_spent_with_the_payment_even_where_the_bank_says_no(books):
    token = shown(books, holder="FUND")

    assert pay(books, token).status is Status.REJECTED
    with pytest.raises(CardTokenNotValid):
        pay(books, token)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"installments": 13}, InstallmentsNotValid),
        ({"installments": 0}, InstallmentsNotValid),
        ({"method": method_named("master")}, MethodMismatch),
        ({"method": method_named("debvisa"), "captures_later": True}, CaptureNotSupported),
        ({"method": method_named("debvisa"), "installments": 2}, InstallmentsNotValid),
        ({"account": replace(ACCOUNT, collector_id=1)}, UnknownCardToken),
        ({"account": LIVE}, LiveMismatch),
    ],
)
def test_what_is_refused_spends_no_token(books, changes, error):
    token = shown(books)

    with pytest.raises(error):
        pay(books, token, **changes)
    assert books.pages.payments == {}
    assert pay(books, token).status is Status.APPROVED


def test_a_live_card_pays_no_test_account(books):
    with pytest.raises(CardNotForTest):
        pay(books, shown(books, account=LIVE))


def test_a_token_that_nobody_made_and_a_card_that_nobody_knows(books):
    with pytest.raises(UnknownCardToken):
        pay(books, "0" * 32)
    with pytest.raises(MethodNotInferred):
        pay(books, shown(books, first_six_digits="999999"))


def test_what_is_authorized_is_captured_or_lapses(books):
    taken = pay(books, shown(books), captures_later=True)
    assert taken.status is Status.AUTHORIZED
    assert taken.terms.expires_at == NOON + AUTHORIZATION_LIFE

    capture = CapturePayment(books.uow)
    with pytest.raises(CaptureTooLarge):
        capture.execute(CapturePaymentRequest(123, 5991))
    captured = capture.execute(CapturePaymentRequest(123, 1000))

    assert (captured.status, captured.terms.amount) == (Status.APPROVED, 1000)
    assert books.pages.payments[123].terms.amount == 1000
    with pytest.raises(UnknownPayment):
        capture.execute(CapturePaymentRequest(1))


def test_an_authorization_that_nobody_captures_expires(books):
    pay(books, shown(books), captures_later=True)
    books.real_now += AUTHORIZATION_LIFE - timedelta(seconds=1)
    assert ExpireOverduePayments(books.uow).execute() == 0

    books.real_now += timedelta(seconds=1)
    assert ExpireOverduePayments(books.uow).execute() == 1

    assert books.pages.payments[123].standing.status_detail == "expired"
