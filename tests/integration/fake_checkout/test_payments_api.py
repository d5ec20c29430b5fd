"""The Payments API, as a merchant's program sees it."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from fake_checkout.domain.brcode import checksum
from fake_checkout.domain.provider_time import read_time, written_time
from tests.integration.fake_checkout.conftest import TOKEN, a_request

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-04:00")
DATA = re.compile(r"\d\d-\d\d-\d{4}T\d\d:\d\d:\d\dUTC;[0-9a-f-]{36}")
# Every member that the provider's SDKs declare.
MEMBERS = """
    id date_created date_approved date_last_updated date_of_expiration money_release_date
    money_release_schema money_release_status operation_type issuer_id payment_method_id
    payment_type_id payment_method status status_detail currency_id description live_mode
    sponsor_id authorization_code integrator_id platform_id corporation_id pos_id store_id
    taxes_amount counter_currency shipping_amount build_version collector_id payer
    marketplace_owner metadata additional_info order external_reference transaction_amount
    transaction_amount_refunded coupon_amount differential_pricing_id deduction_schema callback_url
    installments transaction_details fee_details charges_details captured binary_mode
    call_for_authorize_id statement_descriptor card notification_url refunds processing_mode
    merchant_account_id merchant_number acquirer_reconciliation point_of_interaction three_ds_info
    accounts_info tags
