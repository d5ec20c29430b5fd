"""A book in a SQLite file."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import quote

from audit.books.book import BATCH, CannotRead, Rows
from audit.facts import FACTS, PROVIDER, Fact

LOCK_SECONDS = 5.0
COARSENESS = timedelta(seconds=1)
"""The clocks of files lag behind by less than this."""
SIGNS = ("st_ino", "st_size", "st_mtime_ns")
"""By these a file shows that it was written."""


class SqliteDialect:
    """The words of SQLite, and how times are kept there."""

    def number(self, column: str) -> str:
        """Truths are kept as numbers."""
        return column

    def text(self, column: str) -> str:
        """As text."""
        return f"CAST({column} AS TEXT)"

    def instant(self, column: str) -> str:
        """Times are kept as the text that is wanted."""
        return column

    def member(self, column: str, name: str) -> str:
        """As text."""
        return f"CAST(json_extract({column}, '$.{name}') AS TEXT)"

    def header(self, column: str, name: str) -> str:
        """Whatever the case."""
        return f"(SELECT value FROM json_each({column}) WHERE lower(key) = '{name}')"


class SqliteBook:
    """Reads the file beside whoever writes it.

    While a system runs, or after it was killed, the log beside the file says what is true, and reading takes
    part in it. A file without a log lies still. It is read as one that cannot change, because reading it in
    any other way would make a new log in the folder; whether it did lie still is seen at the end.
    """

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self._path = Path(address.partition("://")[2].removeprefix("/"))
        self._dialect = SqliteDialect()

    def __enter__(self) -> Self:
        with self._told():
            self._before = self._path.stat()
            self._still = not self._has_log()
            options = "mode=ro&immutable=1" if self._still else "mode=ro"
            address = f"file:{quote(str(self._path.absolute()))}?{options}"
            self._connection = sqlite3.connect(address, uri=True, timeout=LOCK_SECONDS, isolation_level=None)
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def now(self) -> datetime:
        """The machine's clock; of a file that lies still, the time when it was left.

        Nothing has gone on since then, so no order can have been forgotten meanwhile.
        """
        if self._still:
            return datetime.fromtimestamp(self._before.st_mtime, UTC) + COARSENESS
        with self._told():
            (now,) = self._connection.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')").fetchone()
        return datetime.fromisoformat(now).replace(tzinfo=UTC)

    def offset(self) -> timedelta:
        """Of the provider's virtual clock."""
        if self.name != PROVIDER:
            return timedelta()
        with self._told():
            seconds = "SELECT json_extract(setting, '$.offset_seconds') FROM workbench WHERE name = 'clock'"
            row = self._connection.execute(seconds).fetchone()
        return timedelta(seconds=row[0] if row else 0)

    def begin(self) -> None:
        """The first thing that is read fixes the moment."""
        with self._told():
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()

    def size(self) -> int:
        """By the numbers of the rows, which SQLite gives in sequence."""
        with self._told():
            tables = [fact.table for fact in FACTS[self.name]]
            asked = (f"SELECT coalesce(max(rowid), 0) FROM {table}" for table in tables)
            return sum(self._connection.execute(sql).fetchone()[0] for sql in asked)

    def rows(self) -> Iterator[tuple[Fact, Rows]]:
        """Table after table."""
        with self._told():
            for fact in FACTS[self.name]:
                cursor = self._connection.execute(fact.select(self._dialect))
                while batch := cursor.fetchmany(BATCH):
                    yield fact, batch

    def finish(self) -> None:
        """Raises CannotRead where a file that lay still no longer does."""
        with self._told():
            now = self._path.stat()
            same = all(getattr(now, sign) == getattr(self._before, sign) for sign in SIGNS)
            if self._still and (self._has_log() or not same):
                raise CannotRead(self.name, "it began to be written while it was read; run the audit again")

    def _has_log(self) -> bool:
        return any(os.path.exists(f"{self._path}{suffix}") for suffix in ("-wal", "-journal"))  # noqa: PTH110

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CannotRead(self.name, f"{self._path}: {error.strerror}") from error
        except sqlite3.Error as error:
            raise CannotRead(self.name, f"{self._path}: {error}") from error
