"""Connections to PostgreSQL that do not wait for ever."""

import math
import socket
import time
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from servicekit.database.patience import MAX_WAIT_SECONDS, patience_left

STATEMENT_TIMEOUT_SECONDS = 15
IDLE_SECONDS = 30
"""Whoever stops for so long amid a transaction has stopped for good, and still holds its locks."""
SILENCE_SECONDS = 25
"""A server that has not answered for so long never will: it ends what takes too long, and says so."""
GRACE_SECONDS = 0.5
"""When time is up the server says so by itself; only when it says nothing is the connection given up."""
LEAST_SECONDS_TO_CONNECT = 2
"""libpq cannot be asked to be quicker."""


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server does not answer while there is patience."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for the server's answer. Raises psycopg's errors; OperationalError with the connection."""
        longest = patience_left(SILENCE_SECONDS) + GRACE_SECONDS
        try:
            return super().wait(gen, interval, longest if timeout is None else timeout)
        except psycopg.Error as error:
            if self.info.transaction_status is TransactionStatus.ACTIVE:
                self.close()  # the answer may come yet, and nobody would know to which question
            if self.closed and not isinstance(error, psycopg.OperationalError):
                # Some ends of a connection (25P03) have the class of a program's faults, which they are not.
                raise psycopg.OperationalError(str(error)) from error
            raise


def wait_no_longer(engine: Engine) -> None:
    """Have the engine's connections keep to the patience of whoever uses them."""
    event.listen(engine, "do_connect", _Connector().connect)
    event.listen(engine, "begin", _begin)


def bounded_waits() -> dict[str, str | int]:
    """For libpq: the server ends what takes too long, the system a connection whose other end is silent."""
    limits = {
        "lock_timeout": MAX_WAIT_SECONDS,
        "statement_timeout": STATEMENT_TIMEOUT_SECONDS,
        "idle_in_transaction_session_timeout": IDLE_SECONDS,
    }
    waits = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
    return {
        "options": f"{waits} -c timezone=UTC",
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": SILENCE_SECONDS * 1000,
    }


class _Connector:
    """Opens an engine's connections, and tries first the address of its host that failed the longest ago.

    One that is silent can take all the time there is, and would take it from the others each time anew.
    """

    def __init__(self) -> None:
        self._failed_at: dict[str, float] = {}

    def connect(
        self, _dialect: Dialect, _entry: ConnectionPoolEntry, arguments: list[Any], options: dict[str, Any]
    ) -> ImpatientConnection:
        addresses = sorted(_addresses(options), key=lambda one: self._failed_at.get(str(one), -math.inf))
        failure: Exception = PoolTimeoutError("too little time is left to connect")
        for tried, address in enumerate(addresses):
            left = patience_left(MAX_WAIT_SECONDS)
            if left < LEAST_SECONDS_TO_CONNECT:
                break
            seconds = max(LEAST_SECONDS_TO_CONNECT, math.floor(left / (len(addresses) - tried)))
            share = {"connect_timeout": seconds}
            try:
                return ImpatientConnection.connect(*arguments, **options | address | share)
            except psycopg.OperationalError as error:
                self._failed_at[str(address)] = time.monotonic()
                failure = error
        raise failure


def _addresses(options: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each address of the host: psycopg would give each of them all of the time, one after the other."""
    host = options.get("host", "")
    if not host or host.startswith("/") or "," in host:
        return [{}]
    try:
        found = socket.getaddrinfo(host, options.get("port"), type=socket.SOCK_STREAM)
    except OSError as error:
        raise psycopg.OperationalError(f"the database's host has no address: {error}") from error
    return [{"hostaddr": str(address[0])} for *_kind, address in found]


def _begin(connection: Connection) -> None:
    """Whoever has waited already waits for a lock only as long as is left."""
    left = patience_left(MAX_WAIT_SECONDS)
    if left < MAX_WAIT_SECONDS - GRACE_SECONDS:
        milliseconds = max(1, int(left * 1000))  # 0 would be for ever
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
