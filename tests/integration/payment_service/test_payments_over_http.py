"""Payments as customers and managers see them."""

import struct
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from servicekit.http.pagination import encode_cursor
from servicekit.ids import new_id
from tests.builders.payment_service import ORDER, TOTAL

NOBODY = "019aa000-0000-7000-8000-00000000dead"


def is_problem(answer, status, slug):
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json["type"] == f"/problems/{slug}"
    assert answer.json["status"] == status
    return answer.json


def test_a_payment_is_shown_with_all_that_the_contract_names(till):
    payment = till.placed()
    shown = till.http.get(f"/payments/{payment['id']}").json
    assert list(shown) == [
        "id",
        "order_id",
        "attempt",
        "status",
        "status_detail",
        "method",
        "amount",
        "refunded",
        "qr_code",
        "qr_code_url",
        "ticket_url",
        "provider_id",
        "created_at",
        "expires_at",
    ]
    assert (shown["status"], shown["amount"], shown["refunded"]) == ("PENDING", "59.80", "0.00")
    assert shown["qr_code_url"] == f"https://comanda.example/payments/{payment['id']}/qr.svg"
    assert shown["created_at"] == "2026-11-21T23:00:00.000Z"
    assert shown["order_id"] == ORDER


def test_the_code_of_another_stores_payment_is_found_where_it_is_said_to_be(till):
    payment = till.placed(store="other")
    path = payment["qr_code_url"].removeprefix("https://comanda.example")
    assert path == f"/stores/other/payments/{payment['id']}/qr.svg"
    assert till.http.get(path).status_code == 200


def test_a_payment_without_code_yet_shows_none(till):
    till.hear("order.placed.v1")
    (payment,) = till.payments()
    assert (payment["status"], payment["qr_code"], payment["qr_code_url"]) == ("CREATED", None, None)
    is_problem(till.http.get(f"/payments/{payment['id']}/qr.svg"), 404, "no-pix-code")


@pytest.mark.parametrize("path", [f"/payments/{NOBODY}", f"/payments/{NOBODY}/qr.png", "/payments/nonsense"])
def test_what_does_not_exist_is_not_found(till, path):
    answer = till.http.get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_the_code_is_a_picture_on_paper_and_on_screens(till):
    payment = till.placed()
    svg = till.http.get(f"/payments/{payment['id']}/qr.svg")
    assert svg.mimetype == "image/svg+xml"
    assert ET.fromstring(svg.text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own picture
    png = till.http.get(f"/payments/{payment['id']}/qr.png")
    assert png.mimetype == "image/png"
    assert png.data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png.data[16:24])
    assert width == height > 100


def test_an_orders_attempts_are_listed_newest_first(till):
    payment = till.placed()
    till.gateway.reject(payment["provider_id"])
    till.clock.now += timedelta(seconds=5)
    till.talk()
    assert till.retry().status_code == 202
    till.talk()
    assert [(one["attempt"], one["status"]) for one in till.payments()] == [(2, "PENDING"), (1, "REJECTED")]
    assert till.payments(new_id()) == []


def test_another_attempt_is_accepted_and_made_afterwards(till):
    payment = till.placed()
    till.gateway.reject(payment["provider_id"])
    till.clock.now += timedelta(seconds=5)
    till.talk()
    calls = len(till.gateway.calls)
    answer = till.retry()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/payments/{answer.json['id']}"
    assert (answer.json["attempt"], answer.json["status"]) == (2, "CREATED")
    assert len(till.gateway.calls) == calls


def test_the_same_request_again_is_the_same_attempt(till):
    payment = till.placed()
    till.gateway.reject(payment["provider_id"])
    till.clock.now += timedelta(seconds=5)
    till.talk()
    headers = {"Idempotency-Key": "try-2"}
    first, second = till.retry(headers), till.retry(headers)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["Location"] == first.headers["Location"]
    is_problem(till.retry(headers, method="card"), 422, "idempotency-key-reused")


def test_an_order_that_is_not_known_yet_is_to_be_asked_again(till):
    answer = till.retry()
    is_problem(answer, 404, "unknown-charge")
    assert answer.headers["Retry-After"] == "1"


def test_no_attempt_is_made_beside_a_live_or_a_paid_one(till):
    till.placed()
    is_problem(till.retry(), 409, "payment-live")
    till.gateway.pay(till.payments()[0]["provider_id"])
    till.clock.now += timedelta(seconds=5)
    till.talk()
    is_problem(till.retry(), 409, "already-paid")


