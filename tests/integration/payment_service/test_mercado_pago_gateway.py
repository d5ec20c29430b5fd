"""What is said to Mercado Pago, and what is made of answers that it should never give."""

import gzip
import json
import threading
import time
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import ClassVar

import pytest
import requests
import responses
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from payment_service.domain import brcode
from payment_service.domain.card import Card
from payment_service.domain.provider import (
    Answered,
    NotMade,
    ProviderRefundStatus,
    ProviderStatus,
    Refused,
    Unknown,
)
from payment_service.infrastructure.gateways import mercado_pago_client, mercado_pago_gateway
from payment_service.infrastructure.gateways.breakers import FAULTS_THAT_OPEN, REST_SECONDS
from payment_service.infrastructure.gateways.mercado_pago_client import MercadoPagoClient
from payment_service.infrastructure.gateways.mercado_pago_gateway import Account, MercadoPagoGateway
from tests.builders.payment_service import ORDER, TOTAL, a_code
from tests.contract.payment_service.test_payment_gateway import a_create_call, a_refund_call

BASE = "https://provider.test/base"
WEBHOOK = "https://comanda.example/payments/webhook"
TOKEN = "APP_USR-the-token"
ACCOUNT = Account(TOKEN, BASE + "/", "cliente@example.com", WEBHOOK, 5.0)
PAYMENTS = f"{BASE}/v1/payments"


def body(**changes):
    """A payment as Mercado Pago tells it, of which we need little."""
    told = {
        "id": 123456789012,
        "status": "pending",
        "status_detail": "pending_waiting_transfer",
        "transaction_amount": 59.8,
        "currency_id": "BRL",
        "external_reference": ORDER,
        "metadata": {"payment_id": "payment-1", "attempt": 1},
        "date_of_expiration": "2026-11-21T19:40:00.000-04:00",
        "date_last_updated": "2026-11-21T19:00:00.000-04:00",
        "point_of_interaction": {
            "transaction_data": {"qr_code": a_code("x"), "ticket_url": "https://provider.test/pay/1"}
        },
        "refunds": [],
        "payer": {"email": "ana@example.com"},
    }
    return {name: value for name, value in (told | changes).items() if value is not ...}


@pytest.fixture
def gateway():
    return MercadoPagoGateway(ACCOUNT)


@pytest.fixture
def line():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as line:
        yield line


def answering(line, text, status=200, **options):
    line.get(f"{PAYMENTS}/1", body=text, status=status, **options)


def test_a_payment_is_asked_for_in_the_providers_words(gateway, line):
    line.post(PAYMENTS, json=body(), status=201)
    call = a_create_call(
        amount=2990, payment_id="payment-1", expires_at=datetime(2026, 11, 21, 23, 40, tzinfo=UTC)
    )
    assert isinstance(gateway.create(call), Answered)
    sent = line.calls[0].request
    assert sent.headers["x-idempotency-key"] == "payment-1"
    assert sent.headers["Authorization"] == f"Bearer {TOKEN}"
    assert '"transaction_amount": 29.9,' in sent.body
    assert json.loads(sent.body) == {
        "transaction_amount": 29.9,
        "payment_method_id": "pix",
        "description": "Pedido em default",
        "external_reference": ORDER,
        "metadata": {"payment_id": "payment-1", "attempt": 1, "store": "default"},
        "payer": {"email": "cliente@example.com"},
        "date_of_expiration": "2026-11-21T19:40:00.000-04:00",
        "notification_url": WEBHOOK,
    }


def test_a_card_is_asked_for_by_its_token_alone(gateway, line):
    line.post(PAYMENTS, json=body(point_of_interaction=...), status=201)
    payer = {"first_name": "Ana", "identification": {"type": "CPF", "number": "52998224725"}}
    call = a_create_call(payment_id="payment-1", method="card", card=Card("t" * 32, 3, payer))
    assert isinstance(gateway.create(call), Answered)
    assert json.loads(line.calls[0].request.body) == {
        "transaction_amount": TOTAL / 100,
        "description": "Pedido em default",
        "external_reference": ORDER,
        "metadata": {"payment_id": "payment-1", "attempt": 1, "store": "default"},
        "token": "t" * 32,
        "installments": 3,
        "payer": {"email": "cliente@example.com"} | payer,
        "notification_url": WEBHOOK,
    }