"""


def in_(**life):
    return written_time(datetime.now(UTC) + timedelta(**life))


def assert_refused(answer, status, code, slug="bad_request"):
    body = answer.json
    assert (answer.status_code, answer.mimetype) == (status, "application/json"), answer.text
    assert set(body) == {"message", "error", "status", "cause"}
    assert (body["error"], body["status"]) == (slug, status)
    (cause,) = body["cause"]
    assert set(cause) == {"code", "description", "data"}
    assert cause["code"] == code, answer.text
    assert cause["description"] == body["message"]
    assert DATA.fullmatch(cause["data"])


def test_a_created_payment_is_told_with_every_member(emulator):
    expires = in_(hours=1)

    payment = emulator.create(
        description="Pedido A47",
        external_reference="0199-abc_1",
        metadata={"payment_id": "1", "attempt": 1, "rate": 0.5},
        date_of_expiration=expires,
        notification_url="http://localhost:5000/payments/webhook",
        statement_descriptor="COMANDA",
        additional_info={"items": [{"id": "x", "quantity": 1, "unit_price": 58.8, "warranty": False}, "odd"]},
        payer={
            "email": "ana@example.com",
            "first_name": "Ana",
            "identification": {"type": "CPF", "number": "529.982.247-25"},
            "phone": {"area_code": "11"},
        },
    )

    assert set(payment) == set(MEMBERS.split())
    assert re.fullmatch(r"[1-9]\d{10,11}", str(payment["id"]))
    assert (payment["status"], payment["status_detail"]) == ("pending", "pending_waiting_transfer")
    assert (payment["payment_method_id"], payment["payment_type_id"]) == ("pix", "bank_transfer")
    assert (payment["transaction_amount"], payment["currency_id"]) == (59.9, "BRL")
    assert (payment["collector_id"], payment["live_mode"], payment["captured"]) == (100200300, False, True)
    assert payment["date_of_expiration"] == expires
    assert payment["external_reference"] == "0199-abc_1"
    assert payment["metadata"] == {"payment_id": "1", "attempt": 1, "rate": 0.5}
    assert payment["statement_descriptor"] == "COMANDA"
    assert payment["date_approved"] is payment["money_release_date"] is None
    assert DATE.fullmatch(payment["date_created"])
    assert payment["payer"]["email"] == "ana@example.com"
    assert payment["payer"]["id"].isdecimal()
    assert payment["payer"]["identification"] == {"type": "CPF", "number": "529.982.247-25"}
    assert payment["payer"]["phone"] == {"area_code": "11", "number": None, "extension": None}
    items = payment["additional_info"]["items"]
    assert items == [{"id": "x", "quantity": "1", "unit_price": "58.8", "warranty": False}, "odd"]
    assert (payment["fee_details"], payment["charges_details"], payment["card"]) == ([], [], {})


def test_the_code_of_a_payment_can_be_paid(emulator):
    payment = emulator.create()

    data = payment["point_of_interaction"]["transaction_data"]
    assert checksum(data["qr_code"][:-4]) == data["qr_code"][-4:]
    assert f"mpqrinter{payment['id']}" in data["qr_code"]
    assert "540559.90" in data["qr_code"]
    assert base64.b64decode(data["qr_code_base64"]).startswith(b"\x89PNG")
    assert data["ticket_url"] == f"http://localhost:5000/fake-checkout/pay/{payment['id']}"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("59.90", "59.9"),
        ("0.01", "0.01"),
        ("0.29", "0.29"),
        ("1.1", "1.1"),
        ("100", "100"),
        ("9999999", "9999999"),
    ],
)
def test_amounts_come_back_to_the_centavo(emulator, sent, told):
    body = json.dumps(a_request()).replace("59.9", sent)

    answer = emulator.call("POST", "/v1/payments", body)

    assert f'"transaction_amount": {told},' in answer.text


def test_a_code_lives_for_a_day_by_default(emulator):
    payment = emulator.create()

    life = read_time(payment["date_of_expiration"]) - read_time(payment["date_created"])
    assert life == timedelta(days=1)


def test_every_answer_has_an_id_of_its_own(emulator):
    first, second = (emulator.call("GET", "/v1/payments/1").headers["x-request-id"] for _ in range(2))

    assert re.fullmatch(r"[0-9a-f-]{36}", first)
    assert first != second


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"transaction_amount": ...}, 4002),
        ({"transaction_amount": None}, 4002),
        ({"transaction_amount": "59.90"}, 4003),
        ({"transaction_amount": True}, 4003),
        ({"transaction_amount": {}}, 4003),
        ({"transaction_amount": 0}, 4037),
        ({"transaction_amount": -1}, 4037),
        ({"transaction_amount": 1.001}, 2072),
        ({"transaction_amount": 9999999.01}, 2072),
        ({"payment_method_id": ...}, 4001),
        ({"payment_method_id": ..., "token": "abc"}, 2062),
        ({"payment_method_id": "bolbradesco"}, 3028),
        ({"payment_method_id": ["pix"]}, 3028),
        ({"capture": False}, 2077),
        ({"payer": ...}, 4050),
        ({"payer": {}}, 4050),
        ({"payer": {"email": "not an address"}}, 4050),
        ({"payer": {"email": ["a@b.co"]}}, 4050),
        ({"payer": {"email": f"{'a' * 250}@b.co"}}, 4051),
        ({"payer": None}, 4006),
        ({"payer": "ana"}, 4006),
        ({"payer": {"email": "a@b.co", "type": "alien"}}, 4029),
        ({"payer": {"email": "a@b.co", "entity_type": ["x"]}}, 4029),
        ({"payer": {"email": "a@b.co", "identification": "x"}}, 4006),
        ({"payer": {"email": "a@b.co", "identification": {"type": "CPF", "number": "111.111.111-11"}}}, 2067),
        ({"payer": {"email": "a@b.co", "identification": {"type": "CPF", "number": "52998224724"}}}, 2067),
        ({"payer": {"email": "a@b.co", "identification": {"type": "RG", "number": "1"}}}, 2067),
        ({"payer": {"email": "a@b.co", "nick": "x"}}, 8),
        ({"payer": {"email": "a@b.co", "phone": "11"}}, 4006),
        ({"payer": {"email": "LOJA100200300@example.com"}}, 2060),
        ({"payer": {"id": None}}, 4012),
        ({"payer": {"id": "1"}}, 4013),
        ({"payer": {"id": "1", "type": "customer"}}, 2002),
        ({"price": 1}, 8),
        ({"additional_info": {"colour": "x"}}, 8),
        ({"additional_info": {"payer": {"colour": "x"}}}, 8),
        ({"additional_info": {"shipments": {"colour": "x"}}}, 8),
        ({"additional_info": {"items": [{}, {"colour": "x"}]}}, 8),
        ({"additional_info": []}, 1),
        ({"metadata": []}, 4022),
        ({"description": 1}, 1),
        ({"external_reference": "a" * 65}, 1),
        ({"external_reference": "with space"}, 1),
        ({"external_reference": 1}, 1),
        ({"notification_url": "ftp://m.example"}, 4020),
        ({"notification_url": "m.example"}, 4020),
        ({"notification_url": "http://m.example/a b"}, 4020),
        ({"notification_url": "http://m.example:99999/"}, 4020),
        ({"notification_url": 1}, 4020),
        ({"notification_url": f"http://m.example/{'a' * 248}"}, 4021),
        ({"date_of_expiration": "2026-11-22"}, 23),
        ({"date_of_expiration": 1}, 23),
        ({"date_of_expiration": "2026-11-22T10:00:00.000-04:00Z"}, 23),
        ({"date_of_expiration": in_(minutes=28)}, 7523),
        ({"date_of_expiration": in_(days=31)}, 7523),
        ({"date_of_expiration": in_(days=-1)}, 7523),
    ],
)
def test_what_is_wrong_with_a_request_has_the_providers_code(emulator, fields, code):
    assert_refused(emulator.call("POST", "/v1/payments", a_request(**fields)), 400, code)
    assert emulator.control("GET", "/books").json == {"payments": [], "refunds": []}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff",
        b'{"transaction_amount": NaN}',
        b"[" * 50_000,
        b'{"description": "a\\u0000b"}',
        b'{"description": "\\ud800"}',
        b'{"a": {"b": ["\\u0000"]}}',
        b'{"metadata": {"a": 1e999}}',
    ],
)
def test_a_body_that_is_no_json_object_is_a_params_error(emulator, body):
    assert_refused(emulator.call("POST", "/v1/payments", body), 400, 1)


def test_a_body_that_is_too_large_is_refused_in_the_providers_words(emulator):
    answer = emulator.call("POST", "/v1/payments", b" " * (1024 * 1024 + 1))

    assert (answer.status_code, answer.json["cause"]) == (413, [])


@pytest.mark.parametrize("key", [None, "", "  "])
@pytest.mark.parametrize("path", ["/v1/payments", "/v1/payments/123/refunds"])
def test_what_creates_needs_an_idempotency_key(emulator, path, key):
    assert_refused(emulator.call("POST", path, a_request(), X_Idempotency_Key=key), 400, 4292)


def test_a_key_has_a_length(emulator):
    assert_refused(emulator.call("POST", "/v1/payments", a_request(), X_Idempotency_Key="k" * 256), 400, 1)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", f"Basic {TOKEN}"])
def test_without_a_token_nothing_is_told(emulator, header):
    answer = emulator.call("GET", "/v1/payments/1", Authorization=header)

    assert_refused(answer, 401, 5, "unauthorized")
    assert answer.json["message"] == "Must provide your access_token to proceed"


def test_with_another_token_nothing_is_told(emulator):
    answer = emulator.call("POST", "/v1/payments", a_request(), Authorization="Bearer other-é")

    assert_refused(answer, 400, 17)


def test_a_payment_can_be_read(emulator):
    payment = emulator.create()

    assert emulator.call("GET", f"/v1/payments/{payment['id']}").json == payment


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/payments/99"),
        ("PUT", "/v1/payments/99"),
        ("POST", "/v1/payments/99/refunds"),
        ("GET", "/v1/payments/99/refunds"),
        ("GET", "/v1/payments/99/refunds/1"),
    ],
)
def test_an_unknown_payment_is_not_found(emulator, method, path):
    body = {"status": "cancelled"} if method == "PUT" else None

    assert_refused(emulator.call(method, path, body), 404, 2000, "not_found")


@pytest.mark.parametrize("number", ["abc", "1.5", "-1", "1" * 16, "²"])
def test_a_payment_has_a_number(emulator, number):
    assert_refused(emulator.call("GET", f"/v1/payments/{number}"), 400, 4019)


@pytest.mark.parametrize("path", ["/v1/orders", "/users/you", "/v1", "/pay"])
def test_what_the_emulator_does_not_have_is_not_found(emulator, path):
    answer = emulator.call("GET", path)

    assert answer.status_code == 404
    assert answer.json == {"message": "resource not found", "error": "not_found", "status": 404, "cause": []}


def test_a_verb_that_it_does_not_have_is_not_allowed(emulator):
    answer = emulator.call("DELETE", "/v1/payments")

    assert (answer.status_code, answer.json["error"]) == (405, "method_not_allowed")


def test_a_bug_is_told_without_its_details(emulator, monkeypatch):
    def break_down(*_):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("fake_checkout.entrypoints.rest.mercado_pago_views.payment_body", break_down)

    answer = emulator.call("POST", "/v1/payments", a_request())

    assert (answer.status_code, answer.json["error"]) == (500, "internal_server_error")
    assert "secret" not in answer.text


class TestCancelling:
    def cancel(self, emulator, payment, status="cancelled"):
        return emulator.call("PUT", f"/v1/payments/{payment['id']}", {"status": status})

    def test_a_pending_payment_is_cancelled_by_its_collector(self, emulator):
        payment = emulator.create()

        answer = self.cancel(emulator, payment)

        assert answer.status_code == 200
        assert (answer.json["status"], answer.json["status_detail"]) == ("cancelled", "by_collector")
        assert answer.json["date_last_updated"] >= payment["date_last_updated"]

    @pytest.mark.parametrize("verb", ["approve", "reject", "expire"])
    def test_one_that_has_ended_is_not(self, emulator, verb):
        payment = emulator.create()
        emulator.control("POST", f"/payments/{payment['id']}/{verb}")

        assert_refused(self.cancel(emulator, payment), 400, 2018)

    def test_one_that_is_cancelled_is_not_cancelled_again(self, emulator):
        payment = emulator.create()
        self.cancel(emulator, payment)

        assert_refused(self.cancel(emulator, payment), 400, 2018)

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, 4017),
            ({"capture": True}, 2018),
            ({"capture": False}, 1),
            ({"status": "approved"}, 2016),
            ({"status": "cancelled", "metadata": {}}, 1),
            ({"transaction_amount": 1}, 2017),
            ({"payer": {}}, 8),
        ],
    )
    def test_nothing_else_can_be_updated(self, emulator, body, code):
        payment = emulator.create()

        assert_refused(emulator.call("PUT", f"/v1/payments/{payment['id']}", body), 400, code)


class TestRefunding:
    @pytest.fixture
    def paid(self, emulator):
        payment = emulator.create(transaction_amount=59.90)
        emulator.control("POST", f"/payments/{payment['id']}/approve")
        return payment["id"]

    def refund(self, emulator, number, body=None, **headers):
        return emulator.call("POST", f"/v1/payments/{number}/refunds", body, **headers)

    @pytest.mark.parametrize("body", [None, {}])
    def test_all_of_it(self, emulator, paid, body):
        answer = self.refund(emulator, paid, body)

        assert answer.status_code == 201
        refund = answer.json
        assert re.fullmatch(r"[1-9]\d{8,9}", str(refund["id"]))
        assert (refund["payment_id"], refund["amount"], refund["status"]) == (paid, 59.9, "approved")
        assert refund["amount_refunded_to_payer"] == 59.9
        assert refund["source"] == {"id": "100200300", "name": "Comanda Restaurante", "type": "collector"}
        payment = emulator.call("GET", f"/v1/payments/{paid}").json
        assert (payment["status"], payment["status_detail"]) == ("refunded", "refunded")
        assert (payment["transaction_amount_refunded"], payment["refunds"]) == (59.9, [refund])

    def test_a_part_then_the_rest(self, emulator, paid):
        part = self.refund(emulator, paid, {"amount": 9.9}).json
        payment = emulator.call("GET", f"/v1/payments/{paid}").json
        assert (payment["status"], payment["status_detail"]) == ("approved", "partially_refunded")

        rest = self.refund(emulator, paid).json

        assert (part["amount"], rest["amount"]) == (9.9, 50)
        assert emulator.call("GET", f"/v1/payments/{paid}/refunds").json == [part, rest]
        assert emulator.call("GET", f"/v1/payments/{paid}/refunds/{part['id']}").json == part
        assert_refused(self.refund(emulator, paid), 400, 2063)

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"amount": None}, 4023),
            ({"amount": "1"}, 4024),
            ({"amount": 0}, 4037),
            ({"amount": -1}, 4037),
            ({"amount": 0.001}, 2072),
            ({"amount": 59.91}, 2017),
            ({"sum": 1}, 8),
        ],
    )
    def test_never_more_and_nothing_odd(self, emulator, paid, body, code):
        assert_refused(self.refund(emulator, paid, body), 400, code)
        assert emulator.control("GET", "/books").json["refunds"] == []

    def test_not_without_money(self, emulator):
        assert_refused(self.refund(emulator, emulator.create()["id"]), 400, 2063)

    def test_not_after_half_a_year(self, emulator, paid):
        emulator.control("PUT", "/clock", {"offset_seconds": 181 * 24 * 3600})

        assert_refused(self.refund(emulator, paid), 400, 2024)

    def test_one_that_is_not_there_is_not_found(self, emulator, paid):
        assert_refused(emulator.call("GET", f"/v1/payments/{paid}/refunds/1"), 404, 2000, "not_found")
        assert_refused(emulator.call("GET", f"/v1/payments/{paid}/refunds/x"), 400, 1)

    def test_the_same_key_refunds_once(self, emulator, paid):
        first = self.refund(emulator, paid, {"amount": 1}, X_Idempotency_Key="k")
        second = self.refund(emulator, paid, {"amount": 1}, X_Idempotency_Key="k")

        assert (second.status_code, second.json) == (201, first.json)
        assert len(emulator.control("GET", "/books").json["refunds"]) == 1

    def test_fees_are_told_once_money_has_come(self, emulator, paid):
        payment = emulator.call("GET", f"/v1/payments/{paid}").json

        assert payment["fee_details"] == [
            {"type": "mercadopago_fee", "amount": 0.59, "fee_payer": "collector"}
        ]
        assert payment["transaction_details"]["net_received_amount"] == 59.31
        assert payment["charges_details"][0]["amounts"] == {"original": 0.59, "refunded": 0}
        assert payment["money_release_status"] == "released"
        assert payment["transaction_details"]["bank_transfer_id"].startswith("PIXE")


class TestIdempotency:
    def test_the_same_key_and_body_create_one_payment_and_tell_nobody_twice(self, emulator):
        body = a_request(notification_url="http://m.example/")
        first = emulator.call("POST", "/v1/payments", body, X_Idempotency_Key="k")
        emulator.control("POST", f"/payments/{first.json['id']}/approve")
        shuffled = json.dumps(dict(reversed(body.items())), indent=2)

        second = emulator.call("POST", "/v1/payments", shuffled, X_Idempotency_Key="k")

        assert (second.status_code, second.text) == (201, first.text)
        emulator.run_loops()
        assert [sent.action for sent, _, _ in emulator.sender.sent] == ["payment.created", "payment.updated"]

    def test_the_same_key_with_another_body_is_refused(self, emulator):
        emulator.call("POST", "/v1/payments", a_request(), X_Idempotency_Key="k")

        answer = emulator.call("POST", "/v1/payments", a_request(transaction_amount=1), X_Idempotency_Key="k")

        assert_refused(answer, 422, 422, "unprocessable_entity")

    def test_a_replay_is_answered_even_when_its_expiry_is_near_by_now(self, emulator):
        body = a_request(date_of_expiration=in_(minutes=40))
        first = emulator.call("POST", "/v1/payments", body, X_Idempotency_Key="k")
        emulator.control("PUT", "/clock", {"offset_seconds": 3600})

        assert emulator.call("POST", "/v1/payments", body, X_Idempotency_Key="k").json == first.json

    def test_a_request_that_was_refused_leaves_its_key_free(self, emulator):
        emulator.call("POST", "/v1/payments", a_request(payer={}), X_Idempotency_Key="k")

        assert emulator.call("POST", "/v1/payments", a_request(), X_Idempotency_Key="k").status_code == 201

    def test_a_key_is_the_payments_or_the_refunds(self, emulator):
        payment = emulator.call("POST", "/v1/payments", a_request(), X_Idempotency_Key="k").json
        emulator.control("POST", f"/payments/{payment['id']}/approve")

        answer = emulator.call("POST", f"/v1/payments/{payment['id']}/refunds", X_Idempotency_Key="k")

        assert answer.status_code == 201

    def test_while_the_first_runs_the_second_is_told_so_and_afterwards_replayed(self, emulator):
        emulator.control("PUT", "/faults", {"rules": [{"kind": "delay", "seconds": 5, "times": 1}]})
        meanwhile = []

        def ask():
            return emulator.call("POST", "/v1/payments", a_request(), X_Idempotency_Key="k")

        emulator.pauses.meanwhile = lambda: meanwhile.append(ask())
        first = ask()
        again = ask()

        assert_refused(meanwhile[0], 409, 409, "conflict")
        assert (first.status_code, again.json) == (201, first.json)


class TestSearching:
    def search(self, emulator, **query):
        answer = emulator.client.get(
            "/v1/payments/search", query_string=query, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json

    def test_by_reference_newest_first(self, emulator):
        first, second = (emulator.create(external_reference="order-1") for _ in range(2))
        emulator.create(external_reference="order-2")

        found = self.search(emulator, external_reference="order-1", sort="id", criteria="asc")

        assert found["paging"] == {"total": 2, "limit": 30, "offset": 0}
        assert sorted(one["id"] for one in found["results"]) == sorted([first["id"], second["id"]])
        assert found["results"][0]["id"] < found["results"][1]["id"]

    @pytest.mark.parametrize(
        ("query", "total"),
        [
            ({}, 1),
            ({"status": "pending"}, 1),
            ({"status": "approved"}, 0),
            ({"payment_method_id": "pix"}, 1),
            ({"payment_method_id": "visa"}, 0),
            ({"store_id": "1"}, 0),
            ({"pos_id": "1"}, 0),
            ({"payer.id": "1"}, 0),
            ({"begin_date": "NOW-1HOURS", "end_date": "NOW"}, 1),
            ({"begin_date": "NOW-30DAYS", "end_date": "NOW-29DAYS"}, 0),
            ({"begin_date": "NOW-1MONTH", "end_date": "NOW"}, 1),
            ({"begin_date": "NOW-99999YEARS"}, 1),
            ({"begin_date": "2026-01-01T00:00:00Z"}, 1),
            ({"begin_date": "2026-01-01T00:00:00.000-04:00"}, 1),
            ({"end_date": "2026-01-01T00:00:00.000+00:00"}, 0),
            ({"range": "date_approved", "begin_date": "NOW-5MINUTES", "end_date": "NOW"}, 0),
            ({"limit": 0}, 1),
            ({"unknown": "ignored"}, 1),
        ],
    )
    def test_by_what_the_provider_knows(self, emulator, query, total):
        emulator.create()

        assert self.search(emulator, **query)["paging"]["total"] == total

    def test_pages_of_thirty_unless_asked_otherwise(self, emulator):
        for _ in range(32):
            emulator.create()

        assert len(self.search(emulator)["results"]) == 30
        page = self.search(emulator, limit=20, offset=30)
        assert (page["paging"], len(page["results"])) == ({"total": 32, "limit": 20, "offset": 30}, 2)

    def test_a_zone_that_was_not_escaped_is_understood(self, emulator):
        emulator.create()
        path = "/v1/payments/search?begin_date=2026-01-01T00:00:00.000+00:00"

        assert emulator.call("GET", path).json["paging"]["total"] == 1

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("limit=1001", 1000),
            ("limit=x", 1),
            ("limit=-1", 1),
            ("offset=99999999", 1),
            ("sort=colour", 1),
            ("criteria=up", 1),
            ("range=colour&begin_date=NOW", 1),
            ("begin_date=yesterday", 1001),
            ("begin_date=2026-01-01T00:00:00", 1001),
            ("end_date=0001-01-01T00:00:00%2B14:00", 1001),
        ],
    )
    def test_what_cannot_be_searched_is_refused(self, emulator, query, code):
        assert_refused(emulator.call("GET", f"/v1/payments/search?{query}"), 400, code)
