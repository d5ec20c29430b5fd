"""The emulator in a process of its own, as its container runs it."""

import os
import subprocess
import sys
import time

import pytest
import requests

from tests.integration.fake_checkout.conftest import TOKEN, a_request
from tests.integration.fake_checkout.http_servers import Merchant, Process, eventually


def call(process, method, path, body=None, key="key", prefix=""):
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Idempotency-Key": key}
    return requests.request(method, f"{process.url}{prefix}{path}", json=body, headers=headers, timeout=10)


@pytest.fixture
def merchant():
    merchant = Merchant()
    yield merchant
    merchant.stop()


@pytest.fixture
def process(database_url, tmp_path):
    process = Process(database_url, tmp_path / "emulator.log", FAKE_CHECKOUT_PUBLIC_URL="http://pay.example/")
    try:
        process.start()
        yield process
    finally:
        process.stop()


def test_it_migrates_serves_delivers_and_stops_in_time(process, merchant):
    answer = call(process, "POST", "/v1/payments", a_request(notification_url=f"{merchant.url}/hook"))

    number = answer.json()["id"]
    data = answer.json()["point_of_interaction"]["transaction_data"]
    assert data["ticket_url"] == f"http://pay.example/pay/{number}"
    merchant.wait_for(1)
    assert call(process, "GET", f"/v1/payments/{number}", prefix="/fake-checkout").status_code == 200
    page = requests.get(f"{process.url}/fake-checkout/pay/{number}", timeout=10).text
    assert 'href="/fake-checkout/static/fake_checkout.css"' in page
    started = time.monotonic()
    assert process.stop() == 0
    assert time.monotonic() - started < 5


def test_a_lost_answer_cuts_the_connection_under_gunicorn_too(process):
    requests.put(
        f"{process.url}/__fake/faults", json={"rules": [{"kind": "answer_lost", "times": 1}]}, timeout=10
    )

    with pytest.raises(requests.ConnectionError):
        call(process, "POST", "/v1/payments", a_request())

    assert call(process, "POST", "/v1/payments", a_request()).status_code == 201
    assert len(requests.get(f"{process.url}/__fake/books", timeout=10).json()["payments"]) == 1


def test_books_and_unsent_webhooks_survive_a_kill(process, merchant):
    requests.put(
        f"{process.url}/__fake/faults",
        json={"rules": [{"kind": "webhook_delay", "seconds": 600}]},
        timeout=10,
    )
    created = call(process, "POST", "/v1/payments", a_request(notification_url=f"{merchant.url}/hook")).json()
    requests.post(f"{process.url}/__fake/payments/{created['id']}/approve", timeout=10)

    process.kill()
    process.start()

    read = call(process, "GET", f"/v1/payments/{created['id']}").json()
    assert read["status"] == "approved"
    assert (
        call(process, "POST", "/v1/payments", a_request(notification_url=f"{merchant.url}/hook")).json()
        == created
    )
    requests.put(f"{process.url}/__fake/clock", json={"offset_seconds": 601}, timeout=10)
    merchant.wait_for(2)
    eventually(
        lambda: len(requests.get(f"{process.url}/__fake/deliveries", timeout=10).json()["deliveries"]) == 2
    )


def test_the_books_can_be_made_before_it_serves(sqlite_url):
    command = [sys.executable, "-m", "fake_checkout", "migrate"]

    done = [
        subprocess.run(
            command, env={**os.environ, **environ}, capture_output=True, text=True, timeout=60, check=False
        )
        for environ in ({"DATABASE_URL": sqlite_url}, {"DATABASE_URL": ""})
    ]

    assert [(one.returncode, one.stdout) for one in done] == [(0, "The books are up to date.\n"), (1, "")]
    assert "DATABASE_URL is required" in done[1].stderr