@pytest.mark.parametrize(
    ("told", "read"), [(100200300, "100200300"), ("100", "100"), (None, None), ({}, None), ("a b", None)]
)
def test_whose_money_it_is_is_read(gateway, line, told, read):
    answering(line, json.dumps(body(collector_id=told)))
    assert gateway.get("1").value.collector == read


@pytest.mark.parametrize(("method", "by_card"), [("pix", False), ("master", True)])
def test_by_what_it_is_paid_is_read(gateway, line, method, by_card):
    answering(line, json.dumps(body(payment_method_id=method)))
    assert gateway.get("1").value.by_card is by_card


def test_a_repetition_is_the_same_to_the_letter(gateway, line):
    line.post(PAYMENTS, json=body(), status=201)
    call = a_create_call()
    gateway.create(call)
    gateway.create(call)
    first, second = (one.request for one in line.calls)
    assert (first.body, first.headers["x-idempotency-key"]) == (
        second.body,
        second.headers["x-idempotency-key"],
    )


def test_without_an_address_for_notices_none_is_sent(line):
    line.post(PAYMENTS, json=body(), status=201)
    account = Account(TOKEN, BASE, "cliente@example.com", None, 5.0)
    MercadoPagoGateway(account).create(a_create_call())
    assert "notification_url" not in json.loads(line.calls[0].request.body)


def test_a_whole_refund_has_no_body_and_a_part_has_its_amount(gateway, line):
    (payment,) = (gateway_payment(),)
    line.post(f"{PAYMENTS}/1/refunds", json={"id": 5, "amount": 59.8, "status": "approved"}, status=201)
    gateway.refund(a_refund_call(payment, provider_id="1", refund_id="refund-1"))
    gateway.refund(a_refund_call(payment, provider_id="1", whole=False, amount=1))
    whole, part = (one.request for one in line.calls)
    assert whole.body is None
    assert whole.headers["x-idempotency-key"] == "refund-1"
    assert json.loads(part.body) == {"amount": 0.01}


def gateway_payment():
    class Known:
        id = "1"
        payment_id = "payment-1"

    return Known


def test_a_payment_is_read_into_our_words(gateway, line):
    answering(line, json.dumps(body()))
    payment = gateway.get("1").value
    assert (payment.id, payment.status, payment.detail) == (
        "123456789012",
        ProviderStatus.PENDING,
        "pending_waiting_transfer",
    )
    assert (payment.amount, payment.currency, payment.reference) == (TOTAL, "BRL", ORDER)
    assert payment.payment_id == "payment-1"
    assert payment.expires_at == datetime(2026, 11, 21, 23, 40, tzinfo=UTC)
    assert payment.updated_at == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "detail", "meaning"),
    [
        ("pending", "pending_waiting_transfer", "PENDING"),
        ("in_process", "pending_contingency", "PENDING"),
        ("authorized", "pending_capture", "PENDING"),
        ("approved", "accredited", "APPROVED"),
        ("approved", "partially_refunded", "APPROVED"),
        ("in_mediation", "pending", "APPROVED"),
        ("refunded", "refunded", "APPROVED"),
        ("rejected", "bank_error", "REJECTED"),
        ("cancelled", "by_collector", "CANCELLED"),
        ("cancelled", "expired", "EXPIRED"),
        ("cancelled", None, "CANCELLED"),
        ("charged_back", "in_process", "CHARGED_BACK"),
        ("charged_back", "settled", "CHARGED_BACK"),
        ("charged_back", "reimbursed", "APPROVED"),
    ],
)
def test_every_status_of_the_contract_has_a_meaning(gateway, line, status, detail, meaning):
    answering(line, json.dumps(body(status=status, status_detail=detail)))
    assert gateway.get("1").value.status == meaning


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("approved", ProviderRefundStatus.DONE),
        ("in_process", ProviderRefundStatus.IN_PROCESS),
        ("authorized", ProviderRefundStatus.IN_PROCESS),
        ("rejected", ProviderRefundStatus.REFUSED),
        ("cancelled", ProviderRefundStatus.REFUSED),
    ],
)
def test_every_status_of_a_refund_has_a_meaning(gateway, line, status, meaning):
    line.get(f"{PAYMENTS}/1/refunds", json=[{"id": 7, "amount": "1.50", "status": status}])
    (refund,) = gateway.list_refunds("1").value
    assert (refund.id, refund.amount, refund.status) == ("7", 150, meaning)


