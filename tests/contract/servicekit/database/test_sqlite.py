"""What is particular to the embedded database."""

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from servicekit.database.database import Database
from tests.builders.servicekit import Service, notes
from tests.fakes.servicekit.deadlines import Work, eventually


@pytest.fixture
def service(sqlite_url):
    service = Service(sqlite_url).create_tables()
    yield service
    service.database.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_it_is_set_up_for_safety(service, pragma, value):
    with service.database.read() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_foreign_keys_are_kept(service):
    with pytest.raises(IntegrityError):
        service.write("a", parent="nobody")


def test_a_second_writer_waits_for_the_first_where_a_deferred_one_would_fail(service):
    begun = threading.Event()

    def read_then_write():
        begun.set()
        with service.database.transaction() as transaction:
            count = transaction.connection.scalar(sa.select(sa.func.count()).select_from(notes))
            transaction.connection.execute(sa.insert(notes).values(id=f"after {count}"))
            transaction.commit()

    with service.database.transaction() as first:
        second = Work(read_then_write)
        begun.wait(10)
        threading.Event().wait(0.1)
        first.connection.execute(sa.insert(notes).values(id="first"))
        first.commit()
    second.result()

    assert service.notes() == {"first", "after 1"}


def test_readers_do_not_wait_for_a_writer(service):
    service.write("a")
    with service.database.transaction() as transaction:
        transaction.connection.execute(sa.delete(notes))
        assert Work(service.notes).result(within=2) == {"a"}


def test_many_threads_can_open_a_new_file_at_once(sqlite_url):
    at_once = threading.Barrier(8)

    def open_it():
        database = Database(sqlite_url)
        at_once.wait(10)
        with database.transaction() as transaction:
            transaction.connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (a INTEGER)")
            transaction.connection.exec_driver_sql("INSERT INTO t VALUES (1)")
            transaction.commit()
        database.dispose()

    for worker in [Work(open_it) for _ in range(8)]:
        worker.result()

    database = Database(sqlite_url)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 8
    database.dispose()


def test_writers_of_one_process_are_let_in_in_the_order_in_which_they_came(service):
    came = []

    def write(name):
        with service.database.transaction():
            came.append(name)

    writers = []
    with service.database.transaction():
        for name in range(5):
            writers.append(Work(lambda name=name: write(name)))
            eventually(lambda name=name: len(service.database._turns._queue) == name + 2)
    for writer in writers:
        writer.result()

    assert came == [0, 1, 2, 3, 4]


def test_what_is_written_is_signalled_to_whoever_rests_in_this_process(service):
    commits = service.database.commits
    before = commits.count
    service.write("a")
    assert commits.count == before + 1


def test_a_transaction_that_wrote_nothing_or_was_rolled_back_is_not_signalled(service):
    commits = service.database.commits
    before = commits.count
    with service.database.transaction() as transaction:
        transaction.commit()
    with service.database.transaction() as transaction:
        transaction.connection.execute(sa.insert(notes).values(id="b"))
    assert commits.count == before


def raw_bytes(database):
    path = Path(database.engine.url.database)
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def test_what_was_deleted_is_gone_from_the_files_once_that_is_asked_for(service):
    service.write("a secret")
    with service.database.transaction() as transaction:
        transaction.connection.execute(sa.delete(notes))
        transaction.commit()
    assert b"a secret" in raw_bytes(service.database)
    service.database.forget_overwritten()
    assert b"a secret" not in raw_bytes(service.database)
    service.write("and on it goes")


def test_nothing_is_let_go_of_while_a_transaction_is_open(service):
    with service.database.transaction() as transaction:
        transaction.connection.execute(sa.insert(notes).values(id="kept"))
        service.database.forget_overwritten()
        transaction.commit()
    assert b"kept" in raw_bytes(service.database)


def test_whoever_reads_meanwhile_is_not_disturbed_and_does_not_stop_anybody(service):
    service.write("before")
    with service.database.read() as reader:
        assert reader.scalar(sa.select(sa.func.count()).select_from(notes)) == 1
        Work(lambda: (service.write("after"), service.database.forget_overwritten())).result()
        assert reader.scalar(sa.select(sa.func.count()).select_from(notes)) == 1
