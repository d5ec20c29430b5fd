"""A book in a PostgreSQL database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import psycopg
from psycopg import sql
from psycopg.abc import RV, PQGen

from audit.books.book import BATCH, CannotRead, Rows
from audit.facts import FACTS, PROVIDER, Fact

PATIENCE: Mapping[str, Any] = {
    "connect_timeout": 5,
    "options": "-c timezone=UTC -c lock_timeout=5s -c statement_timeout=0",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

SILENCE_SECONDS = 60
"""A server that has sent nothing for so long, though it has only to read on, is not there any more."""


class _Connection(psycopg.Connection[Any]):
    """Waits for a server only as long as it may be there."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Raises OperationalError when nothing comes."""
        return super().wait(gen, interval, timeout or SILENCE_SECONDS)


class PostgresqlDialect:
    """The words of PostgreSQL."""

    def number(self, column: str) -> str:
        """Truths are a kind of their own there."""
        return f"CAST({column} AS integer)"

    def text(self, column: str) -> str:
        """As text."""
        return f"CAST({column} AS text)"

    def instant(self, column: str) -> str:
        """In UTC, to the microsecond."""
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"

    def member(self, column: str, name: str) -> str:
        """As text. What is kept as text is read as JSON first."""
        return f"CAST({column} AS jsonb) ->> '{name}'"

    def header(self, column: str, name: str) -> str:
        """Whatever the case."""
        return f"(SELECT value FROM jsonb_each_text({column}) WHERE lower(key) = '{name}')"


class PostgresqlBook:
    """One read-only transaction that sees one moment, and a cursor in the server for each table."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self._address = "postgresql:" + address.partition(":")[2]
        self._dialect = PostgresqlDialect()

    def __enter__(self) -> Self:
        with self._told():
            try:
                self._connection = _Connection.connect(self._address, **PATIENCE)
            except psycopg.ProgrammingError as error:  # it cites the address, and that can hold a password
                raise CannotRead(self.name, "its address is not one of PostgreSQL's") from error
            self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            self._connection.read_only = True
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def now(self) -> datetime:
        """The server's clock."""
        now: datetime = self._before_the_snapshot("SELECT clock_timestamp()")
        return now.astimezone(UTC)

    def offset(self) -> timedelta:
        """Of the provider's virtual clock."""
        if self.name != PROVIDER:
            return timedelta()
        offset = "SELECT (setting ->> 'offset_seconds')::float FROM workbench WHERE name = 'clock'"
        return timedelta(seconds=self._before_the_snapshot(offset) or 0)

    def begin(self) -> None:
        """The first thing that is asked fixes the moment."""
        with self._told():
            self._ask("SELECT 1")

    def size(self) -> int:
        """As the planner guesses."""
        with self._told():
            tables = [fact.table for fact in FACTS[self.name]]
            guess = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass"
            return sum(self._ask(guess, table) for table in tables)

    def rows(self) -> Iterator[tuple[Fact, Rows]]:
        """Table after table."""
        with self._told():
            for fact in FACTS[self.name]:
                with self._connection.cursor(name="audit") as cursor:
                    cursor.execute(sql.SQL(fact.select(self._dialect)))
                    while batch := cursor.fetchmany(BATCH):
                        yield fact, batch

    def finish(self) -> None:
        """The transaction was one moment."""

    def _before_the_snapshot(self, statement: str) -> Any:
        with self._told():
            answer = self._ask(statement)
            self._connection.rollback()  # the first thing asked after it begins another transaction
        return answer

    def _ask(self, statement: str, *parameters: object) -> Any:
        row = self._connection.execute(statement, parameters).fetchone()
        return None if row is None else row[0]

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise CannotRead(self.name, error) from error
