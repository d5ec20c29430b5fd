"""Paying by card over HTTP: what is taken, and that nothing of it is left anywhere."""

import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from payment_service.domain.provider import ProviderStatus
from payment_service.infrastructure.models import metadata
from tests.builders.payment_service import ORDER
from tests.integration.payment_service.test_payments_over_http import is_problem

TOKEN = "0123456789abcdef0123456789abcdef"
PAYER = {"email": "ana@example.com", "identification": {"type": "CPF", "number": "52998224725"}}
VISA = "4235647728025682"


def everything_stored(till):
    with till.container.database.read() as connection:
        return repr([connection.execute(sa.select(table)).all() for table in metadata.tables.values()])


def by_card(till, **changes):
    body = {"method": "card", "token": TOKEN, "installments": 2, "payer": PAYER} | changes
    return till.retry(headers={"Idempotency-Key": "by-card"}, **body)


def test_a_card_is_charged_and_nothing_of_it_is_left(till):
    till.hear("order.placed.v1", method="card")
    till.talk()
    assert till.payments() == []
    with capture_logs() as logs:
        till.gateway.never_arrive("create")
        answer = by_card(till)
        assert (answer.status_code, answer.json["status"], answer.json["method"]) == (202, "CREATED", "card")
        waiting = everything_stored(till)
        till.talk()
        till.clock.now += timedelta(seconds=2)
        till.talk()
    (payment,) = till.payments()
    assert (payment["status"], payment["qr_code"], payment["qr_code_url"]) == ("APPROVED", None, None)
    (card,) = till.gateway.charged
    assert (card.token, card.installments, card.payer) == (TOKEN, 2, PAYER)
    is_problem(till.http.get(f"/payments/{payment['id']}/qr.svg"), 404, "no-pix-code")
    for secret in (TOKEN, "ana@example.com", "52998224725"):
        assert secret not in waiting + everything_stored(till) + repr(logs) + answer.text + repr(payment)
    assert "sealed_card" not in answer.text
    with till.uow() as uow:
        assert uow.charges.get("default", ORDER).payments[0].sealed_card is None


def test_the_other_method_may_follow(till):
    till.gateway.cards[TOKEN] = (ProviderStatus.REJECTED, "cc_rejected_other_reason")
    till.hear("order.placed.v1", method="card")
    assert by_card(till).status_code == 202
    till.talk()
    assert till.retry().status_code == 202
    till.talk()
    newest, oldest = till.payments()
    assert (oldest["method"], oldest["status_detail"]) == ("card", "cc_rejected_other_reason")
    assert (newest["method"], newest["status"]) == ("pix", "PENDING")
    is_problem(till.retry(method="card", token="another"), 409, "payment-live")


@pytest.mark.parametrize(
    "raw",
    [
        f'{{"order_id": "{ORDER}", "method": "card", "token": "{VISA}"}}',
        f'{{"order_id": "{ORDER}", "method": "card", "token": "t", "card_number": {VISA}}}',
        f'{{"order_id": "{ORDER}", "method": "card", "token": "t", "{VISA}": ""}}',
        f'{{"order_id": "{ORDER}", "method": "pix", "payer": {{"first_name": "Ana 4235 6477 2802 5682"}}}}',
        f'{{"order_id": "{ORDER}", "method": "card", "token": "5031-4332-1540-6351"}}',
        f'{{"order_id": "{ORDER}", "method": "card", "token": "375365153556885"}}',
        f'{{"order_id": {VISA}, and so on',
    ],
)
def test_what_looks_like_a_card_number_is_refused_and_repeated_nowhere(till, raw, caplog):
    till.hear("order.placed.v1", method="card")
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        answer = till.http.post("/payments", data=raw, content_type="application/json")
    is_problem(answer, 422, "card-number")
    for digits in (VISA, "5682", "6351", "6885"):
        assert digits not in answer.text + repr(logs) + caplog.text + everything_stored(till)
    assert till.payments() == []


@pytest.mark.parametrize(
    ("token", "number"),
    [
        (TOKEN, "52998224725"),
        ("4235647728025683", "529.982.247-25"),  # not the last digit of a card number
        ("a4235647728025682", "11222363000198"),  # a CNPJ that a card number could be
        ("42356477280256824235647728025682", "11.222.368/0001-10"),
    ],
)
def test_what_only_resembles_a_card_number_is_taken(till, token, number):
    till.hear("order.placed.v1", method="card")
    payer = {"identification": {"type": "CPF", "number": number}}
    assert by_card(till, token=token, payer=payer).status_code == 202


def test_a_card_number_is_no_reason_for_a_refund(till):
    payment = till.paid()
    is_problem(till.refund(payment, {"amount": "1.00", "reason": f"card {VISA}"}), 422, "card-number")
