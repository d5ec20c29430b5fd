"""The scratch database: the facts of all books in one place, to be judged together."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

from audit.facts import FACTS

CACHE_KIB = 32_768
PRAGMAS = (
    "journal_mode=OFF",  # what is lost with this process is not missed
    "synchronous=OFF",
    "temp_store=FILE",  # sorting what millions of orders say stays out of memory
    f"cache_size=-{CACHE_KIB}",
)
FILES = {
    "asked": ("key", "status", "order_id"),
    "tapped": ("id", "type", "source", "subject", "digest", "poisoned"),
}
"""What is copied from the files that not everybody has."""
TABLES: Mapping[str, Sequence[str]] = {
    **{fact.name: tuple(fact.columns) for book in FACTS.values() for fact in book},
    **FILES,
}

Parameters = Mapping[str, object]


class Scratch:
    """A table for each fact, without types, so that every value stays what the book says."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.create_function("reais", 1, reais, deterministic=True)
        for pragma in PRAGMAS:
            self.run(f"PRAGMA {pragma}")
        for table, columns in TABLES.items():
            self.run(f"CREATE TABLE {table} ({', '.join(columns)})")
        self.run("BEGIN")

    def add(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Keep some rows."""
        marks = ", ".join("?" * len(TABLES[table]))
        self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def run(self, statement: str, parameters: Parameters | None = None) -> None:
        """Prepare something."""
        self._connection.execute(statement, parameters or {})

    def select(self, statement: str, parameters: Parameters) -> Iterator[tuple[object, ...]]:
        """What a query finds, row by row."""
        return self._connection.execute(statement, parameters)

    def count(self, among: str) -> int:
        """How many rows there are, by a FROM clause."""
        row: tuple[int] = self._connection.execute(f"SELECT count(*) FROM {among}").fetchone()
        return row[0]


@contextmanager
def scratch() -> Iterator[Scratch]:
    """A scratch database in a temporary file without a name, gone with the process at the latest."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        yield Scratch(connection)


def reais(centavos: object) -> str | None:
    """Whole centavos as an amount of money; what is none is told as it is."""
    if not isinstance(centavos, int):
        return None if centavos is None else f"{centavos} (not whole centavos)"
    sign = "-" if centavos < 0 else ""
    return f"{sign}R$ {abs(centavos) // 100}.{abs(centavos) % 100:02d}"
