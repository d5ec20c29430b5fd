import threading
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from flask import Blueprint, Flask, request
from sqlalchemy.exc import OperationalError

from servicekit.database import retry
from servicekit.database.retry import with_retries
from servicekit.database.unit_of_work import StaleAggregate
from servicekit.http.auth import Principal, TokenIssuer, TokenVerifier, anyone, install_auth
from servicekit.http.idempotency import IdempotencyKeys, idempotent, install_idempotency
from servicekit.http.problems import Problem, install_problems
from servicekit.http.stores import current_store, register_for_stores
from servicekit.ids import new_id
from tests.builders.servicekit import Note, NoteTaken, Service, idempotency_rows
from tests.fakes.servicekit.deadlines import Work

KEY = Ed25519PrivateKey.generate()
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class NoSuchThing(Exception):
    pass


class TakeNote:
    """A use case: writes a note and says so. `before` and `after` can be set to get in its way."""

    def __init__(self, service):
        self.service = service
        self.calls = 0
        self.before = self.after = lambda: None

    def execute(self, text):
        self.calls += 1
        self.before()
        with self.service.unit_of_work() as uow:
            note_id = new_id()
            self.service.write(note_id, data=text)
            uow.track(Note(note_id, events=[NoteTaken("taken")]))
            uow.commit()
        self.after()
        return note_id


class App:
    """An HTTP application with one idempotent view over the use case, and what a test asks of it."""

    def __init__(self, service):
        self.service = service
        self.take_note = TakeNote(service)
        self.keys = IdempotencyKeys(service.database, idempotency_rows)
        usecase = with_retries(service.database, self.take_note)
        blueprint = Blueprint("notes", __name__)

        @blueprint.post("/notes", endpoint="notes")
        @blueprint.post("/pages", endpoint="pages")
        @anyone
        @idempotent
        def take():
            if request.get_json().get("refused"):
                raise Problem(409, "refused", "Refused")
            if request.get_json().get("answered with an error"):
                return {"no": "luck"}, 422
            note_id = usecase.execute(request.get_json())
            body = {"id": note_id, "store": current_store(), "text": "olá"}
            if request.get_json().get("without an address"):
                return body, 202
            return body, 201, {"Location": f"/notes/{note_id}", "ETag": '"1"'}

        self.flask = Flask(__name__, static_folder=None)
        register_for_stores(self.flask, blueprint, "default")
        install_problems(self.flask, NoSuchThing)
        install_auth(self.flask, TokenVerifier(PUBLIC))
        install_idempotency(self.flask, self.keys)

    def post(self, key, body=None, path="/notes", caller=None):
        headers = {} if key is None else {"Idempotency-Key": key}
        if caller is not None:
            token = TokenIssuer(PRIVATE, 60).issue(Principal(caller, "manager", "default"), datetime.now(UTC))
            headers["Authorization"] = f"Bearer {token}"
        return self.flask.test_client().post(
            path, json={"text": "x"} if body is None else body, headers=headers
        )


@pytest.fixture
def app(timed_service):
    return App(timed_service)


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch):
    monkeypatch.setattr(retry.time, "sleep", lambda _seconds: None)


def test_without_a_key_each_request_has_its_effect(app):
    assert [app.post(None).status_code, app.post(None).status_code] == [201, 201]
    assert len(app.service.notes()) == 2


def test_the_same_key_and_body_give_the_stored_answer_again(app):
    first, second = app.post("k"), app.post("k")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.data == first.data
    assert second.json["text"] == "olá"
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.mimetype == "application/json"
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert app.service.notes() == {first.json["id"]}
    assert len(app.service.outbox_rows()) == 1


def test_an_answer_without_address_and_version_is_given_again_without_them(app):
    first, second = [app.post("k", {"without an address": True}) for _ in range(2)]

    assert (first.status_code, second.status_code, second.data) == (202, 202, first.data)
    assert not {"Location", "ETag"} & set(second.headers.keys())


def test_the_same_key_with_another_body_is_422(app):
    app.post("k")

    answer = app.post("k", {"text": "y"})

    assert (answer.status_code, answer.json["type"]) == (422, "/problems/idempotency-key-reused")
    assert len(app.service.notes()) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_has_1_to_255_printable_characters(app, key):
    answer = app.post(key)

    assert (answer.status_code, answer.json["type"]) == (422, "/problems/invalid-idempotency-key")
    assert app.service.notes() == set()


def test_a_key_may_be_as_long_as_that(app):
    assert app.post("x" * 255).status_code == 201


