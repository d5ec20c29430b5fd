"""Connections to SQLite that are safe, and that do not wait for ever."""

import sqlite3

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from servicekit.database.patience import MAX_WAIT_SECONDS, patience_left


def set_up_sqlite(engine: Engine) -> None:
    """Have the engine's connections write safely, and keep to the patience of whoever uses them."""
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    milliseconds = int(patience_left(MAX_WAIT_SECONDS) * 1000)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
    # A deferred transaction that turns into a writer fails at once where others write; IMMEDIATE waits.
    deferred = connection.get_execution_options().get("sqlite_deferred", False)
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")
