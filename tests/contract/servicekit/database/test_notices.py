import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from servicekit.database.database import Database
from servicekit.database.notices import LOOK_AT_EVERYTHING, Listener, Notices

CHANNEL = "tests"
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'LISTEN%'
"""


@pytest.fixture
def database(postgres_url):
    database = Database(postgres_url)
    yield database
    database.dispose()


@pytest.fixture
def listener(database):
    listener = Listener(database, CHANNEL)
    assert listener.listen(1) == [frozenset()]  # it has just come: anything may be new
    yield listener
    listener.close()
    listener.close()


def send(database, *words, commit=True):
    with database.transaction() as transaction:
        Notices(CHANNEL).send(transaction.connection, words)
        if commit:
            transaction.commit()


def test_a_notice_brings_its_words_with_the_commit(database, listener):
    send(database, "b", "a")

    assert listener.listen(20) == [frozenset({"a", "b"})]


def test_nothing_is_told_of_what_was_rolled_back_or_of_nothing(database, listener):
    send(database, "a", commit=False)
    send(database)

    assert listener.listen(0.2) == []


def test_more_words_than_fit_are_told_as_anything(database, listener):
    send(database, *(f"word-{number:04}" for number in range(1000)))

    assert listener.listen(20) == [frozenset(LOOK_AT_EVERYTHING.split())]


def test_a_listener_that_was_cut_off_says_so_and_connects_again(database, listener):
    with database.transaction() as transaction:
        transaction.connection.execute(sa.text(CUT))

    with pytest.raises(OSError, match="not listening"):
        listener.listen(20)
    assert listener.listen(1) == [frozenset()]
    send(database, "a")
    assert listener.listen(20) == [frozenset({"a"})]


def test_a_listener_that_cannot_connect_says_so():
    nowhere = Database("postgresql://127.0.0.1:1/nowhere")

    with pytest.raises((OSError, OperationalError)):
        Listener(nowhere, CHANNEL).listen(1)


def test_where_no_other_process_can_listen_nothing_is_sent(sqlite_url):
    database = Database(sqlite_url)
    send(database, "a")
    database.dispose()
