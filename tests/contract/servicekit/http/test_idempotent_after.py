"""Views of what no transaction may wait for: what is done ahead of one, and what of it is repeated."""

import pytest
from flask import Blueprint, Flask, g, request

from servicekit.http.auth import anyone
from servicekit.http.idempotency import (
    IdempotencyKeys,
    idempotent_after,
    install_idempotency,
    request_digest,
)
from servicekit.http.problems import Problem, install_problems
from servicekit.http.stores import register_for_stores
from tests.builders.servicekit import idempotency_rows


class App:
    """An HTTP application with one such view, and what a test asks of it."""

    def __init__(self, service):
        self.database = service.database
        self.in_transaction, self.digests, self.views = [], [], []
        self.meanwhile = lambda: None
        blueprint = Blueprint("things", __name__)

        def first(name):
            self.in_transaction.append(self.database.in_transaction())
            self.digests.append(request_digest())
            self.meanwhile()
            return f"{name} {len(self.digests)}"

        @blueprint.post("/things/<name>")
        @anyone
        @idempotent_after(first)
        def view(given):
            self.views.append(given)
            if request.get_json().get("refused"):
                raise Problem(409, "refused", "Refused")
            return {"given": given}, 201

        self.flask = Flask(__name__, static_folder=None)
        register_for_stores(self.flask, blueprint, "default")
        install_problems(self.flask)
        install_idempotency(self.flask, IdempotencyKeys(self.database, idempotency_rows))
        self.flask.before_request(_nobody)

    def post(self, key=None, body=None):
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.flask.test_client().post("/things/cart", json=body or {}, headers=headers)


def _nobody():
    g.principal = None


@pytest.fixture
def app(timed_service):
    return App(timed_service)


def test_without_a_key_each_request_is_done(app):
    assert [app.post().json for _ in range(2)] == [{"given": "cart 1"}, {"given": "cart 2"}]
    assert app.digests == [None, None]


@pytest.mark.parametrize("key", [None, "k"])
def test_what_comes_first_is_done_outside_of_any_transaction(app, key):
    assert app.post(key).status_code == 201
    assert app.in_transaction == [False]


def test_the_same_key_gives_the_stored_answer_and_nothing_is_done_again(app):
    first, again = app.post("k"), app.post("k")
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (app.digests, app.views) == ([app.digests[0]], ["cart 1"])


def test_the_same_key_with_another_body_does_nothing(app):
    app.post("k")
    answer = app.post("k", {"text": "y"})
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/idempotency-key-reused")
    assert len(app.digests) == 1


def test_what_was_refused_is_done_again_and_knows_itself_by_its_key(app):
    assert app.post("k", {"refused": True}).status_code == 409
    assert app.post("k", {"refused": True}).status_code == 409
    assert app.post("another").status_code == 201
    assert app.digests[0] == app.digests[1] != app.digests[2]


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_is_none_does_nothing(app, key):
    assert app.post(key).json["type"] == "/problems/invalid-idempotency-key"
    assert app.digests == []


def another_process_answers(app):
    other = App(app)

    def meanwhile():
        app.meanwhile = lambda: None
        assert other.post("k").status_code == 201

    return meanwhile


def test_an_answer_that_another_process_gave_meanwhile_is_the_answer(app):
    app.meanwhile = another_process_answers(app)
    assert app.post("k").headers["Idempotency-Replayed"] == "true"
    assert app.views == []


def test_it_is_the_answer_also_where_it_left_nothing_to_be_done(app):
    answers = another_process_answers(app)

    def meanwhile():
        answers()
        raise Problem(409, "used-up", "Used up")

    app.meanwhile = meanwhile
    assert app.post("k").headers["Idempotency-Replayed"] == "true"


def test_what_cannot_be_done_is_refused(app):
    def meanwhile():
        raise Problem(409, "used-up", "Used up")

    app.meanwhile = meanwhile
    assert app.post("k").json["type"] == "/problems/used-up"
    assert app.post().json["type"] == "/problems/used-up"
    assert app.views == []
