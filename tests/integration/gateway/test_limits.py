"""How much one client may send, how often, and how slowly."""

import socket
import time
from contextlib import closing

import pytest

from fake_checkout.entrypoints.rest import app as emulator_app
from orders_service.entrypoints.rest import image_views
from servicekit.http.requests import MAX_BODY_BYTES
from tests.integration.gateway.conftest import wait_until
from tests.integration.gateway.upstream import answer_with

ID = "01933c5e-7a52-7c1e-8c0a-0123456789ab"
KIB = 1024
SENT = 16 * KIB


def chunked(size):
    """A body that does not tell its length."""
    yield from (b"x" * min(SENT, size - begun) for begun in range(0, size, SENT))


@pytest.mark.parametrize("as_chunks", [False, True], ids=["of known length", "in chunks"])
@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("POST", "/orders/checkout", MAX_BODY_BYTES),
        ("POST", "/stores/centro/payments", MAX_BODY_BYTES),
        ("PUT", f"/products/{ID}", MAX_BODY_BYTES),
        ("PUT", f"/products/{ID}/image", image_views.MOST_BYTES),
        ("PUT", f"/stores/centro/products/{ID}/image", image_views.MOST_BYTES),
        ("POST", "/fake-checkout/v1/payments", emulator_app.MAX_BODY_BYTES),
        ("POST", "/fake-checkout/__fake/reset", emulator_app.MAX_BODY_BYTES),
    ],
)
def test_a_body_is_passed_on_up_to_the_services_own_limit_and_refused_beyond(
    gateway, method, path, most, as_chunks
):
    def send(size):
        return gateway.ask(method, path, data=chunked(size) if as_chunks else b"x" * size)

    assert send(most).json()["body"] == most
    refused = send(most + 1)
    assert refused.status_code == 413
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["type"] == "/problems/request-entity-too-large"


def test_headers_that_are_too_large_are_refused(gateway):
    assert gateway.get("/products", headers={"Cookie": "x" * 7 * KIB}).status_code == 200
    assert gateway.get("/products", headers={"Cookie": "x" * 9 * KIB}).status_code == 431
    assert gateway.get(f"/products?q={'x' * 9 * KIB}").status_code == 414


@pytest.fixture(scope="module")
def limited(start_gateway):
    """A gateway that lets 20 requests through at once, 5 identifications, 30 notices, and soon no more."""
    return start_gateway(
        REQUESTS_PER_SECOND="1",
        REQUESTS_BURST="19",
        IDENTIFICATIONS_PER_SECOND="1",
        IDENTIFICATIONS_BURST="4",
        NOTICES_PER_SECOND="1",
        NOTICES_BURST="29",
        STREAMS_PER_CLIENT="2",
        FRONT_PROXIES="127.0.0.1",
    )


def exhaust(gateway, method, path, client, at_once):
    """Ask until the client is refused: after so many requests, and one for each second that went by."""
    began, number = time.monotonic(), 0
    while (answer := gateway.ask(method, path, headers={"X-Forwarded-For": client})).ok:
        number += 1
    assert at_once <= number <= at_once + 1 + time.monotonic() - began
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert answer.json() == {
        "type": "/problems/too-many-requests",
        "title": "Too many requests",
        "status": 429,
        "detail": "Too many requests from this address. Come again in a moment.",
        "instance": path.replace("529.982.247-25", "{cpf}"),
    }


def test_an_address_that_asks_too_often_has_to_wait_and_others_have_not(limited):
    exhaust(limited, "GET", "/products", "203.0.113.1", 20)
    assert limited.get("/products", headers={"X-Forwarded-For": "203.0.113.2"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "client"),
    [
        ("POST", "/auth/token", "203.0.113.3"),
        ("POST", "/stores/centro/auth/token", "203.0.113.4"),
        ("GET", "/clients/cpf/529.982.247-25", "203.0.113.5"),
        ("POST", "/clients", "203.0.113.6"),
        ("POST", "/entrar", "203.0.113.7"),
    ],
)
def test_who_somebody_is_may_be_asked_less_often(limited, method, path, client):
    exhaust(limited, method, path, client, 5)
    assert limited.get("/products", headers={"X-Forwarded-For": client}).status_code == 200


@pytest.mark.parametrize(
    ("path", "client"),
    [("/payments/webhook", "203.0.113.8"), ("/stores/centro/payments/webhook", "203.0.113.9")],
)
def test_the_providers_notices_have_a_limit_of_their_own(limited, path, client):
    exhaust(limited, "POST", path, client, 30)
    exhaust(limited, "GET", "/products", client, 20)


def test_the_gateway_answers_for_itself_as_often_as_it_is_asked(limited):
    assert {limited.get("/health/live").status_code for _ in range(40)} == {200}


def test_an_address_holds_so_many_streams_and_no_more(limited):
    limited.upstreams["live"].answers["/stores/held/kitchen/events"] = lambda handler: (
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: here\n\n"),
        handler.rfile.read(1),  # until the gateway goes
    )
    request = b"GET /stores/held/kitchen/events HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\n\r\n"

    def connect(client):
        line = socket.create_connection(("127.0.0.1", limited.server.port), 20)
        line.sendall(request % client)
        return closing(line), line.recv(12)

    one, first = connect(b"203.0.113.10")
    two, second = connect(b"203.0.113.10")
    with one, two:
        three, third = connect(b"203.0.113.10")
        other, of_another = connect(b"203.0.113.11")
        with three, other:
            statuses = [answer[9:] for answer in (first, second, third, of_another)]
    assert statuses == [b"200", b"200", b"429", b"200"]


def test_a_slow_client_takes_nobodys_time_but_the_gateways(gateway):
    """The service is only asked when the request is whole."""
    head = b"POST /slow-body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"
    with closing(socket.create_connection(("127.0.0.1", gateway.server.port), 20)) as line:
        line.sendall(head + b"ab")
        gateway.get("/products")  # so much time has gone by
        assert not gateway.asked_of("orders", "/slow-body")
        line.sendall(b"cd")
        assert line.recv(12) == b"HTTP/1.1 200"
    (asked,) = gateway.asked_of("orders", "/slow-body")
    assert asked.body == b"abcd"


def test_a_service_is_done_with_a_large_answer_before_a_slow_client_is(gateway):
    """A client that reads nothing holds a connection of the gateway's, and no thread of a service."""
    size, sent = 200 * KIB, []

    def answer(handler):
        answer_with(handler, b"x" * size, {"Content-Type": "image/jpeg"})
        sent.append(handler.command)

    gateway.upstreams["orders"].answers["/large"] = answer
    with closing(socket.socket()) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * KIB)
        line.connect(("127.0.0.1", gateway.server.port))
        line.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        wait_until(lambda: sent)
        line.settimeout(20)
        assert len(b"".join(iter(lambda: line.recv(65536), b""))) > size
