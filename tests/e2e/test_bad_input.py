"""Bad input, over HTTP, against the running system: a clear problem each time, and nothing is left behind."""

import json
from typing import Any

import pytest
import requests

from standalone.demo_client import DemoClient
from tests.servers.system import System

UNKNOWN_ID = "01a00000-0000-7000-8000-000000000000"
CARD_NUMBER = "5031433215406351"
WAIT_SECONDS = 20


@pytest.fixture
def menu(system: System) -> list[dict[str, Any]]:
    return requests.get(f"{system.url}/products?limit=200", timeout=WAIT_SECONDS).json()["items"]


@pytest.fixture
def product(menu: list[dict[str, Any]]) -> dict[str, Any]:
    """One that nobody counts, so that no other test can sell it out."""
    return next(one for one in menu if one["available"] is None)


@pytest.fixture
def counted(menu: list[dict[str, Any]]) -> dict[str, Any]:
    return max((one for one in menu if one["available"]), key=lambda one: one["available"])


def _problem(answer: requests.Response, status: int, slug: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("/problems/")
    assert {"title", "detail", "instance"} <= problem.keys()
    if slug is not None:
        assert problem["type"] == f"/problems/{slug}"
    return problem


def _post(url: str, body: bytes | dict[str, Any], **headers: str) -> requests.Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **headers}
    return requests.post(url, data=raw, headers=sent, timeout=WAIT_SECONDS)


@pytest.mark.parametrize("path", ["/orders/checkout", "/payments", "/auth/token"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"items": [', 400),
        (b'{"items": NaN}', 400),
        (b"", 400),
        (b'{"items": "\xff\xfe"}', 400),
        (b"[" * 50_000 + b"]" * 50_000, 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 413),
        (b'{"items": ["' + b"a" * 2_000_000 + b'"]}', 413),
        (b"[]", 422),
        (b'"text"', 422),
        (b"{}", 422),
    ],
    ids=["cut", "nan", "empty", "not-utf-8", "nested", "nested-and-long", "2-mb", "list", "text", "bare"],
)
def test_a_body_that_is_no_request_is_told_so(system: System, path: str, body: bytes, status: int):
    _problem(_post(system.url + path, body), status)


@pytest.mark.parametrize("path", ["/orders/checkout", "/payments", "/auth/token"])
def test_a_body_that_is_not_json_is_an_unsupported_media_type(system: System, path: str):
    _problem(_post(system.url + path, b"items=1", **{"Content-Type": "text/plain"}), 415)


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "x", "1", True, 1e9, 10_000, 10**30, None, [], {}])
def test_a_quantity_that_is_none_is_named_in_the_errors(
    system: System, product: dict[str, Any], quantity: object
):
    body = {"items": [{"product_id": product["id"], "quantity": quantity}]}
    assert "items" in _problem(_post(f"{system.url}/orders/checkout", body), 422)["errors"]


@pytest.mark.parametrize(
    "change",
    [
        {"total": "0.01"},
        {"status": "RECEIVED"},
        {"store": "other"},
        {"items": "x"},
        {"items": []},
        {"items": [{"quantity": 1}]},
        {"items": [{"product_id": "not-a-uuid", "quantity": 1}]},
        {"payment": {"method": "cash"}},
        {"payment": {"method": "pix", "token": "card-token"}},
        {"client": {"cpf": "111.111.111-11"}},
        {"client": {"cpf": "529.982.247-26"}},
        {"client": {}},
    ],
    ids=str,
)
def test_what_the_contract_does_not_name_is_refused(
    system: System, product: dict[str, Any], change: dict[str, Any]
):
    body = {"items": [{"product_id": product["id"], "quantity": 1}], **change}
    _problem(_post(f"{system.url}/orders/checkout", body), 422)


@pytest.mark.parametrize(
    "member", [{"unit_price": "0.01"}, {"price": 1}, {"name": "Free"}, {"notes": "a\x00b"}]
)
def test_an_item_takes_nothing_but_what_it_is(
    system: System, product: dict[str, Any], member: dict[str, Any]
):
    body = {"items": [{"product_id": product["id"], "quantity": 1, **member}]}
    _problem(_post(f"{system.url}/orders/checkout", body), 422)


def test_an_unknown_product_is_named(system: System):
    body = {"items": [{"product_id": UNKNOWN_ID, "quantity": 1}]}
    _problem(_post(f"{system.url}/orders/checkout", body), 422, "unknown-product")


def test_a_cpf_that_nobody_registered_is_an_unknown_client(system: System, product: dict[str, Any]):
    items = [{"product_id": product["id"], "quantity": 1}]
    body = {"items": items, "client": {"cpf": "390.533.447-05"}}
    _problem(_post(f"{system.url}/orders/checkout", body), 422, "unknown-client")


