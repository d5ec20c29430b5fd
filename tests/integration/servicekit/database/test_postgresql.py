"""What only a server can do to its clients."""

import socket
import subprocess
import sys
import threading
import time

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from servicekit.database import postgresql
from servicekit.database.patience import MAX_WAIT_SECONDS, begin_patience_anew, patience
from tests.builders.servicekit import Service, notes
from tests.fakes.servicekit.deadlines import Work, eventually
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


MARGIN = 1.5
"""Seconds, on a loaded machine."""


def cut_all_others(service):
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with service.database.engine.connect() as connection:
        connection.execute(sa.text(f"{others} AND pid <> pg_backend_pid()")).all()


def lock(transaction, note_id):
    transaction.connection.execute(sa.update(notes).where(notes.c.id == note_id).values(parent=None))


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
    monkeypatch.setattr(postgresql, "STATEMENT_TIMEOUT_SECONDS", 1)
    service = Service(postgres_url)

    with pytest.raises(OperationalError, match="statement timeout"), service.database.read() as connection:
        connection.execute(sa.text("SELECT pg_sleep(30)"))
    service.database.dispose()


def test_a_transaction_that_nobody_goes_on_with_is_ended_and_its_locks_are_free(
    service, postgres_url, monkeypatch
):
    service.write("a")
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 1)
    stopped = Service(postgres_url)

    def take_the_lock():
        with service.database.transaction() as transaction:
            lock(transaction, "a")

    def stop_in_the_middle():
        with stopped.database.transaction() as transaction:
            lock(transaction, "a")
            Work(take_the_lock).result()
            transaction.commit()

    with pytest.raises(OperationalError, match="idle-in-transaction"):
        stop_in_the_middle()
    stopped.database.dispose()


def test_a_server_that_cannot_be_reached_is_told(postgres_url):
    with TcpProxy(postgres_url) as proxy:
        service = Service(proxy.url)
        service.database.now()
        proxy.close()

        for _ in range(2):
            with pytest.raises(OperationalError):
                service.database.now()
        service.database.dispose()


def test_a_server_that_does_not_answer_is_not_waited_for_longer_than_there_is_patience(postgres_url):
    with TcpProxy(postgres_url) as proxy:
        service = Service(proxy.url, pool_size=2).create_tables()
        proxy.mute()

        began = time.monotonic()
        with pytest.raises(OperationalError), patience(1):
            service.write("on a connection that was there")
        assert time.monotonic() - began < 1 + MARGIN

        began = time.monotonic()
        with pytest.raises(OperationalError), patience(MAX_WAIT_SECONDS):
            service.write("on a new connection")
        assert time.monotonic() - began < MAX_WAIT_SECONDS + MARGIN

        proxy.unmute()
        service.write("afterwards")
        assert "afterwards" in service.notes()
        service.database.dispose()


def test_all_addresses_of_a_host_share_what_patience_there_is(postgres_url, monkeypatch):
    with TcpProxy(postgres_url) as proxy:
        proxy.mute()
        resolve = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **how: 3 * resolve(*asked, **how))
        service = Service(proxy.url)

        began = time.monotonic()
        with pytest.raises(OperationalError), patience(MAX_WAIT_SECONDS):
            service.database.now()
        assert time.monotonic() - began < MAX_WAIT_SECONDS + MARGIN
        service.database.dispose()


def resolves_first_to(address, monkeypatch):
    first, resolve = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address)], socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **how: first + resolve(*asked, **how))


def test_of_a_hosts_addresses_the_one_that_answers_is_found(postgres_url, monkeypatch):
    resolves_first_to(("127.0.0.1", 1), monkeypatch)
    service = Service(postgres_url)
    assert service.database.now()
    service.database.dispose()


def test_an_address_that_is_silent_does_not_take_the_time_of_the_others_twice(postgres_url, monkeypatch):
    silent, connect = "127.0.0.2", postgresql.ImpatientConnection.connect

    def wait_or_connect(*arguments, **options):
        if options["hostaddr"] == silent:
            begin_patience_anew(postgresql.LEAST_SECONDS_TO_CONNECT / 2)
            raise psycopg.OperationalError("timeout")
        return connect(*arguments, **options)

    resolves_first_to((silent, 1), monkeypatch)
    monkeypatch.setattr(postgresql.ImpatientConnection, "connect", wait_or_connect)
    service = Service(postgres_url)

    with pytest.raises(OperationalError, match="timeout"), patience(MAX_WAIT_SECONDS):
        service.database.now()
    with patience(MAX_WAIT_SECONDS):
        assert service.database.now()
    service.database.dispose()


def test_a_host_without_an_address_is_told():
    service = Service("postgresql://nobody@nowhere.invalid/nothing")
    with pytest.raises(OperationalError, match="no address"):
        service.database.now()
    service.database.dispose()


def test_a_host_that_is_a_folder_of_sockets_is_left_to_the_driver(tmp_path):
    service = Service(f"postgresql://nobody@/nothing?host={tmp_path}")
    with pytest.raises(OperationalError, match=str(tmp_path)):
        service.database.now()
    service.database.dispose()


def test_a_server_that_does_not_answer_does_not_hold_a_loop_for_ever(postgres_url, monkeypatch):
    with TcpProxy(postgres_url) as proxy:
        service = Service(proxy.url).create_tables()
        monkeypatch.setattr(postgresql, "SILENCE_SECONDS", 1)
        proxy.mute()

        with pytest.raises(OperationalError):
            service.write("a")
        service.database.dispose()


def test_a_second_lock_is_waited_for_no_longer_than_the_first_left_patience_for(service):
    service.write("a")
    service.write("b")
    hold_a, hold_b = threading.Event(), threading.Event()

    def hold(note_id, until):
        with service.database.transaction() as transaction:
            lock(transaction, note_id)
            until.wait(20)

    def request():
        with patience(3), service.database.transaction() as transaction:
            lock(transaction, "a")
            lock(transaction, "b")

    holders = [Work(lambda: hold("a", hold_a)), Work(lambda: hold("b", hold_b))]
    eventually(lambda: len(service.database._places._queue) == 2)
    began = time.monotonic()
    waiter = Work(request)
    threading.Event().wait(2)
    hold_a.set()
    with pytest.raises(OperationalError):
        waiter.result()
    assert 2.9 < time.monotonic() - began < 3 + MARGIN
    hold_b.set()
    for holder in holders:
        holder.result()


def test_a_forked_process_makes_connections_of_its_own(postgres_url):
    done = subprocess.run(
        [sys.executable, "-c", FORKED, postgres_url],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert (done.returncode, done.stderr) == (0, "")
