from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from orders_service.domain.sign_in_failures import MOST_IN_A_ROW
from orders_service.entrypoints.rest.app import create_app
from orders_service.infrastructure.models.people_model import sign_in_failures
from tests.fakes.orders_service.composed import composed

LOCKED_MINUTES = 15


class Door:
    """A process of the service: its rate limits are its own, the database is everybody's."""

    def __init__(self, url, clock):
        self.container = composed(url, clock)
        self.http = create_app(self.container).test_client()

    def sign_in(self, username, password, path="/auth/token"):
        return self.http.post(path, json={"username": username, "password": password})

    def close(self):
        self.container.database.dispose()


@pytest.fixture
def open_door(database_url, clock):
    doors = []

    def open_door():
        doors.append(Door(database_url, clock))
        return doors[-1]

    yield open_door
    for door in doors:
        door.close()


def fail(door, username="gerente", times=MOST_IN_A_ROW):
    for _ in range(times):
        assert door.sign_in(username, "wrong").status_code == 401


def test_an_account_locked_in_one_process_is_locked_in_all_and_after_a_restart(open_door):
    fail(open_door(), times=MOST_IN_A_ROW - 3)
    fail(open_door(), times=3)
    locked = open_door().sign_in("gerente", "gerente")
    assert (locked.status_code, locked.json["type"]) == (429, "/problems/too-many-requests")
    assert locked.headers["Retry-After"] == str(LOCKED_MINUTES * 60)


def test_the_lock_is_over_after_a_while(open_door, clock):
    fail(open_door())
    clock.now += timedelta(minutes=LOCKED_MINUTES, seconds=-1)
    assert open_door().sign_in("gerente", "gerente").headers["Retry-After"] == "1"
    clock.now += timedelta(seconds=1)
    assert open_door().sign_in("gerente", "gerente").status_code == 200


def test_others_can_sign_in_meanwhile(open_door):
    fail(open_door())
    assert open_door().sign_in("cozinha", "cozinha").status_code == 200


def test_a_lock_does_not_tell_whether_anybody_bears_the_name(open_door):
    answers = []
    for username in ("gerente", "ninguem"):
        fail(open_door(), username)
        answers.append(open_door().sign_in(username, "gerente"))
    known, unknown = answers
    assert known.status_code == unknown.status_code == 429
    assert known.json == unknown.json
    assert known.headers["Retry-After"] == unknown.headers["Retry-After"]


def test_whoever_is_signed_in_works_on_while_their_account_is_locked(open_door):
    door = open_door()
    token = door.sign_in("gerente", "gerente").json["access_token"]
    fail(door)
    assert door.http.get("/orders", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_a_failure_counts_where_somebody_signs_in_under_the_name_at_that_moment(postgres_url, clock):
    door = Door(postgres_url, clock)
    fail(door, times=1)
    others = sa.create_engine(door.container.database.engine.url)

    def sign_in_of_another(_connection, _cursor, statement, *_context):
        if statement.startswith("INSERT INTO sign_in_failures"):
            with suppress(OperationalError), others.begin() as connection:
                connection.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
                connection.execute(sa.delete(sign_in_failures))

    sa.event.listen(door.container.database.engine, "after_cursor_execute", sign_in_of_another)
    try:
        fail(door, times=1)
    finally:
        others.dispose()
        door.close()