def test_no_attempt_is_made_once_the_order_ends_or_none_is_left(till):
    till.hear("order.cancel_requested.v1", reason="customer")
    is_problem(till.retry(), 409, "charge-closed")
    other = new_id()
    for _ in range(3):
        if till.payments(other):
            assert till.retry(order_id=other).status_code == 202
            till.talk()
        else:
            till.placed(other)
        till.gateway.reject(till.payments(other)[0]["provider_id"])
        till.clock.now += timedelta(seconds=5)
        till.talk()
    is_problem(till.retry(order_id=other), 409, "no-attempts-left")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"method": "pix"}, "order_id"),
        ({"order_id": ORDER}, "method"),
        ({"order_id": "x", "method": "pix"}, "order_id"),
        ({"order_id": 7, "method": "pix"}, "order_id"),
        ({"order_id": ORDER, "method": "cash"}, "method"),
        ({"order_id": ORDER, "method": True}, "method"),
        ({"order_id": ORDER, "method": "pix", "amount": "0.01"}, "amount"),
        ({"order_id": ORDER, "method": "card"}, "token"),
        ({"order_id": ORDER, "method": "card", "token": ""}, "token"),
        ({"order_id": ORDER, "method": "pix", "token": "t"}, "token"),
        ({"order_id": ORDER, "method": "pix", "installments": 1}, "installments"),
        ({"order_id": ORDER, "method": "pix", "payer": {}}, "payer"),
        ({"order_id": ORDER, "method": "pix", "status": "APPROVED"}, "status"),
        ({"order_id": ORDER, "method": "card", "installments": "x"}, "installments"),
        ({"order_id": ORDER, "method": "card", "installments": 0}, "installments"),
        ({"order_id": ORDER, "method": "card", "installments": 1.5}, "installments"),
        ({"order_id": ORDER, "method": "card", "installments": True}, "installments"),
        ({"order_id": ORDER, "method": "card", "installments": 10**9}, "installments"),
        ({"order_id": ORDER, "method": "card", "token": "a\u0000b"}, "token"),
        ({"order_id": ORDER, "method": "card", "payer": {"cpf": "1"}}, "payer"),
    ],
)
def test_what_is_wrong_with_a_request_is_named(till, body, field):
    till.placed()
    problem = is_problem(till.http.post("/payments", json=body), 422, "validation-error")
    assert list(problem["errors"]) == [field]


@pytest.mark.parametrize(
    ("raw", "mimetype", "status"),
    [
        (b'{"order_id": ', "application/json", 400),
        (b'{"order_id": "\xff"}', "application/json", 400),
        (b"[" * 50_000, "application/json", 400),
        (b'{"amount": NaN}', "application/json", 400),
        (b"order_id=1", "text/plain", 415),
        (b"{" + b" " * 2_000_000 + b"}", "application/json", 413),
        (b"[]", "application/json", 422),
        (b'"x"', "application/json", 422),
    ],
)
@pytest.mark.parametrize("path", ["/payments", "/payments/{id}/refunds"])
def test_a_body_that_cannot_be_read_is_a_problem(till, raw, mimetype, status, path):
    payment = till.placed()
    answer = till.http.post(
        path.format(id=payment["id"]), data=raw, content_type=mimetype, headers=till.manager
    )
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_a_verb_that_a_path_does_not_know_is_a_problem(till):
    answer = till.http.delete("/payments")
    is_problem(answer, 405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


# the store's list


def test_the_stores_list_is_the_managers(till):
    till.placed()
    is_problem(till.http.get("/payments"), 401, "unauthorized")
    is_problem(till.http.get("/payments", headers=till.token("kitchen")), 403, "forbidden")
    is_problem(till.http.get("/payments", headers=till.token("manager", "other")), 403, "forbidden")
    answer = till.http.get("/payments", headers=till.manager)
    assert [one["attempt"] for one in answer.json["items"]] == [1]


def test_the_list_is_narrowed_and_paged(till):
    orders = [new_id() for _ in range(3)]
    for order_id in orders:
        till.placed(order_id)
        till.clock.now += timedelta(microseconds=1)
    first = till.http.get("/payments?limit=2&status=PENDING&day=2026-11-21", headers=till.manager).json
    assert [one["order_id"] for one in first["items"]] == [orders[2], orders[1]]
    rest = till.http.get(f"/payments?limit=2&cursor={first['next']}", headers=till.manager).json
    assert ([one["order_id"] for one in rest["items"]], rest["next"]) == ([orders[0]], None)
    for query in ("status=REJECTED", "day=2026-11-20"):
        assert till.http.get(f"/payments?{query}", headers=till.manager).json["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        "status=PAID",
        "day=today",
        "limit=0",
        "limit=201",
        "limit=x",
        "cursor=nonsense",
        "cursor=WyJ4IiwgInkiXQ",
        "cursor=WyIyMDI2LTExLTIxVDIzOjAwOjAwIiwgInkiXQ",
        "order_id=1",
        "store=other",
        "day=9999-12-31",
        "cursor=" + encode_cursor("0001-01-01T00:00:00+14:00", "x"),
        "cursor=" + encode_cursor("9999-12-31T23:59:59-14:00", "x"),
    ],
)
def test_a_query_that_makes_no_sense_is_a_problem(till, query):
    is_problem(till.http.get(f"/payments?{query}", headers=till.manager), 422, "validation-error")


# other stores


def test_nothing_of_one_store_is_seen_through_another(till):
    payment = till.placed()
    other = "/stores/other/payments"
    assert till.http.get(f"/stores/default/payments/{payment['id']}").status_code == 200
    is_problem(till.http.get(f"{other}/{payment['id']}"), 404, "unknown-payment")
    is_problem(till.http.get(f"{other}/{payment['id']}/qr.svg"), 404, "unknown-payment")
    assert till.http.get(other, query_string={"order_id": ORDER}).json["items"] == []
    is_problem(till.http.post(other, json={"order_id": ORDER, "method": "pix"}), 404, "unknown-charge")
    manager = till.token("manager", "other")
    is_problem(till.http.get(f"{other}/{payment['id']}/refunds", headers=manager), 404, "unknown-payment")
    is_problem(till.http.post(f"{other}/{payment['id']}/refunds", headers=manager), 404, "unknown-payment")
    is_problem(till.http.post(f"/payments/{payment['id']}/refunds", headers=manager), 403, "forbidden")


def test_whole_amounts_are_told_with_two_places(till):
    assert till.placed(total=100_00)["amount"] == "100.00"
    assert TOTAL == 5980