@pytest.mark.parametrize(
    ("written", "centavos"),
    [
        ("59.80", 5980),
        ("59.8", 5980),
        ("59", 5900),
        ('"59.80"', 5980),
        ("0.1", 10),
        ("0", 0),
        ("9999999", 999999900),
    ],
)
def test_an_amount_is_read_to_the_centavo(gateway, line, written, centavos):
    answering(line, json.dumps(body()).replace("59.8", written, 1))
    assert gateway.get("1").value.amount == centavos


@pytest.mark.parametrize(
    "written",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "-1",
        "59.801",
        "1e3",
        "5.98E+1",
        "1e999999999",
        "true",
        "null",
        '"R$ 59,80"',
        '"5e1"',
        '"٥٩"',
        "[59.8]",
        "10000000001",
    ],
)
def test_an_amount_that_is_none_is_not_guessed(gateway, line, written):
    answering(line, json.dumps(body()).replace("59.8", written, 1))
    assert isinstance(gateway.get("1"), Unknown)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ...},
        {"id": True},
        {"id": ""},
        {"id": "../1"},
        {"id": 1.5},
        {"status": ...},
        {"status": "teleported"},
        {"status": ["approved"]},
        {"transaction_amount": ...},
        {"metadata": [1]},
        {"point_of_interaction": "x"},
        {"point_of_interaction": {"transaction_data": 7}},
        {"refunds": {"id": 1}},
    ],
)
def test_a_payment_that_cannot_be_understood_is_unknown(gateway, line, changes):
    answering(line, json.dumps(body(**changes)))
    assert isinstance(gateway.get("1"), Unknown)


@pytest.mark.parametrize(
    "changes",
    [
        {"status_detail": "with spaces; and more"},
        {"external_reference": 7},
        {"currency_id": None},
        {"date_of_expiration": "soon"},
        {"date_of_expiration": "2026-11-21T19:40:00"},
        {"date_last_updated": 7},
        {"date_last_updated": "0001-01-01T00:00:00.000+04:00"},
        {"date_of_expiration": "\ud800"},
        {"metadata": None},
        {"refunds": None},
        {"point_of_interaction": None},
        {"a_field_of_tomorrow": {"deep": [1]}},
    ],
)
def test_what_is_not_needed_may_be_odd(gateway, line, changes):
    answering(line, json.dumps(body(**changes)))
    assert isinstance(gateway.get("1"), Answered)


@pytest.mark.parametrize(
    "odd", [7, {"id": 1, "amount": 1, "status": "lost"}, {"id": 1, "amount": 0, "status": "approved"}]
)
def test_a_refund_that_cannot_be_understood_does_not_hide_its_payment(gateway, line, odd):
    known = {"id": 2, "amount": 1, "status": "approved"}
    answering(line, json.dumps(body(status="approved", refunds=[odd, known])))
    with capture_logs() as logs:
        payment = gateway.get("1").value
    assert (payment.status, [refund.id for refund in payment.refunds]) == (ProviderStatus.APPROVED, ["2"])
    assert [(told["event"], told["provider_id"]) for told in logs] == [
        ("provider_refund_not_understood", "123456789012")
    ]


def test_a_list_with_a_refund_that_cannot_be_understood_is_unknown(gateway, line):
    line.get(f"{PAYMENTS}/1/refunds", json=[{"id": 1, "amount": 1, "status": "lost"}])
    assert isinstance(gateway.list_refunds("1"), Unknown)


@pytest.mark.parametrize(
    "time",
    [
        "9999-12-31T23:59:59-04:00",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+04:00",
        "0001-01-01T00:00:00Z",
    ],
)
def test_a_time_that_no_clock_shows_is_left_out(gateway, line, time):
    answering(line, json.dumps(body(date_of_expiration=time, date_last_updated=time)))
    payment = gateway.get("1").value
    assert (payment.expires_at, payment.updated_at) == (None, None)


def test_a_time_is_read_in_utc(gateway, line):
    answering(line, json.dumps(body(date_of_expiration="2026-11-21T19:40:00-04:00")))
    assert gateway.get("1").value.expires_at.isoformat() == "2026-11-21T23:40:00+00:00"


