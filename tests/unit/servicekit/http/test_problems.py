from typing import ClassVar

import pytest
from flask import Blueprint, Flask, abort
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog.testing import capture_logs
from werkzeug.exceptions import TooManyRequests

from servicekit.database.unit_of_work import StaleAggregate
from servicekit.http.problems import Problem, install_problems, too_many_requests
from servicekit.http.stores import register_for_stores


class DomainError(Exception):
    slug: ClassVar[str] = "out-of-ink"
    title: ClassVar[str] = "Out of ink"

    def __init__(self, kind):
        super().__init__("There is no ink left.")
        self.kind = kind

    def members(self):
        return {"shortages": [{"colour": "blue"}]}


@pytest.fixture
def app():
    app = Flask(__name__, static_folder=None)
    install_problems(app, DomainError)
    return app


def answer_to(app, error):
    def view():
        raise error

    app.add_url_rule("/notes", view_func=view, methods=["POST"])
    return app.test_client().post("/notes")


@pytest.mark.parametrize(
    ("kind", "status"),
    [("invalid", 422), ("not_found", 404), ("conflict", 409), ("forbidden", 403), ("unavailable", 503)],
)
def test_a_domain_error_is_a_problem_by_its_kind(app, kind, status):
    answer = answer_to(app, DomainError(kind))

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "/problems/out-of-ink",
        "title": "Out of ink",
        "status": status,
        "detail": "There is no ink left.",
        "instance": "/notes",
        "shortages": [{"colour": "blue"}],
    }
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_problem_has_its_own_headers_and_members(app):
    problem = Problem(429, "slow-down", "Slow down", headers={"Retry-After": "7"}, limit=3)

    answer = answer_to(app, problem)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert (answer.json["limit"], answer.json["detail"]) == (3, "Slow down")


def test_a_problem_can_quote_what_cannot_be_encoded(app):
    answer = answer_to(app, Problem(422, "x", "X", "half a pair: \ud800, and é"))

    assert answer.status_code == 422
    assert answer.json["detail"] == "half a pair: ?, and é"


def test_an_unknown_path_is_a_problem(app):
    answer = app.test_client().get("/nowhere")

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert (answer.json["type"], answer.json["instance"]) == ("/problems/not-found", "/nowhere")


def test_a_method_that_is_not_allowed_is_a_problem_that_names_those_that_are(app):
    app.add_url_rule("/notes", view_func=lambda: "", methods=["POST"])

    answer = app.test_client().get("/notes")

    assert answer.status_code == 405
    assert answer.json["type"] == "/problems/method-not-allowed"
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_redirect_is_no_problem(app):
    app.add_url_rule("/notes/", view_func=lambda: "")

    answer = app.test_client().get("/notes")

    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/notes/")


def test_a_refusal_of_werkzeug_keeps_its_headers(app):
    answer = answer_to(app, TooManyRequests(retry_after=9))

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "9")


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT secret", {}, Exception("connection to db.internal refused")),
        InterfaceError("SELECT secret", {}, Exception("connection already closed")),
        PoolTimeoutError("QueuePool limit reached"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_database_that_is_away_is_503_with_retry_after_and_says_no_more(app, error):
    with capture_logs() as lines:
        answer = answer_to(app, error)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json["type"] == "/problems/unavailable"
    assert not {"SELECT", "internal", "QueuePool"} & set(answer.text.replace(".", " ").split())
    assert [line["event"] for line in lines] == ["database_unavailable"]


def test_a_lost_race_is_409(app):
    answer = answer_to(app, StaleAggregate("note 7"))

    assert (answer.status_code, answer.json["type"]) == (409, "/problems/lost-race")


@pytest.mark.parametrize(
    "error",
    [KeyError("secret"), RecursionError("secret"), IntegrityError("secret", {}, Exception("secret"))],
    ids=lambda error: type(error).__name__,
)
def test_a_bug_is_a_bland_500_and_is_logged(app, error):
    with capture_logs() as lines:
        answer = answer_to(app, error)

    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert "secret" not in answer.text
    assert lines[0]["event"] == "unhandled_error"
    assert lines[0]["exc_info"] is error


def test_an_app_without_a_domain_answers_problems_too():
    app = Flask(__name__, static_folder=None)
    install_problems(app)

    assert answer_to(app, DomainError("invalid")).status_code == 500
    assert app.test_client().get("/nowhere").mimetype == "application/problem+json"


def test_a_problem_repeats_nothing_personal_of_what_was_sent(app):
    number, address = "529.982.247-25", "ana@example.com"
    answer = answer_to(app, Problem(422, "x", "X", number, errors={number: [address], "count": 7}))

    assert answer.json["detail"] == "[hidden]"
    assert answer.json["errors"] == {"[hidden]": ["[hidden]"], "count": 7}
    assert app.test_client().get(f"/{number}").json["instance"] == "/[hidden]"


def test_a_problem_of_a_route_with_something_private_names_the_route_alone():
    app = Flask(__name__, static_folder=None)
    install_problems(app)
    people = Blueprint("people", __name__)
    people.add_url_rule("/people/<private:who>/<int:page>", view_func=lambda **_: abort(404))
    register_for_stores(app, people, "default")

    assert app.test_client().get("/people/ana/7").json["instance"] == "/people/{who}/{page}"
    in_store = app.test_client().get("/stores/one/people/ana/7").json["instance"]
    assert in_store == "/stores/{store}/people/{who}/{page}"


def test_too_many_requests_say_when_to_come_again(app):
    answer = answer_to(app, too_many_requests("Enough.", 60))

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert (answer.json["type"], answer.json["detail"]) == ("/problems/too-many-requests", "Enough.")
