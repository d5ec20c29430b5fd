"""Whether the service can do its work, and who may ask."""

from payment_service.bootstrap import build
from payment_service.entrypoints.rest.app import create_app
from servicekit.database.database import Database
from servicekit.database.patience import MAX_WAIT_SECONDS
from servicekit.http.queueing import queued
from tests.fakes.payment_service.composed import some_settings
from tests.fakes.servicekit.deadlines import Work


def test_a_service_that_is_well_says_so(till):
    answer = till.http.get("/health/ready")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")
    assert answer.json["checks"] == {"payments-database": "ok", "payments-migrations": "ok"}


def test_a_database_that_is_not_migrated_is_named(sqlite_url):
    container = build(some_settings(sqlite_url))
    http = create_app(container).test_client()
    answer = http.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json["checks"]["payments-migrations"] == "failed"
    assert http.get("/health/live").status_code == 200
    container.database.dispose()


def test_a_service_that_has_no_connection_left_says_so_while_there_is_time(database_url):
    container = build(some_settings(database_url), database=Database(database_url, pool_size=1))
    container.migrate()
    http = create_app(container).test_client()

    def ask(path):
        with queued(MAX_WAIT_SECONDS - 0.5):
            return http.get(path)

    with container.database.transaction():
        ready = Work(lambda: ask("/health/ready")).result(within=3)
        assert ready.status_code == 503
        assert ready.json["checks"]["payments-database"] == "failed"
        assert Work(lambda: ask("/health/live")).result(within=3).status_code == 200
    assert http.get("/health/ready").status_code == 200
    container.database.dispose()


def test_every_answer_carries_the_requests_id(till):
    answer = till.http.get("/payments", headers={"X-Request-ID": "kiosk-7"})
    assert answer.headers["X-Request-ID"] == "kiosk-7"