def a_long_code():
    """A right one, of few letters but more bytes than a picture holds."""
    code = "000201" + "".join(f"{number}99" + "\U0001f35d" * 99 for number in range(26, 32)) + "6304"
    return code + brcode.crc16(code)


@pytest.mark.parametrize("code", [a_code("\0"), "5901\ud8006304ABCD", a_long_code()])
def test_a_code_that_cannot_be_stored_or_drawn_is_not_shown(gateway, line, code):
    answering(line, json.dumps(body(point_of_interaction={"transaction_data": {"qr_code": code}})))
    assert gateway.get("1").value.qr_code is None


@pytest.mark.parametrize("code", [a_code("x")[:-1] + "G", "no code", "", 7, "0" * 3000])
def test_a_code_with_a_wrong_check_sum_is_not_shown(gateway, line, code):
    answering(line, json.dumps(body(point_of_interaction={"transaction_data": {"qr_code": code}})))
    assert gateway.get("1").value.qr_code is None


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//x", 7, "https://" + "x" * 3000, "https://x/\ud800", "https://x/\0"]
)
def test_an_address_that_no_browser_should_follow_is_left_out(gateway, line, address):
    answering(line, json.dumps(body(point_of_interaction={"transaction_data": {"ticket_url": address}})))
    assert gateway.get("1").value.ticket_url is None


@pytest.mark.parametrize(
    "text",
    ["<html>Bad Gateway</html>", '{"id": 1', "", "null", "[]", '"x"', "[" * 5000, "\ufffe", b"\xff\xfe"],
)
@pytest.mark.parametrize("status", [200, 201, 404])
def test_an_answer_that_is_no_object_is_unknown(gateway, line, text, status):
    answering(line, text, status)
    assert isinstance(gateway.get("1"), Unknown)


@pytest.mark.parametrize("status", [301, 302, 401, 403, 408, 409, 422, 429, 500, 502, 503, 504])
def test_what_proves_nothing_is_unknown(gateway, line, status):
    answering(line, '{"message": "x", "cause": []}', status, headers={"Location": f"{PAYMENTS}/2"})
    outcome = gateway.get("1")
    assert isinstance(outcome, Unknown)
    assert len(line.calls) == 1


def declined(status, code):
    return {"json": {"message": "x", "error": "bad_request", "cause": [{"code": code}]}, "status": status}


@pytest.mark.parametrize("status", [402, 404, 405, 410, 423])
def test_money_is_not_taken_for_refused_because_a_path_was_not_found(gateway, line, status):
    line.post(PAYMENTS, **declined(status, 2000))
    line.post(f"{PAYMENTS}/1/refunds", **declined(status, 2000))
    payment = SimpleNamespace(id="1", payment_id="payment-1")
    assert gateway.create(a_create_call()) == Unknown(f"create: status {status}")
    assert gateway.refund(a_refund_call(payment)) == Unknown(f"refund: status {status}")


@pytest.mark.parametrize("code", [3, "17", 17, 2001, 2004])
def test_codes_that_say_nothing_of_the_payment_prove_nothing(gateway, line, code):
    line.post(PAYMENTS, **declined(400, code))
    assert gateway.create(a_create_call()) == Unknown(f"create: code {code}")


def test_what_is_wrong_with_the_payment_itself_refuses_it(gateway, line):
    line.post(PAYMENTS, **declined(400, 4037))
    assert gateway.create(a_create_call()) == Refused("4037")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0", 0), ("-1", 0), ("soon", 0), ("99999999", 3600), ("٣", 0), ("9" * 5000, 3600)],
)
def test_the_provider_may_say_when_to_come_back(gateway, line, header, seconds):
    answering(line, "{}", 429, headers={"Retry-After": header})
    assert gateway.get("1").retry_after == seconds


@pytest.mark.parametrize("text", ["<html>Too Many Requests</html>", '{"message": "x', "", b"\xff\xfe"])
def test_when_to_come_back_is_heard_whatever_page_it_is_said_with(gateway, line, text):
    line.post(PAYMENTS, body=text, status=429, headers={"Retry-After": "90"})
    assert gateway.create(a_create_call()) == Unknown("create: status 429", 90)
    assert isinstance(gateway.create(a_create_call()), NotMade)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"cause": [{"code": 2000}], "error": "not_found"}, "2000"),
        ({"cause": [], "error": "not_found"}, "not_found"),
        ({"cause": ["x"], "error": "bad_request"}, "bad_request"),
        ({"cause": None}, "refused"),
        ({"cause": [{"code": "\ud800"}], "error": "x\0"}, "refused"),
        ({"cause": [{"code": {"deep": [1]}}], "error": "y" * 99}, "y" * 64),
    ],
)
def test_a_refusal_has_the_providers_code(gateway, line, told, code):
    answering(line, json.dumps(told), 404)
    assert gateway.get("1") == Refused(code)


