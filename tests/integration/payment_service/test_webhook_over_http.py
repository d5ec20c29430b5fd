"""The provider's notices: who is believed, and how little."""

from datetime import timedelta

import pytest

from tests.fakes.payment_service.composed import signed
from tests.integration.payment_service.test_payments_over_http import is_problem


def test_a_notice_is_answered_at_once_and_looked_into_later(till):
    payment = till.placed()
    till.gateway.pay(payment["provider_id"])
    calls = len(till.gateway.calls)
    answer = till.notify(payment["provider_id"])
    assert (answer.status_code, answer.json) == (200, {"received": True, "new": True})
    assert len(till.gateway.calls) == calls
    assert till.payments()[0]["status"] == "PENDING"
    till.work("payments-notices")
    assert till.payments()[0]["status"] == "APPROVED"


def test_the_very_same_notice_again_is_answered_and_forgotten(till):
    payment = till.placed()
    till.notify(payment["provider_id"])
    assert till.notify(payment["provider_id"]).json == {"received": True, "new": False}
    till.work("payments-notices")
    assert [kind for kind, _ in till.gateway.calls].count("get") == 1


def test_what_the_body_claims_is_not_believed(till):
    payment = till.placed()
    answer = till.http.post(
        "/payments/webhook",
        query_string={"data.id": payment["provider_id"], "type": "payment"},
        json={"action": "payment.updated", "status": "approved", "data": {"id": payment["provider_id"]}},
        headers=signed(payment["provider_id"], till.clock.now),
    )
    assert answer.status_code == 200
    till.work("payments-notices")
    assert till.payments()[0]["status"] == "PENDING"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Signature": ""},
        {"X-Signature": "ts=1,v1=" + "0" * 64},
        {"X-Signature": "approved"},
    ],
)
def test_who_did_not_sign_is_turned_away(till, headers):
    payment = till.placed()
    till.gateway.pay(payment["provider_id"])
    answer = till.http.post(
        "/payments/webhook",
        query_string={"data.id": payment["provider_id"], "type": "payment"},
        json={"data": {"id": payment["provider_id"]}},
        headers=headers,
    )
    is_problem(answer, 401, "untrusted-notification")
    till.work("payments-notices")
    assert till.payments()[0]["status"] == "PENDING"


def test_every_refusal_looks_the_same(till):
    payment = till.placed()
    good = signed(payment["provider_id"], till.clock.now)
    old = signed(payment["provider_id"], till.clock.now - timedelta(seconds=301))
    other = signed("1", till.clock.now)
    guessed = signed(payment["provider_id"], till.clock.now, secret="guessed")
    doubled = [*good.items(), ("X-Signature", good["X-Signature"])]
    answers = [
        till.http.post("/payments/webhook", query_string={"data.id": payment["provider_id"]}, headers=headers)
        for headers in (old, other, guessed, doubled, {**good, "X-Request-Id": "another"})
    ]
    answers.append(till.http.post("/payments/webhook", headers=good))
    answers.append(
        till.http.post(f"/payments/webhook?data.id={payment['provider_id']}&data.id=1", headers=good)
    )
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize(
    ("query", "raw"),
    [
        ({"type": "merchant_order"}, b"{}"),
        ({}, b'{"type": "merchant_order"}'),
        ({}, b'{"type": ["payment"]}'),
        ({}, b"not json"),
        ({}, b"[" * 9000),
        ({}, b"[]"),
        ({}, b""),
        ({"type": "of tomorrow"}, b"{}"),
    ],
)
def test_a_notice_of_something_else_is_taken_and_left(till, query, raw):
    answer = till.http.post(
        "/payments/webhook",
        query_string={"data.id": "1", **query},
        data=raw,
        headers=signed("1", till.clock.now),
    )
    assert answer.status_code == 200
    till.work("payments-notices")
    assert till.gateway.calls == []


def test_a_notice_that_names_its_topic_in_the_body_alone_is_looked_into(till):
    payment = till.placed()
    till.gateway.pay(payment["provider_id"])
    till.http.post(
        "/payments/webhook",
        query_string={"data.id": payment["provider_id"]},
        json={"type": "payment"},
        headers=signed(payment["provider_id"], till.clock.now),
    )
    till.work("payments-notices")
    assert till.payments()[0]["status"] == "APPROVED"


def test_a_payment_that_nobody_knows_is_answered_and_kept_as_strange(till):
    assert till.notify("404").status_code == 200
    till.work("payments-notices")
    assert [kind for kind, _ in till.gateway.calls] == ["get"]
