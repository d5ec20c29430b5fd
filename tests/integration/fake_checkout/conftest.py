"""The emulator, whole, on a file of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fake_checkout.bootstrap import MIGRATIONS, Container, build
from fake_checkout.entrypoints.rest.app import create_app
from fake_checkout.settings import Settings
from servicekit.database.clock import Clock, database_clock
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from tests.fakes.fake_checkout.webhook_sender import FakeWebhookSender
from tests.fakes.servicekit.copies import prepared

TOKEN = "APP_USR-1-010126-tests-100200300"
SECRET = "the-secret-of-the-tests"
PROBLEM = "application/problem+json"
_keys = count(1)


class Pauses(list[float]):
    """How long delayed calls were to sleep; `meanwhile` is what happens instead."""

    meanwhile: Callable[[], None] | None = None

    def __call__(self, seconds: float) -> None:
        self.append(seconds)
        if self.meanwhile is not None:
            self.meanwhile()


@dataclass
class Emulator:
    """The application with a merchant's token at hand. Loops run when the test says so."""

    app: Flask
    container: Container
    sender: FakeWebhookSender
    pauses: Pauses

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def call(self, method: str, path: str, body: Any = None, **headers: str | None) -> TestResponse:
        """A merchant's call, with token and a fresh key unless told otherwise."""
        given = {"Authorization": f"Bearer {TOKEN}", "X-Idempotency-Key": f"key-{next(_keys)}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in given.items() if value is not None}
        raw = {"data": body} if isinstance(body, bytes | str) else {"json": body} if body is not None else {}
        return self.client.open(path, method=method, headers=sent, **raw)

    def create(self, **fields: Any) -> dict[str, Any]:
        """A pending payment, as the provider tells it."""
        answer = self.call("POST", "/v1/payments", a_request(**fields))
        assert answer.status_code == 201, answer.text
        return answer.json

    def control(self, method: str, path: str, body: Any = None) -> TestResponse:
        raw = {} if body is None else {"json": body}
        return self.client.open(f"/__fake{path}", method=method, **raw)

    def run_loops(self) -> None:
        """Every loop, until none has anything left to do."""
        while sum(loop.step() for loop in self.container.loops):
            pass


def a_request(**fields: Any) -> dict[str, Any]:
    """A merchant's request for a payment; None leaves a member out."""
    body = {
        "transaction_amount": 59.9,
        "payment_method_id": "pix",
        "payer": {"email": "ana@example.com"},
        **fields,
    }
    return {name: value for name, value in body.items() if value is not ...}


def an_emulator(
    url: str, *, over_http: bool = False, clock: Clock = database_clock, **settings: Any
) -> Emulator:
    """The emulator; `over_http` it sends webhooks and sleeps for real."""
    sender = FakeWebhookSender()
    chosen = {
        "database_url": url,
        "access_token": TOKEN,
        "webhook_secret": SECRET,
        "control": "on",
        **settings,
    }
    pauses = Pauses()
    database = Database(url, clock=clock)
    if over_http:
        container = build(Settings(**chosen), database=database)
    else:
        container = build(Settings(**chosen), database=database, sender=sender, pause=pauses)
    prepared(database, "provider", lambda: upgrade(database, MIGRATIONS))
    return Emulator(create_app(container), container, sender, pauses)


@pytest.fixture
def emulator(sqlite_url: str) -> Iterator[Emulator]:
    emulator = an_emulator(sqlite_url)
    yield emulator
    emulator.container.database.dispose()


@pytest.fixture
def emulator_with_sender(sqlite_url: str) -> Iterator[Emulator]:
    """The emulator that reaches merchants over HTTP."""
    emulator = an_emulator(sqlite_url, over_http=True)
    yield emulator
    emulator.container.database.dispose()


@pytest.fixture
def closed_emulator(sqlite_url: str) -> Iterator[Emulator]:
    """The emulator without its control paths and pages."""
    emulator = an_emulator(sqlite_url, control="off")
    yield emulator
    emulator.container.database.dispose()


def assert_problem(answer, status, slug):
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM), answer.text
    assert answer.json["type"] == f"/problems/{slug}"


def strike(emulator, *rules, seed=1):
    answer = emulator.control("PUT", "/faults", {"seed": seed, "rules": list(rules)})
    assert answer.status_code == 200, answer.text


def page(emulator, path, **below):
    answer = emulator.client.get(path, **below)
    assert answer.status_code == 200, answer.text
    return answer.text


def press(emulator, path, action):
    return emulator.client.post(path, data={"action": action})