@pytest.mark.parametrize("told", ['{"results": 7}', "[]", '{"results": [{"id": 1}]}'])
def test_a_search_that_cannot_be_understood_is_unknown(gateway, line, told):
    line.get(f"{PAYMENTS}/search", body=told)
    assert isinstance(gateway.search(ORDER), Unknown)


@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectionError("reset"),
        requests.ConnectTimeout("slow"),
        requests.ReadTimeout("slow"),
        requests.TooManyRedirects("round and round"),
        requests.exceptions.ChunkedEncodingError("cut"),
        requests.exceptions.ContentDecodingError("bomb"),
    ],
)
def test_a_line_that_breaks_leaves_the_outcome_unknown(gateway, line, error):
    line.get(f"{PAYMENTS}/1", body=error)
    outcome = gateway.get("1")
    assert isinstance(outcome, Unknown)
    assert TOKEN not in outcome.reason


@pytest.mark.parametrize(
    "fault",
    [UnicodeError("half a pair"), TypeError("no text"), OverflowError("no date"), KeyError("no such")],
)
def test_a_fault_while_an_answer_is_read_leaves_the_outcome_unknown_and_is_told(
    gateway, line, monkeypatch, fault
):
    def stumble(_body):
        raise fault

    monkeypatch.setattr(mercado_pago_gateway, "read_payment", stumble)
    answering(line, json.dumps(body()))
    with capture_logs() as logs:
        assert gateway.get("1") == Unknown(f"get: {type(fault).__name__}")
    (told,) = logs
    assert (told["event"], told["log_level"]) == ("provider_answer_not_understood", "error")


FAULTS = {
    "no connection": {"body": requests.ConnectionError("refused")},
    "time-out": {"body": requests.ReadTimeout("slow")},
    "5xx": {"json": {"message": "internal_error"}, "status": 500},
    "page": {"body": "<html>", "status": 200},
    "nonsense": {"json": {"id": True}, "status": 200},
    "redirect": {"body": "", "status": 302, "headers": {"Location": "https://elsewhere.test"}},
}
NO_FAULTS = {
    "not found": {"json": {"error": "not_found", "cause": [{"code": 2000}]}, "status": 404},
    "refused": {"json": {"error": "bad_request", "cause": [{"code": 2018}]}, "status": 400},
    "token": {"json": {"error": "unauthorized", "cause": [{"code": 5}]}, "status": 401},
    "too many": {"json": {"error": "too_many_requests"}, "status": 429},
    "page of a refusal": {"body": "<html>", "status": 403},
    "refusal that cannot be read": {"body": "<html>", "status": 404},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_calls_of_a_kind_that_keep_failing_are_not_made_for_a_while_and_others_are(line, fault):
    now = [0.0]
    gateway = MercadoPagoGateway(ACCOUNT, lambda: now[0])
    broken = line.get(f"{PAYMENTS}/1", **fault)
    line.get(f"{PAYMENTS}/1/refunds", json=[])
    for _ in range(FAULTS_THAT_OPEN):
        assert isinstance(gateway.get("1"), Unknown)
    assert gateway.get("1") == NotMade(REST_SECONDS)
    assert broken.call_count == FAULTS_THAT_OPEN
    assert gateway.list_refunds("1") == Answered(())
    line.remove(broken)
    answering(line, json.dumps(body()))
    now[0] += REST_SECONDS
    assert isinstance(gateway.get("1"), Answered)
    assert isinstance(gateway.get("1"), Answered)


@pytest.mark.parametrize("answer", NO_FAULTS.values(), ids=NO_FAULTS)
def test_what_the_provider_refuses_neither_opens_its_breaker_nor_holds_it_open(line, answer):
    now = [0.0]
    gateway = MercadoPagoGateway(ACCOUNT, lambda: now[0])
    refusing = line.get(f"{PAYMENTS}/1", **answer)
    for _ in range(3 * FAULTS_THAT_OPEN):
        assert not isinstance(gateway.get("1"), NotMade)
    line.replace(responses.GET, f"{PAYMENTS}/1", status=500, body="{}")
    for _ in range(FAULTS_THAT_OPEN):
        gateway.get("1")
    assert isinstance(gateway.get("1"), NotMade)
    now[0] += REST_SECONDS
    line.replace(responses.GET, f"{PAYMENTS}/1", **answer)
    assert [type(gateway.get("1")) for _ in range(3)].count(NotMade) == 0
    assert refusing.call_count == 3 * FAULTS_THAT_OPEN


def test_after_a_429_calls_of_its_kind_are_not_made_before_the_provider_wants_them(line):
    now = [0.0]
    gateway = MercadoPagoGateway(ACCOUNT, lambda: now[0])
    too_many = line.get(f"{PAYMENTS}/1", status=429, json={}, headers={"Retry-After": "90"})
    answering(line, json.dumps(body()).replace("123456789012", "2"))
    assert gateway.get("1").retry_after == 90
    now[0] += 89
    assert gateway.get("2") == NotMade(1)
    assert too_many.call_count == 1
    line.get(f"{PAYMENTS}/2", json=body())
    now[0] += 1
    assert isinstance(gateway.get("2"), Answered)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(body())), value=json_values)
