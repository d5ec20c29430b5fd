"""Health at the one address is that of the whole."""

import json

import pytest

from tests.integration.gateway.upstream import answer_with
from tests.servers.nginx import NOBODY

READY = json.dumps({"status": "ok", "checks": {"database": "ok"}}).encode()
FAILED = json.dumps({"status": "unavailable", "checks": {"payments-database": "failed"}}).encode()


@pytest.fixture
def say(gateway):
    """Sets what a service says of its health."""

    def set_answer(service, body, status):
        answers = gateway.upstreams[service].answers
        for path in ("/health", "/health/ready"):
            answers[path] = lambda handler: answer_with(
                handler, body, {"Content-Type": "application/json"}, status
            )

    yield set_answer
    for service in ("orders", "payments"):
        for path in ("/health", "/health/ready"):
            gateway.upstreams[service].answers.pop(path, None)


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
@pytest.mark.parametrize(
    ("orders", "payments", "body"),
    [
        ((READY, 200), (READY, 200), READY),
        ((FAILED, 503), (READY, 200), FAILED),
        ((READY, 200), (FAILED, 503), FAILED),
    ],
    ids=["both are ready", "orders is not", "payments is not"],
)
def test_the_whole_is_ready_when_both_services_are_and_else_says_what_is_not(
    gateway, say, path, orders, payments, body
):
    say("orders", *orders)
    say("payments", *payments)
    answer = gateway.get(path)
    assert answer.content == body
    assert answer.status_code == max(orders[1], payments[1])


@pytest.mark.parametrize("away", ["ORDERS_UPSTREAM", "PAYMENT_UPSTREAM"])
def test_a_service_that_is_away_is_not_ready(start_gateway, away):
    gateway = start_gateway(**{away: NOBODY})
    answer = gateway.get("/health/ready")
    gateway.server.stop()
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")


def test_a_body_that_nobody_asked_for_holds_up_nobody(gateway):
    assert gateway.get("/health/ready", data=b"x" * 1000).status_code == 200
    assert gateway.ask("HEAD", "/health/ready").status_code == 200


@pytest.mark.parametrize("path", ["/.payments-ready", "/.problem"])
def test_what_the_gateway_asks_of_itself_nobody_else_may(gateway, path):
    answer = gateway.get(path)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
