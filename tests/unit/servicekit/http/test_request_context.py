import threading

import pytest
from flask import Flask, abort
from structlog.testing import capture_logs

from servicekit.database.patience import MAX_WAIT_SECONDS, patience_left
from servicekit.http.problems import install_problems
from servicekit.http.queueing import queued
from servicekit.http.request_context import install_request_context
from servicekit.observability.context import Correlation, current_correlation, valid_traceparent

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class NoSuchThing(Exception):
    pass


@pytest.fixture
def app():
    app = Flask(__name__, static_folder=None)
    install_request_context(app)
    install_problems(app, NoSuchThing)

    @app.get("/notes/<note_id>")
    def get(note_id):
        ids = current_correlation()
        return {"id": note_id, "request_id": ids.request_id, "traceparent": ids.traceparent}

    @app.get("/patience")
    def patience():
        return {"left": patience_left(60)}

    return app


def test_ids_are_taken_and_answered(app):
    answer = app.test_client().get("/notes/1", headers={"X-Request-ID": "req-1", "traceparent": TRACE})

    assert answer.json == {"id": "1", "request_id": "req-1", "traceparent": TRACE}
    assert (answer.headers["X-Request-ID"], answer.headers["traceparent"]) == ("req-1", TRACE)


def test_ids_are_made_where_there_are_none(app):
    client = app.test_client()

    first, second = client.get("/notes/1"), client.get("/notes/1")

    assert first.headers["X-Request-ID"] == first.json["request_id"]
    assert valid_traceparent(first.headers["traceparent"])
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    assert first.headers["traceparent"] != second.headers["traceparent"]


def test_malformed_ids_are_replaced(app):
    answer = app.test_client().get("/notes/1", headers={"X-Request-ID": "<b>", "traceparent": "00-x"})

    assert answer.headers["X-Request-ID"] != "<b>"
    assert answer.headers["traceparent"] != "00-x"


def test_nothing_is_left_of_a_request_when_it_has_ended(app):
    app.test_client().get("/notes/1", headers={"X-Request-ID": "req-1"})

    assert current_correlation() == Correlation()


def test_requests_in_other_threads_have_other_ids(app):
    at_once, answers = threading.Barrier(4), {}

    @app.get("/wait")
    def wait():
        at_once.wait(10)
        return {"request_id": current_correlation().request_id}

    def ask(name):
        answers[name] = app.test_client().get("/wait", headers={"X-Request-ID": name}).json["request_id"]

    threads = [threading.Thread(target=ask, args=(f"req-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert answers == {f"req-{number}": f"req-{number}" for number in range(4)}


def test_a_request_is_logged_by_its_route_and_never_by_its_path(app):
    with capture_logs() as lines:
        app.test_client().get("/notes/some-secret-id")

    (line,) = lines
    assert (line["method"], line["route"], line["status"]) == ("GET", "/notes/<note_id>", 200)
    assert line["milliseconds"] >= 0
    assert "some-secret-id" not in str(lines)


def test_an_error_has_the_ids_too(app):
    with capture_logs() as lines:
        answer = app.test_client().get("/nowhere", headers={"X-Request-ID": "req-1"})

    assert answer.status_code == 404
    assert answer.headers["X-Request-ID"] == "req-1"
    assert lines[0]["route"] is None


def test_a_request_that_is_refused_before_it_has_ids_is_answered_all_the_same():
    app = Flask(__name__, static_folder=None)
    app.before_request(lambda: abort(401))
    install_request_context(app)
    install_problems(app, NoSuchThing)

    assert app.test_client().get("/").status_code == 401


def test_all_that_a_request_waits_for_has_five_seconds_together(app):
    left = app.test_client().get("/patience").json["left"]

    assert MAX_WAIT_SECONDS - 1 < left <= MAX_WAIT_SECONDS == 5
    assert patience_left(60) == 60


def test_what_it_has_waited_for_a_thread_counts(app):
    with queued(3):
        assert 1 < app.test_client().get("/patience").json["left"] <= 2
    with queued(9):
        assert app.test_client().get("/patience").json["left"] == 0
