"""Make consistent books of very many orders: `python -m tests.load.make_books --orders 1000000 FOLDER`.

The three files are those of an embedded run, by the real migrations. Orders are copies of a few whole sagas,
made inside SQLite. What the audit does not read is left out: webhooks that were sent, recorded calls.
"""

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

import fake_checkout.bootstrap
import orders_service.infrastructure.database
import payment_service.infrastructure.database
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from servicekit.observability.logs import configure_logs
from tests.load.templates import BOOKS, MIXTURE, NUMBER, ORDER, Template, ends_by_share, menu_of, template
from tests.simulation.houses import embedded

MIGRATIONS = {
    "orders": orders_service.infrastructure.database.MIGRATIONS,
    "payments": payment_service.infrastructure.database.MIGRATIONS,
    "fake_checkout": fake_checkout.bootstrap.MIGRATIONS,
}
CATALOGUE = ("stores", "products", "stock", "stock_movements")
CHUNK = 10_000
AGO = timedelta(days=2)
QUICKLY = ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000")

# More was sold than there ever was: so much is delivered that everything that is reserved is on the shelf.
DELIVERED = (
    """
    CREATE TEMP TABLE held AS SELECT product_id, sum(quantity) AS units FROM reservations
    WHERE state IN ('HELD', 'COMMITTED') GROUP BY product_id
    """,
    """
    CREATE TEMP TABLE moved AS SELECT product_id, sum(delta) AS units FROM stock_movements GROUP BY product_id
    """,
    """
    INSERT INTO stock_movements (id, store, product_id, reason, delta, at)
    SELECT 'delivery-' || product_id, store, product_id, 'batch',
        1000 + coalesce(held.units, 0) - moved.units, '2026-01-01 00:00:00.000000'
    FROM stock JOIN moved USING (product_id) LEFT JOIN held USING (product_id)
    """,
    """
    UPDATE stock SET reserved = coalesce(held.units, 0), on_hand = 1000 + coalesce(held.units, 0)
    FROM moved LEFT JOIN held USING (product_id) WHERE moved.product_id = stock.product_id
    """,
)


def make_books(folder: Path, orders: int) -> None:
    """Fill the folder with the books of so many orders, of all ends mixed."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {book: folder / f"{book}.sqlite3" for book in BOOKS}
    for book, path in paths.items():
        database = Database(f"sqlite:///{path}")
        upgrade(database, MIGRATIONS[book])
        database.dispose()
    menu = take_over_catalogue(paths["orders"])
    templates = {end: template(end, datetime.now(UTC) - AGO, menu) for end in MIXTURE}
    for book, path in paths.items():
        with quickly(path) as connection:
            fill(book, connection, templates, orders, MIXTURE)
            if book == "orders":
                _run(connection, DELIVERED)


def take_over_catalogue(path: Path) -> dict[str, str]:
    """The ids of the products by name."""
    with embedded() as world, closing(sqlite3.connect(path)) as connection:
        connection.execute("ATTACH ? AS source", (world.orders_service.database.engine.url.database,))
        with connection:
            _run(connection, (f"INSERT INTO {table} SELECT * FROM source.{table}" for table in CATALOGUE))
        return menu_of(world)


@contextmanager
def quickly(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for filling the file: its indexes are made afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        _run(connection, (f"PRAGMA {pragma}" for pragma in QUICKLY))
        indexes = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql > ''")
        made_later = dict(indexes.fetchall())
        _run(connection, (f"DROP INDEX {name}" for name in made_later))
        yield connection
        _run(connection, made_later.values())
        connection.execute("PRAGMA journal_mode=WAL")


def fill(
    book: str,
    connection: sqlite3.Connection,
    templates: Mapping[str, Template],
    orders: int,
    mixture: Mapping[str, int],
) -> None:
    """Add so many orders to one of the books, of the ends that the mixture names, by their shares."""
    connection.execute("CREATE TEMP TABLE numbers (n INTEGER PRIMARY KEY, hexadecimal TEXT, decimal TEXT)")
    copies = [
        copy
        for end, shares in ends_by_share(mixture)
        for copy in _copies(book, connection, templates[end], end, shares)
    ]
    starts = range(0, orders, CHUNK)
    with click.progressbar(starts, label=f"{book:<14}", file=sys.stderr) as chunks:
        for start in chunks:
            connection.execute("BEGIN")
            connection.execute("DELETE FROM numbers")
            wanted = ((n, f"{n:08x}", f"{n:08d}") for n in range(start, min(start + CHUNK, orders)))
            connection.executemany("INSERT INTO numbers VALUES (?, ?, ?)", wanted)
            _run(connection, copies)
            connection.execute("COMMIT")


def _copies(
    book: str, connection: sqlite3.Connection, made_of: Template, end: str, shares: range
) -> Iterator[str]:
    """Statements that add the orders of this end among the numbers, after the template was put beside."""
    for table in BOOKS[book]:
        columns, rows = made_of.columns[book, table], made_of.rows[book, table]
        if not rows:
            continue
        beside = f"{end}_{table}"
        connection.execute(f"CREATE TEMP TABLE {beside} ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {beside} VALUES ({marks})", rows)
        values = (_closed(column, [row[at] for row in rows]) for at, column in enumerate(columns))
        yield (
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
            f"FROM numbers CROSS JOIN {beside} WHERE n % 100 BETWEEN {shares[0]} AND {shares[-1]}"
        )


def _closed(column: str, values: list[object]) -> str:
    """The column with the open digits filled in."""
    texts = "".join(value for value in values if isinstance(value, str))
    closed = column
    for opening, digits in ((ORDER, "hexadecimal"), (NUMBER, "decimal")):
        if opening in texts:
            closed = f"replace({closed}, '{opening}', {digits})"
    return closed


def _run(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)


@click.command(help="Make consistent books of very many orders in FOLDER.")
@click.option("--orders", type=click.IntRange(min=1), default=1_000_000, show_default=True)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def main(orders: int, folder: Path) -> None:
    """Make them."""
    configure_logs("CRITICAL", readable=False)
    make_books(folder, orders)


if __name__ == "__main__":
    main()
