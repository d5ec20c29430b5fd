"""What an attacker sends to the payments: answered in a known way, and nothing of it counts."""

import json
import threading
from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from payment_service.domain.charge_record import ChargeRecord, Terms
from payment_service.domain.payment import Payment
from payment_service.domain.provider import ProviderPayment
from payment_service.domain.refund import Refund
from payment_service.entrypoints.rest.payment_schemas import PaymentRequestSchema, RefundRequestSchema
from tests.builders.payment_service import ORDER
from tests.integration.payment_service.test_forged_notices_over_http import everything

MODELS = (ChargeRecord, Terms, Payment, Refund, ProviderPayment)
ADDRESSES = ("notification_url", "callback_url", "webhook_url", "base_url", "back_urls")
EVERY_MEMBER = sorted({field.name for model in MODELS for field in fields(model)} | {*ADDRESSES, "tenant_id"})
ASKED_OF_A_PAYMENT = set(PaymentRequestSchema().fields)
ASKED_OF_A_REFUND = set(RefundRequestSchema().fields)
INJECTIONS = [
    "'; DROP TABLE payments; --",
    '" OR 1=1 --',
    "1' UNION SELECT access_token FROM accounts --",
    '{"$ne": null}',
    "{{7*7}}${7*7}<%= 7*7 %>#{7*7}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "line\r\nSet-Cookie: admin=1\r\n\r\n{}",
    '"}\n{"event": "payment_approved", "level": "info"}',
    "\u202egnitset\u0301\ufeff",
    "../../../../etc/passwd",
    "http://169.254.169.254/latest/meta-data",
    "%00%0d%0a",
    "\N{PILE OF POO}" * 30,
]
MEMBERS = st.text(max_size=12) | st.sampled_from(["amount", "reason", "order_id", "method", "payer", "token"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(MEMBERS, inner, max_size=4),
    max_leaves=12,
)


def money(till):
    """Every row but those of the keys."""
    return {name: rows for name, rows in everything(till).items() if name != "idempotency_keys"}


@pytest.fixture
def paid(till):
    return till.paid()


def test_no_member_of_a_model_can_be_set_from_outside(till, paid):
    before = money(till)
    for member in EVERY_MEMBER:
        for path, asked, body in (
            ("/payments", ASKED_OF_A_PAYMENT, {"order_id": ORDER, "method": "pix"}),
            (f"/payments/{paid['id']}/refunds", ASKED_OF_A_REFUND, {"amount": "1.00"}),
        ):
            if member in asked:
                continue
            answer = till.http.post(path, json=body | {member: "1"}, headers=till.manager)
            assert (answer.status_code, list(answer.json["errors"])) == (422, [member]), path
    assert money(till) == before


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(body=JSON, of_payment=st.booleans())
def test_any_json_is_refused_or_taken_and_never_an_error_of_ours(till, body, of_payment):
    payment = (till.payments() or [till.paid()])[0]
    path = "/payments" if of_payment else f"/payments/{payment['id']}/refunds"
    before = money(till)
    raw, mimetype = json.dumps(body), "application/json"
    answer = till.http.post(path, data=raw, content_type=mimetype, headers=till.manager)
    if answer.status_code == 202 and not of_payment:
        assert set(body) <= ASKED_OF_A_REFUND
        return
    assert answer.status_code in {400, 409, 422}
    assert answer.mimetype == "application/problem+json"
    assert money(till) == before


def test_what_is_injected_is_text_and_nothing_else(till, paid):
    before = len(money(till)["payments"])
    with capture_logs() as logs:
        for text in INJECTIONS:
            refund = till.refund(paid, {"amount": "0.01", "reason": text})
            if refund.status_code == 202:
                assert refund.json["reason"] == text
            else:
                assert (refund.status_code, list(refund.json["errors"])) == (422, ["reason"])
            for query in ({"order_id": text}, {"status": text}, {"cursor": text}, {"day": text}):
                answer = till.http.get("/payments", query_string=query, headers=till.manager)
                assert answer.status_code == 422, query
            assert till.http.post("/payments", json={"order_id": text, "method": text}).status_code == 422
            assert till.http.get(f"/payments/{text}").status_code == 404
    assert len(money(till)["payments"]) == before
    assert not [log for log in logs if log["log_level"] in {"error", "critical"}]
    assert [line for log in logs for line in json.dumps(log, default=str).splitlines()[1:]] == []


def test_a_reason_that_staff_typed_is_told_to_no_other_service(till, paid):
    for text in INJECTIONS[:3]:
        assert till.refund(paid, {"amount": "0.01", "reason": text}).status_code == 202
    till.talk()
    said = json.dumps([list(row) for row in money(till)["outbox"]], default=str)
    assert "refunded" in said
    assert not any(json.dumps(text)[1:-1] in said for text in INJECTIONS)


def test_a_webhook_is_answered_while_the_provider_hangs(till, paid):
    asked, over = threading.Event(), threading.Event()
    known = till.gateway.get

    def hang(provider_id):
        asked.set()
        over.wait(30)
        return known(provider_id)

    till.gateway.get = hang
    reader = threading.Thread(target=till.work, args=("payments-notices",))
    till.clock.now = till.clock.now.replace(second=30)
    assert till.notify(paid["provider_id"]).json["new"]
    reader.start()
    try:
        assert asked.wait(10)
        till.clock.now = till.clock.now.replace(second=31)
        answer = till.notify(paid["provider_id"])
        assert (answer.status_code, answer.json["new"]) == (200, True)
        assert reader.is_alive()
    finally:
        over.set()
        reader.join(30)
