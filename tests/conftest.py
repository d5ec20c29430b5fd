"""Databases, brokers and caches for the tests that need a real one.

`./run test` hands over the servers that it started; pytest run by itself starts those that the chosen
tests need.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
import redis
import structlog
from psycopg import sql

from tests.servers.catalogue import nothing_may_be_skipped, why_missing
from tests.servers.postgresql import PostgresqlServer
from tests.servers.private_server import PrivateServer
from tests.servers.rabbitmq import BrokerControl, RabbitmqServer
from tests.servers.redis_server import RedisServer

_numbers = count(1)


@pytest.fixture(scope="session", autouse=True)
def _loggers_look_at_what_is_configured_now() -> Iterator[None]:
    """A logger that keeps the processors it met first would escape `capture_logs` in a later test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structlog, "configure", _configure_without_caching(structlog.configure))
        yield


def _configure_without_caching(configure: Callable[..., None]) -> Callable[..., None]:
    return lambda **settings: configure(**{**settings, "cache_logger_on_first_use": False})


def _fresh_name() -> str:
    """Returns a name that no other test, and no other process of this run, uses."""
    return f"test_{os.getpid()}_{next(_numbers)}"


def require(server: type[PrivateServer]) -> None:
    """Skips the test where this machine cannot start the server; on CI that is a failure."""
    reason = why_missing(server)
    if reason and nothing_may_be_skipped():
        pytest.fail(f"{reason}; with CI set nothing may be skipped", pytrace=False)
    if reason:
        pytest.skip(reason)


@contextmanager
def _server(server: type[PrivateServer]) -> Iterator[str]:
    """Yields the address of the run's server, or of one started here when there is none yet."""
    address = os.environ.get(server.variable)
    if address:
        yield address
        return
    require(server)
    own = server()
    own.start()
    try:
        yield own.address
    finally:
        own.stop()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    with _server(PostgresqlServer) as address:
        yield address


@pytest.fixture(scope="session")
def rabbitmq_server() -> Iterator[str]:
    with _server(RabbitmqServer) as address:
        yield address


@pytest.fixture(scope="session")
def redis_server_address() -> Iterator[str]:
    with _server(RedisServer) as address:
        yield address


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Yields the address of an empty PostgreSQL database, which is dropped afterwards."""
    name = _fresh_name()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def postgres_url(postgresql_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database, for one test."""
    with fresh_database(postgresql_server) as address:
        yield address


@pytest.fixture
def second_postgres_url(postgresql_server: str) -> Iterator[str]:
    """The address of another empty PostgreSQL database, for tests that run both services."""
    with fresh_database(postgresql_server) as address:
        yield address


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite database whose file is not there yet, for one test."""
    return f"sqlite:///{tmp_path / 'test.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database; the test runs once on each engine."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(fixture))


@contextmanager
def fresh_broker(server: str) -> Iterator[str]:
    """Yields the address of an empty virtual host of RabbitMQ, which is deleted afterwards."""
    control = BrokerControl(server)
    name = _fresh_name()
    try:
        yield control.create(name)
    finally:
        control.delete(name)


@pytest.fixture
def broker_url(rabbitmq_server: str) -> Iterator[str]:
    """The address of an empty virtual host of RabbitMQ, for one test."""
    with fresh_broker(rabbitmq_server) as address:
        yield address


@pytest.fixture
def redis_url(redis_server_address: str) -> Iterator[str]:
    """The address of an empty Redis database, for one test; each test process has one of its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    address = f"{redis_server_address.rpartition('/')[0]}/{worker}"
    with redis.Redis.from_url(address) as client:
        client.flushdb()
        try:
            yield address
        finally:
            client.flushdb()
