"""Workers as processes of their own: what they tell of themselves, and that it is true."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
import requests

from payment_service.bootstrap import build as build_payments
from tests.conftest import _fresh_name
from tests.fakes.orders_service.composed import PRIVATE_KEY, PUBLIC_KEY, composed
from tests.fakes.payment_service.composed import some_settings
from tests.fakes.servicekit.deadlines import eventually
from tests.fakes.servicekit.scrapes import Scrape
from tests.fakes.servicekit.tcp_proxy import TcpProxy
from tests.servers.machine import free_port
from tests.servers.rabbitmq import BrokerControl

WELL = {"database": "ok", "migrations": "ok"}


@pytest.fixture
def virtual_host(rabbitmq_server):
    """The broker, with a virtual host that can be taken away and given back."""
    host = VirtualHost(BrokerControl(rabbitmq_server), _fresh_name())
    yield host
    host.take_away()


class VirtualHost:
    def __init__(self, control, name):
        self._control = control
        self._name = name
        self.url = control.create(name)

    def take_away(self):
        with suppress(RuntimeError):  # it is away already
            self._control.delete(self._name)

    def give_back(self):
        self._control.create(self._name)


class Worker:
    """A running worker, asked over HTTP."""

    def __init__(self, service, environ):
        self.port = free_port()
        settings = {
            "WORKER_PORT": str(self.port),
            "JWT_PRIVATE_KEY": PRIVATE_KEY,
            "JWT_PUBLIC_KEY": PUBLIC_KEY,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"{service}.worker"], env={**os.environ, **settings, **environ}
        )

    def get(self, path):
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=15)

    def readiness(self):
        """The status, and the checks without the service's name; None while nobody listens."""
        try:
            answer = self.get("/health/ready")
        except requests.ConnectionError:
            return None
        checks = {name.rpartition("-")[2]: result for name, result in answer.json()["checks"].items()}
        return answer.status_code, checks

    def scrape(self):
        answer = self.get("/metrics")
        assert answer.status_code == 200
        return Scrape(answer.text)

    def becomes_ready(self):
        eventually(lambda: self.readiness() == (200, {**WELL, "broker": "ok", "running": "ok"}), within=30)


@pytest.fixture
def database(postgres_url):
    """A way to the database on which it can fall silent."""
    with TcpProxy(postgres_url) as proxy:
        yield proxy


@pytest.fixture(params=["orders_service", "payment_service"])
def worker(request, postgres_url, database, virtual_host):
    if request.param == "orders_service":
        composed(postgres_url).database.dispose()
    else:
        container = build_payments(some_settings(postgres_url))
        container.migrate()
        container.database.dispose()
    started = Worker(request.param, {"DATABASE_URL": database.url, "BROKER_URL": virtual_host.url})
    yield started
    started.process.kill()
    started.process.wait()


def test_a_worker_is_ready_as_long_as_the_broker_is_there(worker, virtual_host):
    worker.becomes_ready()
    assert worker.get("/health/live").json() == {"status": "ok"}

    virtual_host.take_away()
    eventually(lambda: worker.readiness() == (503, {**WELL, "broker": "failed", "running": "ok"}))
    assert worker.get("/health/live").status_code == 200

    virtual_host.give_back()
    worker.becomes_ready()


@pytest.mark.parametrize("worker", ["payment_service"], indirect=True)
def test_a_worker_whose_database_has_fallen_silent_tells_the_rest_within_five_seconds(worker, database):
    worker.becomes_ready()
    scrape = worker.scrape()
    assert scrape.value("comanda_database_readable", service="payments") == 1
    assert scrape.labels("comanda_events_parked", "box") == {"inbox", "outbox"}

    database.mute()
    began = time.monotonic()
    scrape = worker.scrape()
    assert time.monotonic() - began < 5
    assert scrape.labels("comanda_database_readable", "service") == {"payments"}
    assert scrape.value("comanda_database_readable") == 0
    assert scrape.labels("comanda_events_parked", "box") == set()
    assert "payments-inbox" in scrape.labels("comanda_loop_silence_seconds", "loop")

    database.unmute()
    eventually(lambda: worker.scrape().value("comanda_database_readable") == 1)


@pytest.mark.parametrize("worker", ["orders_service"], indirect=True)
def test_a_worker_that_is_asked_to_end_is_not_ready_while_it_finishes_what_it_has_in_hand(worker):
    worker.becomes_ready()
    asked = []

    worker.process.send_signal(signal.SIGTERM)
    while (readiness := worker.readiness()) is not None:
        asked.append(readiness)

    assert worker.process.wait(timeout=10) == 0
    assert (503, {**WELL, "broker": "ok", "running": "failed"}) in asked
