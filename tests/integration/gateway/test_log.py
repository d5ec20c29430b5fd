"""What the gateway writes down: enough to follow a request, and neither persons nor keys to orders."""

import json

import pytest

from tests.integration.gateway.conftest import wait_until
from tests.servers.nginx import NOBODY

ID = "01933c5e-7a52-7c1e-8c0a-0123456789ab"
CPF = "52998224725"


@pytest.fixture(scope="module")
def quiet(start_gateway):
    """A gateway with nobody but orders behind it."""
    return start_gateway(PAYMENT_UPSTREAM=NOBODY, EMULATOR_UPSTREAM=NOBODY, LIVE_UPSTREAM=NOBODY)


def line_of(gateway, path, **options):
    """What is written down of this request; the log is written when the answer is sent."""
    number = gateway.get(path, **options).headers["X-Request-ID"]
    log = gateway.server.access_log_file
    wait_until(lambda: f'"{number}"' in log.read_text())
    (line,) = [line for line in log.read_text().splitlines() if f'"{number}"' in line]
    return json.loads(line)


def test_a_line_tells_what_was_asked_of_whom_and_how_it_went(quiet):
    line = line_of(quiet, "/stores/centro/products", headers={"X-Request-ID": "kiosk-7"})
    upstream = quiet.upstreams["orders"].address
    assert line.pop("timestamp").startswith("20")
    assert line.pop("seconds") >= 0
    assert float(line.pop("upstream_seconds")) >= 0
    assert line.pop("bytes_in") > 0
    assert line.pop("bytes_out") > 0
    assert line == {
        "event": "request",
        "logger": "gateway",
        "level": "info",
        "request_id": "kiosk-7",
        "client": "127.0.0.1",
        "method": "GET",
        "path": "/stores/centro/products",
        "status": 200,
        "protocol": "HTTP/1.1",
        "upstream": upstream,
        "upstream_status": "200",
        "limited": "PASSED",
    }


def test_a_service_that_is_away_is_named(quiet):
    line = line_of(quiet, "/payments")
    assert (line["status"], line["upstream"], line["upstream_status"]) == (503, NOBODY, "502")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "/"),
        ("/openapi.json", "/openapi.json"),
        ("/static/loja.css", "/static/loja.css"),
        ("/stores/2-irmaos/board", "/stores/2-irmaos/board"),
        (f"/orders/{ID}", "/orders/{id}"),
        (f"/orders/{ID.upper()}/timeline", "/orders/{id}/timeline"),
        (f"/stores/centro/orders/{ID}/events", "/stores/centro/orders/{id}/events"),
        (f"/carts/{ID}/items/{ID}", "/carts/{id}/items/{id}"),
        (f"/payments/{ID}/qr.svg?x={CPF}", "/payments/{id}/qr.svg"),
        (f"/payments?order_id={ID}", "/payments"),
        (f"/images/{'0a' * 32}", "/images/{id}"),
        ("/fake-checkout/v1/payments/123456789012", "/fake-checkout/v1/payments/{id}"),
        (f"/clients/cpf/{CPF}", "/clients/cpf/{cpf}"),
        ("/clients/cpf/529.982.247-25", "/clients/cpf/{cpf}"),
        ("/stores/centro/clients/cpf/529%2E982%2E247%2D25", "/stores/centro/clients/cpf/{cpf}"),
        ("/clients/c%70f/529.982.247-25", "/{other}"),
        ("/Clients/cpf/529.982.247-25", "/{other}"),
        (f"/clients/cpf//{CPF}", "/clients/cpf/{cpf}"),
        ("/staff/joao.silva", "/staff/{username}"),
        (f"/products/category/{CPF}", "/products/category/{id}"),
        ("/products/category/529.982.247-25", "/{other}"),
        ("/products/x-529-982-247-25", "/{other}"),
        ("/ana@example.com", "/{other}"),
        ("/Ana", "/{other}"),
        ('/"}{', "/{other}"),
        (f"/a/{ID}/{ID}/{ID}", "/{other}"),
    ],
)
def test_a_path_is_told_without_ids_names_and_query(quiet, path, told):
    assert line_of(quiet, path)["path"] == told


def test_nothing_personal_and_no_key_to_an_order_is_in_any_log(quiet):
    canaries = [CPF, "529.982.247-25", ID, "Bearer canary", "canary-cookie", "ana@example.com"]
    headers = {
        "Authorization": "Bearer canary",
        "Cookie": "session=canary-cookie",
        "Referer": f"/pedido/{ID}",
    }
    for path in (
        f"/payments/{ID}",  # whose service is away, which nginx would write down with the whole request
        f"/stores/centro/payments?cpf={CPF}",
        f"/orders/{ID}/events?email=ana@example.com",
        "/clients/cpf/529.982.247-25",
        f"/fake-checkout/{CPF}",
        f"/orders/../{CPF}",
    ):
        line_of(quiet, path, headers=headers)
    written = quiet.server.access_log_file.read_text() + quiet.server.error_log_file.read_text()
    assert [canary for canary in canaries if canary in written] == []


def test_a_problem_repeats_no_more_of_the_path_than_the_log(quiet):
    answer = quiet.get(f"/stores/centro/payments/{ID}")
    assert answer.json()["instance"] == "/stores/centro/payments/{id}"
    assert quiet.get('/fake-checkout/"x').json()["instance"] == "/{other}"
