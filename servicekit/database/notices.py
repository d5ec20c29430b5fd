"""Telling other processes that something was written: PostgreSQL's NOTIFY and LISTEN.

A notice says where to look, never what is there: the rows are the truth. It is sent in the transaction that
writes them, and so arrives when they can be seen, or not at all. One that is lost only costs time: whoever
listens also looks by itself every now and then.
"""

from collections.abc import Collection, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import Connection

from servicekit.database.database import Database

LONGEST_NOTICE = 7999
"""Bytes that PostgreSQL takes (its manual, NOTIFY)."""
LOOK_AT_EVERYTHING = ""
"""What is said of more than fits into a notice."""


class Notices:
    """Sends notices on a channel; on SQLite none, for there is no other process that could hear them."""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def send(self, connection: Connection, words: Collection[str]) -> None:
        """Tell of these words, none of which holds a space, once the transaction is committed."""
        if not words or connection.dialect.name != "postgresql":
            return
        notice = " ".join(sorted(words))
        if len(notice.encode()) > LONGEST_NOTICE:
            notice = LOOK_AT_EVERYTHING
        connection.execute(sa.select(sa.func.pg_notify(self.channel, notice)))


class Listener:
    """Listens on a channel, with a connection of its own; for one thread."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel
        self._connection: Connection | None = None

    def listen(self, seconds: float) -> Sequence[frozenset[str]]:
        """The notices that come in this time, each as its words: none of them means anything may be new.

        So does the first answer after each connect. Raises OSError where the database is away.
        """
        try:
            if self._connection is None:
                self._connection = self._connected()
                return [frozenset()]
            driver: Any = self._connection.connection.driver_connection
            notices = driver.notifies(timeout=seconds, stop_after=1)
            return [frozenset(notice.payload.split()) for notice in notices]
        except psycopg.Error as error:
            self.close()
            raise ConnectionError(f"not listening: {error}") from error

    def close(self) -> None:
        """Listen no longer."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _connected(self) -> Connection:
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(f"LISTEN {self._channel}")
        return connection
