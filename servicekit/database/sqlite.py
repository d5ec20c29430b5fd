"""Connections to SQLite that are safe, and that do not wait for ever."""

import sqlite3

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from servicekit.database.patience import MAX_WAIT_SECONDS, patience_left

CHECKPOINT_MILLISECONDS = 500


def set_up_sqlite(engine: Engine) -> None:
    """Have the engine's connections write safely, and keep to the patience of whoever uses them."""
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def forget_overwritten(engine: Engine) -> None:
    """Bring the log home and empty it: until then it tells what stood in the pages before.

    Deleted bytes are overwritten by themselves (secure_delete). Where somebody reads all the while, the log
    stays until a later checkpoint.
    """
    pooled = engine.raw_connection()
    try:
        pooled.execute(f"PRAGMA busy_timeout={CHECKPOINT_MILLISECONDS}")
        pooled.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        pooled.close()


def _begin(connection: Connection) -> None:
    milliseconds = int(patience_left(MAX_WAIT_SECONDS) * 1000)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
    # A deferred transaction that turns into a writer fails at once where others write; IMMEDIATE waits.
    deferred = connection.get_execution_options().get("sqlite_deferred", False)
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")
