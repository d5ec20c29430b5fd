"""A database and its transactions.

A transaction that is opened inside another one joins it as a savepoint. That is how an inbox row is marked
done, or an idempotency key stored, in the very transaction of the use case that knows nothing of either.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import RootTransaction
from sqlalchemy.engine.base import NestedTransaction

from servicekit.database.clock import Clock, database_clock
from servicekit.database.commits import Commits
from servicekit.database.patience import MAX_WAIT_SECONDS, patience_left
from servicekit.database.postgresql import bounded_waits, wait_no_longer
from servicekit.database.sqlite import forget_overwritten, set_up_sqlite
from servicekit.database.turns import Turns


class Transaction:
    """An open write transaction. Whoever opened it commits it; otherwise it is rolled back."""

    def __init__(
        self, connection: Connection, scope: RootTransaction | NestedTransaction, clock: Clock
    ) -> None:
        self.connection = connection
        self.committed = False
        self._scope = scope
        self._clock = clock

    def now(self) -> datetime:
        """The database's time in UTC."""
        return self._clock(self.connection)

    def commit(self) -> None:
        """Keep what was written (a joined transaction: as part of the outer one)."""
        self._scope.commit()
        self.committed = True

    def is_open(self) -> bool:
        """Whether it can still be written in: neither committed nor rolled back."""
        return self._scope.is_active


class Database:
    """One service's database: PostgreSQL or SQLite, by its URL. It connects when it is first used."""

    def __init__(self, url: str, *, clock: Clock = database_clock, pool_size: int = 10) -> None:
        self.engine = _engine(url, pool_size)
        _engines.add(self.engine)
        self.dialect = self.engine.dialect.name
        self.commits = Commits()
        self.clock = clock
        self._turns = Turns()
        self._places = Turns(pool_size)
        self._open: ContextVar[Transaction | None] = ContextVar("open_transaction", default=None)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A write transaction, rolled back unless committed; joins the one open in this context.

        Raises SQLAlchemy's OperationalError or TimeoutError when the database cannot be had in time.
        """
        outer = self._joinable()
        if outer is not None:
            with self._scope(outer.connection, outer.connection.begin_nested()) as transaction:
                yield transaction
            return
        with self._turn(), self._connection() as connection:
            changes = _changes(connection)
            with self._scope(connection, connection.begin()) as transaction:
                token = self._open.set(transaction)
                try:
                    yield transaction
                finally:
                    self._open.reset(token)
            if transaction.committed and _changes(connection) != changes:
                self.commits.add()

    def _turn(self) -> AbstractContextManager[None]:
        """PostgreSQL has many writers at once; and whoever comes again in the same context has the turn."""
        if self.dialect != "sqlite" or self._open.get() is not None:
            return nullcontext()
        return self._turns.take(patience_left(MAX_WAIT_SECONDS))

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """The pool alone would let everybody wait equally long, however long they have waited before."""
        with self._places.take(patience_left(MAX_WAIT_SECONDS)), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _scope(
        self, connection: Connection, scope: RootTransaction | NestedTransaction
    ) -> Iterator[Transaction]:
        try:
            yield Transaction(connection, scope, self.clock)
        finally:
            if scope.is_active:
                scope.rollback()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read from: a snapshot of its own, or the transaction open in this context."""
        outer = self._joinable()
        if outer is not None:
            yield outer.connection
            return
        with self._connection() as connection:
            if self.dialect == "sqlite":
                yield connection.execution_options(sqlite_deferred=True)
            else:
                yield connection.execution_options(
                    postgresql_readonly=True, isolation_level="REPEATABLE READ"
                )

    def now(self) -> datetime:
        """The database's time in UTC."""
        with self.read() as connection:
            return self.clock(connection)

    def forget_overwritten(self) -> None:
        """Let go of what erased rows have left in the database's own files, as far as it can be done now.

        PostgreSQL does it by itself, when it vacuums; its copies and archives are the operator's. Inside of
        a transaction there is nothing to let go of yet.
        """
        if self.dialect == "sqlite" and not self.in_transaction():
            with self._turn(), self._places.take(patience_left(MAX_WAIT_SECONDS)):
                forget_overwritten(self.engine)

    def in_transaction(self) -> bool:
        """Whether a write transaction is open in this context."""
        return self._joinable() is not None

    def _joinable(self) -> Transaction | None:
        outer = self._open.get()
        return outer if outer is not None and outer.is_open() else None

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


_engines: WeakSet[Engine] = WeakSet()


def _forget_connections() -> None:
    """After a fork the open connections are the parent's: two processes on one would mix up their words."""
    for engine in _engines:
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_connections)


def _engine(url: str, pool_size: int) -> Engine:
    options: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": 0,
        "pool_timeout": MAX_WAIT_SECONDS,
        "hide_parameters": True,  # errors are logged, and the values can be personal data
    }
    if sa.make_url(url).get_backend_name() == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": MAX_WAIT_SECONDS}, **options)
        set_up_sqlite(engine)
    else:
        engine = sa.create_engine(url, connect_args=bounded_waits(), **options)
        wait_no_longer(engine)
    return engine


def _changes(connection: Connection) -> int:
    """How many rows this connection has written so far. PostgreSQL's clients do not count: always 0."""
    return getattr(connection.connection.driver_connection, "total_changes", 0)