def test_the_same_product_twice_is_summed(system: System, product: dict[str, Any]):
    item = {"product_id": product["id"], "quantity": 1}
    order = _post(f"{system.url}/orders/checkout", {"items": [item, {**item, "quantity": 2}]}).json()
    assert sum(line["quantity"] for line in order["items"]) == 3
    assert round(float(order["total"]) * 100) == 3 * round(float(product["price"]) * 100)


def test_stock_that_is_short_by_one_is_told_and_nothing_is_reserved(
    system: System, counted: dict[str, Any], product: dict[str, Any]
):
    address = f"{system.url}/products/{counted['id']}"
    available = requests.get(address, timeout=WAIT_SECONDS).json()["available"]
    wanted = {"product_id": counted["id"], "quantity": available + 1}
    body = {"items": [{"product_id": product["id"], "quantity": 1}, wanted]}
    problem = _problem(_post(f"{system.url}/orders/checkout", body), 409, "insufficient-stock")
    assert problem["shortages"] == [
        {"product_id": counted["id"], "requested": available + 1, "available": available}
    ]
    assert requests.get(address, timeout=WAIT_SECONDS).json()["available"] == available


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/orders/{UNKNOWN_ID}"),
        ("GET", "/orders/not-an-id"),
        ("POST", f"/orders/{UNKNOWN_ID}/cancel"),
        ("GET", f"/products/{UNKNOWN_ID}"),
        ("GET", "/products/category/none"),
        ("GET", f"/payments/{UNKNOWN_ID}"),
        ("GET", f"/payments/{UNKNOWN_ID}/qr.svg"),
        ("GET", "/stores/none/products"),
        ("GET", "/nothing/here"),
    ],
)
def test_what_is_not_there_is_not_found(system: System, method: str, path: str):
    _problem(requests.request(method, system.url + path, json={}, timeout=WAIT_SECONDS), 404)


def test_an_order_that_is_not_known_to_the_payments_yet_may_be_asked_for_again(system: System):
    answer = _post(f"{system.url}/payments", {"order_id": UNKNOWN_ID, "method": "pix"})
    _problem(answer, 404, "unknown-charge")
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize("path", ["/products", "/payments/webhook"])
def test_a_wrong_method_is_told_with_those_that_are_allowed(system: System, path: str):
    answer = requests.delete(system.url + path, timeout=WAIT_SECONDS)
    _problem(answer, 405)
    assert answer.headers["Allow"]


def test_a_long_address_is_answered_as_any_other_is(system: System):
    answer = requests.get(f"{system.url}/products?q={'x' * 7000}", timeout=WAIT_SECONDS)

    assert "q" in _problem(answer, 422, "validation-error")["errors"]


def test_a_webhook_that_nobody_signed_is_refused(system: System):
    address = f"{system.url}/payments/webhook?data.id=123456789012&type=payment"
    body = {"action": "payment.updated", "type": "payment", "data": {"id": "123456789012"}}
    _problem(_post(address, body), 401)


@pytest.mark.parametrize("path", ["/orders", f"/orders/{UNKNOWN_ID}/timeline", "/payments"])
def test_staff_only_paths_ask_for_a_token(system: System, path: str):
    _problem(requests.get(system.url + path, timeout=WAIT_SECONDS), 401)
    forged = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoibWFuYWdlciJ9."}
    _problem(requests.get(system.url + path, headers=forged, timeout=WAIT_SECONDS), 401)


@pytest.fixture
def paid(system: System) -> DemoClient:
    client = DemoClient(system.url, system.emulator)
    client.place_order()
    client.pay()
    client.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    return client


def test_a_step_that_is_not_the_next_is_refused_with_the_one_that_is(system: System, paid: DemoClient):
    token = requests.post(
        f"{system.url}/auth/token",
        json={"username": "cozinha", "password": "cozinha"},
        timeout=WAIT_SECONDS,
    ).json()["access_token"]
    address = f"{system.url}/orders/{paid.order_id}/status"
    for status in ("READY", "FINISHED", "RECEIVED", "CANCELLED"):
        answer = requests.patch(
            address,
            json={"status": status},
            headers={"Authorization": f"Bearer {token}"},
            timeout=WAIT_SECONDS,
        )
        assert "IN_PREPARATION" in json.dumps(_problem(answer, 409))


def test_another_attempt_beside_a_live_one_is_refused_and_a_card_number_in_any_case(system: System):
    client = DemoClient(system.url, system.emulator)
    client.place_order()
    client.provider_id()
    another = {"order_id": client.order_id, "method": "card", "token": "a" * 32}
    for body in (another, {"order_id": client.order_id, "method": "pix"}):
        _problem(_post(f"{system.url}/payments", body), 409)
    told = _problem(_post(f"{system.url}/payments", {**another, "token": CARD_NUMBER}), 422, "card-number")
    assert CARD_NUMBER not in json.dumps(told)