@pytest.mark.parametrize(
    "other",
    [{"path": "/pages"}, {"path": "/stores/loja/notes"}, {"caller": "ana"}],
    ids=["path", "store", "caller"],
)
def test_a_key_counts_for_one_path_caller_and_store(app, other):
    first, second = app.post("k"), app.post("k", **other)

    assert second.status_code == 201
    assert second.json["id"] != first.json["id"]
    assert len(app.service.notes()) == 2


def test_two_callers_have_keys_of_their_own(app):
    assert app.post("k", caller="ana").json["id"] != app.post("k", caller="bia").json["id"]


def test_both_forms_of_the_default_stores_path_are_one(app):
    assert app.post("k").json == app.post("k", path="/stores/default/notes").json


@pytest.mark.parametrize("refusal", ["refused", "answered with an error"])
def test_only_what_succeeded_is_stored(app, refusal):
    assert app.post("k", {refusal: True}).status_code in {409, 422}

    assert app.post("k").status_code == 201


def test_a_key_counts_for_24_hours_by_the_databases_clock(app, clock):
    first = app.post("k")
    clock.advance(hours=24)
    assert app.post("k").json == first.json

    clock.advance(seconds=1)
    again = app.post("k", {"text": "another"})
    assert again.status_code == 201
    assert again.json["id"] != first.json["id"]
    assert app.post("k", {"text": "another"}).json == again.json


def test_the_effect_and_the_key_are_one_transaction(app):
    def look():
        assert Work(app.service.notes).result() == set()

    app.take_note.after = look

    assert app.post("k").status_code == 201
    assert len(app.service.notes()) == 1


def test_a_failure_after_the_effect_leaves_neither_effect_nor_key(app):
    def fail():
        raise KeyError("bug")

    app.take_note.after = fail
    assert app.post("k").status_code == 500
    assert app.service.notes() == set()
    assert app.service.outbox_rows() == []

    app.take_note.after = lambda: None
    answer = app.post("k")
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers


def test_a_key_that_cannot_be_stored_takes_the_effect_back(app, monkeypatch):
    def fail(*_):
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(app.keys, "_keep", fail)

    assert app.post("k").status_code == 503
    assert app.service.notes() == set()


def test_a_stale_aggregate_repeats_the_whole_request_once(app):
    stale = [StaleAggregate()]

    def read_stale():
        if stale:
            raise stale.pop()

    app.take_note.after = read_stale

    assert app.post("k").status_code == 201
    assert app.take_note.calls == 2
    assert len(app.service.notes()) == 1

    stale.extend([StaleAggregate(), StaleAggregate()])
    answer = app.post("another")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/lost-race")


def in_parallel(apps, key, first_body=None):
    """Posts with the first app, and while its use case is at work with the last one; returns both answers."""
    begun, go_on = threading.Event(), threading.Event()

    def wait():
        begun.set()
        assert go_on.wait(20)

    apps[0].take_note.before = wait
    first = Work(lambda: apps[0].post(key))
    assert begun.wait(20)
    second = apps[-1].post(key, first_body)
    go_on.set()
    return first.result(), second


def test_the_same_key_while_the_first_is_still_running_is_409(app):
    first, second = in_parallel([app], "k")

    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json["type"] == "/problems/idempotency-key-in-use"
    assert len(app.service.notes()) == 1
    assert app.post("k").json == first.json


def test_the_same_key_in_another_process_is_409_too(postgres_url):
    service = Service(postgres_url).create_tables()

    first, second = in_parallel([App(service), App(service)], "k")

    assert (first.status_code, second.status_code) == (201, 409)
    service.database.dispose()


def test_of_many_at_once_one_has_its_effect(app):
    at_once = threading.Barrier(8)

    def post():
        at_once.wait(20)
        return app.post("k")

    answers = [worker.result() for worker in [Work(post) for _ in range(8)]]

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.data for answer in answers if answer.status_code == 201}) == 1
    assert len(app.service.notes()) == 1


def test_other_keys_are_not_held_up(postgres_url):
    app = App(Service(postgres_url).create_tables())
    begun, go_on = threading.Event(), threading.Event()

    def wait():
        app.take_note.before = lambda: None
        begun.set()
        assert go_on.wait(20)

    app.take_note.before = wait
    first = Work(lambda: app.post("k"))
    assert begun.wait(20)
    assert app.post("another").status_code == 201
    go_on.set()
    assert first.result().status_code == 201
    app.service.database.dispose()
