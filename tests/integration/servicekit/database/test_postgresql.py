"""What only a server can do to its clients."""

import subprocess
import sys

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from servicekit.database import database as database_module
from tests.builders.servicekit import Service
from tests.fakes.servicekit.deadlines import Work
from tests.fakes.servicekit.tcp_proxy import TcpProxy

FORKED = """
import os, sys
from servicekit.database.database import Database

def process(database):
    with database.read() as connection:
        return connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()

database = Database(sys.argv[1])
before = process(database)
child = os.fork()
if child == 0:
    os._exit(0 if process(database) != before else 1)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
assert process(database) == before, "the parent keeps its own connection"
database.dispose()
sys.exit(status)
"""


@pytest.fixture
def service(postgres_url):
    service = Service(postgres_url).create_tables()
    yield service
    service.database.dispose()


def cut_all_others(service):
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with service.database.engine.connect() as connection:
        connection.execute(sa.text(f"{others} AND pid <> pg_backend_pid()")).all()


def test_a_connection_that_is_lost_in_a_transaction_is_told_and_the_next_one_works(service):
    def write_and_lose():
        with service.database.transaction() as transaction:
            Work(lambda: cut_all_others(service)).result()
            service.write("a")
            transaction.commit()

    with pytest.raises(OperationalError):
        write_and_lose()

    service.write("b")
    assert service.notes() == {"b"}
    assert not service.database.in_transaction()


def test_after_the_server_was_away_at_most_one_call_fails(service):
    for number in range(3):
        service.write(str(number))
    cut_all_others(service)

    def write(name):
        try:
            service.write(name)
        except OperationalError:
            return 1
        return 0

    assert sum(write(f"after {number}") for number in range(6)) <= 1


def test_a_statement_that_takes_too_long_is_ended(postgres_url, monkeypatch):
    monkeypatch.setattr(database_module, "STATEMENT_TIMEOUT_SECONDS", 1)
    service = Service(postgres_url)

    with pytest.raises(OperationalError, match="statement timeout"), service.database.read() as connection:
        connection.execute(sa.text("SELECT pg_sleep(30)"))
    service.database.dispose()


def test_a_server_that_cannot_be_reached_is_told(postgres_url):
    with TcpProxy(postgres_url) as proxy:
        service = Service(proxy.url)
        service.database.now()
        proxy.close()

        for _ in range(2):
            with pytest.raises(OperationalError):
                service.database.now()
        service.database.dispose()


def test_a_forked_process_makes_connections_of_its_own(postgres_url):
    done = subprocess.run(
        [sys.executable, "-c", FORKED, postgres_url],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert (done.returncode, done.stderr) == (0, "")
