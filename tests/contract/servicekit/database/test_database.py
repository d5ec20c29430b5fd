import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from servicekit.database import postgresql, sqlite
from servicekit.database.database import Database
from servicekit.database.patience import patience
from tests.builders.servicekit import Service, notes
from tests.fakes.servicekit.deadlines import Work

MARGIN = 1
"""Seconds, on a loaded machine."""


def add(transaction, note_id, **columns):
    transaction.connection.execute(sa.insert(notes).values(id=note_id, **columns))


def test_what_is_committed_is_kept(service):
    with service.database.transaction() as transaction:
        add(transaction, "a")
        transaction.commit()

    assert service.notes() == {"a"}


def test_what_is_not_committed_is_rolled_back(service):
    with service.database.transaction() as transaction:
        add(transaction, "a")

    assert service.notes() == set()


def test_an_error_rolls_back(service):
    with pytest.raises(KeyError), service.database.transaction() as transaction:  # noqa: PT012
        add(transaction, "a")
        raise KeyError

    assert service.notes() == set()


def test_an_error_of_the_database_rolls_back_and_leaves_the_connection_usable(service):
    with pytest.raises(IntegrityError), service.database.transaction() as transaction:  # noqa: PT012
        add(transaction, "a")
        add(transaction, "a")

    service.write("b")
    assert service.notes() == {"b"}


def test_an_inner_transaction_is_part_of_the_outer_one(service):
    with service.database.transaction() as outer:
        add(outer, "a")
        with service.database.transaction() as inner:
            assert inner.connection is outer.connection
            add(inner, "b")
            inner.commit()
        assert service.notes() == {"a", "b"}
        outer.commit()

    assert service.notes() == {"a", "b"}


def test_an_inner_rollback_leaves_the_outer_work(service):
    with service.database.transaction() as outer:
        add(outer, "a")
        with service.database.transaction() as inner:
            add(inner, "b")
        with pytest.raises(KeyError), service.database.transaction() as inner:  # noqa: PT012
            add(inner, "c")
            raise KeyError
        add(outer, "d")
        outer.commit()

    assert service.notes() == {"a", "d"}


def test_an_inner_error_of_the_database_leaves_the_outer_work(service):
    with service.database.transaction() as outer:
        add(outer, "a")
        with pytest.raises(IntegrityError), service.database.transaction() as inner:
            add(inner, "a")
        outer.commit()

    assert service.notes() == {"a"}


def test_an_outer_rollback_takes_the_inner_work_that_was_committed(service):
    with service.database.transaction() as outer:
        add(outer, "a")
        service.write("b")

    assert service.notes() == set()


def test_transactions_join_at_any_depth(service):
    with service.database.transaction() as outer:
        with service.database.transaction() as middle:
            service.write("inner")
            with service.database.transaction() as forgotten:
                add(forgotten, "forgotten")
            middle.commit()
        outer.commit()

    assert service.notes() == {"inner"}


def test_what_follows_a_commit_in_the_same_block_is_a_transaction_of_its_own(service):
    with service.database.transaction() as transaction:
        add(transaction, "a")
        transaction.commit()
        assert not service.database.in_transaction()
        service.write("b")

    assert service.notes() == {"a", "b"}


def test_a_read_sees_what_the_open_transaction_has_written(service):
    with service.database.transaction() as transaction:
        add(transaction, "a")
        assert service.notes() == {"a"}


def test_a_read_in_another_thread_does_not(service):
    with service.database.transaction() as transaction:
        add(transaction, "a")
        assert Work(service.notes).result() == set()


def test_threads_do_not_join_each_others_transactions(service):
    with service.database.transaction():
        assert service.database.in_transaction()
        assert Work(service.database.in_transaction).result() is False

    assert not service.database.in_transaction()


def test_a_connection_that_was_read_from_can_be_written_with(database_url):
    service = Service(database_url, pool_size=1).create_tables()

    assert service.notes() == set()
    service.write("a")
    assert service.notes() == {"a"}
    service.database.dispose()


def test_many_threads_write_at_once(service):
    workers = [Work(lambda number=number: service.write(str(number))) for number in range(20)]
    for worker in workers:
        worker.result()

    assert len(service.notes()) == 20


def test_when_all_connections_are_taken_the_wait_is_bounded(database_url):
    service = Service(database_url, pool_size=1).create_tables()

    def read():
        with patience(0.2):
            service.notes()

    with service.database.transaction(), pytest.raises(PoolTimeoutError):
        Work(read).result()

    assert service.notes() == set()
    service.database.dispose()


def test_a_lock_that_is_not_to_be_had_ends_the_wait(database_url, monkeypatch):
    for module in (postgresql, sqlite):
        monkeypatch.setattr(module, "MAX_WAIT_SECONDS", 2)
    service = Service(database_url).create_tables()

    def take():
        with service.database.transaction() as transaction:
            transaction.connection.execute(sa.select(notes).where(notes.c.id == "a").with_for_update())

    service.write("a")
    with service.database.transaction() as transaction:
        transaction.connection.execute(sa.update(notes).values(parent=None))
        with pytest.raises((OperationalError, PoolTimeoutError)):
            Work(take).result()
    service.database.dispose()