def test_whatever_a_member_holds_the_outcome_is_a_value(name, value):
    gateway = MercadoPagoGateway(ACCOUNT)
    with responses.RequestsMock() as line:
        answering(line, json.dumps(body(**{name: value})))
        assert isinstance(gateway.get("1"), Answered | Unknown)


@cache
def a_bomb():
    """Unpacked it is a hundred times as long as an answer may be."""
    return gzip.compress(bytes(100 * mercado_pago_client.MAX_BYTES))


class Slow(BaseHTTPRequestHandler):
    """Speaks without end, or byte by byte, or counts who comes."""

    protocol_version = "HTTP/1.1"
    connections = 0
    told: ClassVar[list] = []

    def setup(self):
        type(self).connections += 1
        super().setup()

    def do_GET(self):
        if self.path.endswith("/endless"):
            self._say(b" " * (2 * mercado_pago_client.MAX_BYTES))
        elif self.path.endswith("/bomb"):
            self._say(a_bomb(), encoding="gzip")
        elif self.path.endswith("/dripping-headers"):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self.server.stopping.wait(0.05):
                self.wfile.write(b".")
        elif self.path.endswith("/silent"):
            self.server.stopping.wait(20)
        elif self.path.endswith("/drip"):
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            while not self.server.stopping.wait(0.05):
                self.wfile.write(b" " * 20_000)
        else:
            self._say(json.dumps(body()).encode())

    def _say(self, text, encoding="identity"):
        self.told.append((self.headers["Authorization"], self.headers["Cookie"]))
        self.send_response(200)
        self.send_header("Content-Encoding", encoding)
        self.send_header("Set-Cookie", "session=of-the-first-account")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Quiet."""

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True


@pytest.fixture
def slow_url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    server.stopping = threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Slow.connections, Slow.told = 0, []
    yield f"http://127.0.0.1:{server.server_port}"
    server.stopping.set()
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def slow_provider(slow_url):
    return MercadoPagoGateway(Account(TOKEN, slow_url, "a@example.com", None, 0.5))


@pytest.mark.parametrize("way", ["endless", "drip", "bomb", "dripping-headers", "silent"])
def test_an_answer_without_end_is_given_up(slow_provider, way):
    a_bomb()
    began = time.monotonic()
    assert isinstance(slow_provider.get(way), Unknown)
    assert time.monotonic() - began < 5


def test_the_connection_is_kept_for_the_next_call(slow_provider):
    assert isinstance(slow_provider.get("1"), Answered)
    assert isinstance(slow_provider.get("1"), Answered)
    assert Slow.connections == 1


def test_accounts_share_their_connection_and_nothing_else(slow_url):
    client = MercadoPagoClient(slow_url, 5.0)
    for number in range(3):
        account = Account(f"APP_USR-1-{number}", slow_url, "a@example.com", None, 5.0)
        assert isinstance(MercadoPagoGateway(account, client=client).get("1"), Answered)
    assert Slow.connections == 1
    assert Slow.told == [(f"Bearer APP_USR-1-{number}", None) for number in range(3)]
