"""Migrations that are started twice at the same moment, as two replicas of a job do it."""

import os
import subprocess
import sys

import psycopg
import pytest

from payment_service.infrastructure.database import MIGRATIONS
from servicekit.database import migrations
from servicekit.database.database import Database
from servicekit.database.migrations import ONE_AT_A_TIME, AnotherMigrates, is_current, upgrade
from tests.fakes.payment_service.composed import PUBLIC_KEY
from tests.fakes.servicekit.deadlines import eventually

pytestmark = pytest.mark.timeout(120)  # two processes start, on whatever else the machine is doing

COMMAND = [sys.executable, "-m", "payment_service", "migrate"]
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE '%pg_try_advisory_xact_lock%'
        AND pid <> pg_backend_pid()
"""


@pytest.fixture
def turn(postgres_url):
    """A connection that has the turn until it is closed."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        yield connection


@pytest.fixture
def database(postgres_url):
    database = Database(postgres_url)
    yield database
    database.dispose()


def test_two_that_start_at_once_migrate_one_after_the_other(postgres_url, turn, database):
    environ = {**os.environ, "DATABASE_URL": postgres_url, "JWT_PUBLIC_KEY": PUBLIC_KEY}
    both = [subprocess.Popen(COMMAND, env=environ, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    eventually(lambda: turn.execute(WAITING).fetchone() == (2,), within=50)
    assert not is_current(database, MIGRATIONS)

    turn.close()

    assert [one.communicate(timeout=50)[0] for one in both] == ["The database is up to date.\n"] * 2
    assert [one.returncode for one in both] == [0, 0]
    assert is_current(database, MIGRATIONS)


def test_who_does_not_get_the_turn_gives_up(turn, database, monkeypatch):
    assert not turn.closed
    monkeypatch.setattr(migrations, "TURN_SECONDS", 0.2)

    with pytest.raises(AnotherMigrates):
        upgrade(database, MIGRATIONS)
