import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from servicekit.database import retry
from servicekit.database.retry import ATTEMPTS, repeated, with_retries
from servicekit.database.unit_of_work import StaleAggregate
from tests.builders.servicekit import Service, notes
from tests.fakes.servicekit.deadlines import Work

FIRST_COMMIT_FAILS = """
    CREATE SEQUENCE commits;
    CREATE FUNCTION fail_the_first() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF nextval('commits') = 1 THEN
                RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001';
            END IF;
            RETURN NULL;
        END
    $$;
    CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON notes
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_the_first();
"""


class Counted:
    """A use case that raises the errors given, one at each call, and then returns what it was asked."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.calls = 0

    def execute(self, request):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return request


class DriverError(Exception):
    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def failure(sqlstate):
    return OperationalError("UPDATE", {}, DriverError(sqlstate))


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch):
    monkeypatch.setattr(retry.time, "sleep", lambda _seconds: None)


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_serialisation_failure_or_deadlock_repeats_the_use_case(service, sqlstate):
    usecase = Counted(failure(sqlstate), failure(sqlstate))

    assert with_retries(service.database, usecase).execute("request") == "request"
    assert usecase.calls == 3


def test_it_is_not_repeated_for_ever(service):
    usecase = Counted(*[failure("40001")] * 10)

    with pytest.raises(OperationalError):
        with_retries(service.database, usecase).execute("request")
    assert usecase.calls == ATTEMPTS


def test_a_stale_aggregate_repeats_it_once(service):
    usecase = Counted(StaleAggregate())

    assert with_retries(service.database, usecase).execute("request") == "request"

    usecase = Counted(StaleAggregate(), StaleAggregate())
    with pytest.raises(StaleAggregate):
        with_retries(service.database, usecase).execute("request")
    assert usecase.calls == 2


@pytest.mark.parametrize(
    "error",
    [failure("55P03"), failure("23505"), OperationalError("", {}, Exception("locked")), KeyError("bug")],
)
def test_any_other_error_is_raised_at_once(service, error):
    usecase = Counted(error)

    with pytest.raises(type(error)):
        with_retries(service.database, usecase).execute("request")
    assert usecase.calls == 1


@pytest.mark.parametrize("error", [failure("40P01"), StaleAggregate()])
def test_inside_a_wider_transaction_only_that_one_can_be_repeated(service, error):
    usecase = Counted(error)

    with service.database.transaction(), pytest.raises(type(error)):
        with_retries(service.database, usecase).execute("request")
    assert usecase.calls == 1


def test_a_real_deadlock_is_resolved_by_repeating_the_whole(postgres_url):
    service = Service(postgres_url).create_tables()
    service.write("a", data=0)
    service.write("b", data=0)
    both_hold_one = threading.Barrier(2)
    calls = []

    def update(first, second):
        def once():
            calls.append(1)
            with service.database.transaction() as transaction:
                for number, note_id in enumerate((first, second)):
                    row = sa.select(notes.c.data).where(notes.c.id == note_id).with_for_update()
                    data = transaction.connection.scalar(row)
                    change = sa.update(notes).where(notes.c.id == note_id).values(data=data + 1)
                    transaction.connection.execute(change)
                    if number == 0 and len(calls) <= 2:
                        both_hold_one.wait(10)
                transaction.commit()

        repeated(service.database, once)

    workers = [Work(lambda: update("a", "b")), Work(lambda: update("b", "a"))]
    for worker in workers:
        worker.result()

    with service.database.read() as connection:
        assert connection.scalars(sa.select(notes.c.data)).all() == [2, 2]
    assert len(calls) == 3
    service.database.dispose()


def test_a_serialisation_failure_of_the_commit_itself_repeats_the_whole(postgres_url):
    service = Service(postgres_url).create_tables()
    with service.database.transaction() as transaction:
        transaction.connection.exec_driver_sql(FIRST_COMMIT_FAILS)
        transaction.commit()
    calls = []

    def write():
        calls.append(1)
        service.write("a")

    repeated(service.database, write)

    assert (len(calls), service.notes()) == (2, {"a"})
    service.database.dispose()
