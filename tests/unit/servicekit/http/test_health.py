import threading

import pytest
from flask import Flask
from structlog.testing import capture_logs

from servicekit.http import draining
from servicekit.http.health import Degraded, install_health, run_checks


def fine() -> None:
    pass


def broken() -> None:
    raise OSError("postgresql://comanda:hunter2@db.internal refused")


def limping() -> None:
    raise Degraded("redis://:hunter2@cache.internal refused")


def client(**checks):
    app = Flask(__name__, static_folder=None)
    install_health(app, checks)
    return app.test_client()


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_it_is_ready_when_all_that_it_needs_is_well(path):
    answer = client(database=fine, migrations=fine).get(path)

    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "checks": {"database": "ok", "migrations": "ok"}}


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_what_fails_is_named_and_why_is_only_logged(path):
    with capture_logs() as lines:
        answer = client(database=broken, migrations=fine).get(path)

    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "checks": {"database": "failed", "migrations": "ok"}}
    assert "hunter2" not in answer.text
    assert [(line["event"], line["check"]) for line in lines] == [("check_failed", "database")]


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_what_only_a_part_of_the_work_needs_is_named_and_does_not_end_readiness(path):
    with capture_logs() as lines:
        answer = client(database=fine, carts=limping).get(path)

    assert answer.status_code == 200
    assert answer.json == {"status": "degraded", "checks": {"database": "ok", "carts": "degraded"}}
    assert "hunter2" not in answer.text
    assert [(line["event"], line["check"]) for line in lines] == [("check_degraded", "carts")]


def test_what_all_work_needs_counts_more():
    answer = client(database=broken, carts=limping).get("/health/ready")

    assert (answer.status_code, answer.json["status"]) == (503, "unavailable")


def test_the_process_lives_whatever_it_needs_is_away():
    answer = client(database=broken).get("/health/live")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_checks_can_be_run_without_http():
    assert run_checks({"a": fine, "b": broken}) == {"a": "ok", "b": "failed"}


def test_a_process_that_is_to_end_is_not_ready_however_well_all_is(monkeypatch):
    monkeypatch.setattr(draining, "_draining", threading.Event())
    well = client(database=fine)
    assert well.get("/health/ready").status_code == 200

    draining.begin_draining()

    answer = well.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "checks": {"running": "failed"}}
    assert well.get("/health/live").status_code == 200
