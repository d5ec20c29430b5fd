"""Services that are away, come back elsewhere, or have replicas."""

import socket
from contextlib import ExitStack

import pytest

from tests.integration.gateway.conftest import wait_until
from tests.integration.gateway.dns import NameServer
from tests.integration.gateway.upstream import Upstream, hang_up
from tests.servers.machine import free_port
from tests.servers.nginx import NOBODY

UNAVAILABLE = {
    "type": "/problems/unavailable",
    "title": "Service unavailable",
    "status": 503,
    "detail": "Try again in a moment.",
}


@pytest.fixture(scope="module")
def alone(start_gateway):
    """A gateway behind which nobody is."""
    names = ("ORDERS_UPSTREAM", "LIVE_UPSTREAM", "PAYMENT_UPSTREAM", "EMULATOR_UPSTREAM")
    return start_gateway(**dict.fromkeys(names, NOBODY))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/products"),
        ("POST", "/orders/checkout"),
        ("POST", "/payments"),
        ("GET", "/board/events"),
        ("GET", "/fake-checkout/v1/payment_methods"),
        ("GET", "/health/ready"),
        ("GET", "/health"),
    ],
)
def test_a_service_that_is_away_is_a_problem_with_a_time_to_come_again(alone, method, path):
    answer = alone.ask(method, path)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(answer.headers["X-Request-ID"]) == 32
    assert answer.json() == {**UNAVAILABLE, "instance": path}


def test_the_gateway_itself_lives_all_the_same(alone):
    answer = alone.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.fixture
def full():
    """The address of somebody who is there, and takes no connection: so many wait that no more can."""
    with socket.socket() as server, ExitStack() as waiting:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            client = waiting.enter_context(socket.socket())
            client.settimeout(0)
            client.connect_ex(server.getsockname())
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_service_that_does_not_answer_in_time_is_another_problem(start_gateway, full):
    gateway = start_gateway(ORDERS_UPSTREAM=full)
    answer = gateway.ask("POST", "/orders/checkout")
    gateway.server.stop()
    assert (answer.status_code, answer.headers["Retry-After"]) == (504, "1")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["type"], answer.json()["status"]) == ("/problems/gateway-timeout", 504)


@pytest.fixture
def replicas():
    """Two replicas of a service: one port, two addresses."""
    port = free_port()
    both = [Upstream(f"replica {host}", host, port) for host in ("127.0.0.2", "127.0.0.3")]
    yield both
    for one in both:
        one.stop()


@pytest.fixture
def names():
    server = NameServer()
    yield server
    server.stop()


@pytest.fixture
def replicated(start_gateway, replicas, names):
    """A gateway that finds both replicas by one name, and believes an answer for a second."""
    names.addresses = {"orders.example": ["127.0.0.2", "127.0.0.3"]}
    upstream = f"orders.example:{replicas[0].port}"
    gateway = start_gateway(ORDERS_UPSTREAM=upstream, RESOLVERS=names.address, RESOLVER_SECONDS="1")
    yield gateway
    gateway.server.stop()


def served_by(gateway):
    return gateway.get("/products").json().get("service")


def test_every_replica_that_a_name_stands_for_is_asked_and_a_change_is_noticed(replicated, names):
    wait_until(lambda: served_by(replicated) == "replica 127.0.0.2")
    wait_until(lambda: served_by(replicated) == "replica 127.0.0.3")

    names.addresses["orders.example"] = ["127.0.0.3"]
    wait_until(lambda: {served_by(replicated) for _ in range(10)} == {"replica 127.0.0.3"})

    names.addresses["orders.example"] = []  # nobody is left, as when all replicas are stopped
    wait_until(lambda: replicated.get("/products").status_code == 503)

    names.addresses["orders.example"] = ["127.0.0.2"]
    wait_until(lambda: served_by(replicated) == "replica 127.0.0.2")


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_with_a_replica_that_cannot_be_reached_the_other_is_asked_whatever_it_is(
    replicated, replicas, method
):
    replicas[0].stop()
    assert {replicated.ask(method, "/orders").status_code for _ in range(10)} == {200}
    assert len(replicas[1].asked) == 10


@pytest.mark.parametrize(
    ("method", "times"), [("GET", 2), ("PUT", 2), ("DELETE", 2), ("POST", 1), ("PATCH", 1)]
)
def test_what_may_not_be_asked_twice_is_heard_once(replicated, replicas, method, times):
    for replica in replicas:
        replica.answers["/orders"] = hang_up
    answer = replicated.ask(method, "/orders", data=b"{}")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert sum(len(replica.asked) for replica in replicas) == times


def test_a_service_that_answers_an_error_is_not_asked_again(replicated, replicas):
    for replica in replicas:
        replica.answers["/products"] = lambda handler: handler.wfile.write(
            b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nRetry-After: 9\r\n\r\nbusy"
        )
    answer = replicated.get("/products")
    assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (503, "busy", "9")
    assert sum(len(replica.asked) for replica in replicas) == 1