def test_all_the_waits_of_one_request_have_one_deadline(database_url):
    """First for a connection, which comes late, and then for a lock, which does not come at all."""
    service = Service(database_url, pool_size=2).create_tables()
    service.write("a")
    begun, took = threading.Event(), []

    def request():
        begun.set()
        began = time.monotonic()
        with pytest.raises((OperationalError, PoolTimeoutError)), patience(3):
            service.write("a")
        took.append(time.monotonic() - began)

    with service.database.transaction() as holder:
        holder.connection.execute(sa.update(notes).values(parent=None))
        with service.database.read():
            waiter = Work(request)
            begun.wait(10)
            threading.Event().wait(1)
        waiter.result()
    assert 2.9 < took[0] < 3 + MARGIN
    service.database.dispose()


def test_whoever_has_no_patience_left_still_gets_what_nobody_holds(service):
    service.write("a")
    with patience(-1):
        service.write("b")
        assert service.notes() == {"a", "b"}


def test_errors_do_not_tell_the_values_of_a_statement(service):
    service.write("a")

    with pytest.raises(IntegrityError) as caught:
        service.write("a", data={"password": "hunter2"})

    assert "hunter2" not in str(caught.value)


def test_a_reader_cannot_write(postgres_url):
    service = Service(postgres_url).create_tables()

    with pytest.raises(DBAPIError, match="read-only"), service.database.read() as connection:
        connection.execute(sa.insert(notes).values(id="a"))
    service.database.dispose()


def test_the_database_tells_the_time_in_utc(service):
    before = datetime.now(UTC) - timedelta(seconds=1)

    with service.database.transaction() as transaction:
        inside = transaction.now()
    outside = service.database.now()

    assert before <= inside <= outside <= datetime.now(UTC) + timedelta(seconds=1)
    assert inside.utcoffset() == timedelta(0)


def test_the_databases_clock_moves_within_a_transaction(service):
    with service.database.transaction() as transaction:
        first = transaction.now()
        while transaction.now() == first:
            pass
        assert transaction.now() > first


def test_the_clock_moves_while_a_transaction_waits_for_a_lock(service):
    service.write("a")
    waiting, times = threading.Event(), []

    def wait_for_the_lock():
        waiting.set()
        with service.database.transaction() as transaction:
            transaction.connection.execute(sa.select(notes).with_for_update()).all()
            times.append(transaction.now())

    with service.database.transaction() as transaction:
        transaction.connection.execute(sa.select(notes).with_for_update()).all()
        waiter = Work(wait_for_the_lock)
        waiting.wait(10)
        threading.Event().wait(0.2)
        released = transaction.now()
        transaction.commit()
    waiter.result()

    assert times[0] >= released - timedelta(milliseconds=1)


def test_another_clock_can_take_its_place(timed_service, clock):
    assert timed_service.database.now() == clock.time
    with timed_service.database.transaction() as transaction:
        assert transaction.now() == clock.time


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 21, 23, 16, 0, 123_456, UTC),
        datetime(2026, 11, 21, 20, 16, tzinfo=timezone(timedelta(hours=-3))),
        datetime(1970, 1, 1, tzinfo=UTC),
        None,
    ],
)
def test_an_instant_comes_back_as_the_same_instant_in_utc(service, at):
    service.write("a", at=at)

    with service.database.read() as connection:
        read = connection.scalar(sa.select(notes.c.at))

    assert read == at
    assert read is None or read.utcoffset() == timedelta(0)


def test_instants_are_compared_as_instants(service):
    service.write("a", at=datetime(2026, 11, 21, 23, 16, tzinfo=UTC))
    later = datetime(2026, 11, 21, 20, 17, tzinfo=timezone(timedelta(hours=-3)))

    with service.database.read() as connection:
        assert connection.scalar(sa.select(notes.c.id).where(notes.c.at < later)) == "a"


def test_a_time_without_a_zone_is_refused(service):
    with pytest.raises(StatementError, match="needs a time zone"):
        service.write("a", at=datetime(2026, 11, 21))  # noqa: DTZ001


def test_json_comes_back_as_it_was(service):
    data = {"text": "é", "list": [1, None, True, {"a": 2**53}], "empty": {}}
    service.write("a", data=data)

    with service.database.read() as connection:
        assert connection.scalar(sa.select(notes.c.data)) == data


def test_a_database_connects_when_it_is_first_used():
    for url in ("postgresql://nobody@127.0.0.1:1/none", "sqlite:////no/such/folder/file"):
        database = Database(url)

        assert database.dialect in {"postgresql", "sqlite"}
        with pytest.raises(OperationalError):
            database.now()
        database.dispose()
