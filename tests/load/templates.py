"""Whole sagas as rows in which the ids are left open, so that any number of orders can be made of one.

Each is driven through the real applications once; what it left in the three databases is the template.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from tests.simulation import ends
from tests.simulation.houses import embedded
from tests.simulation.world import World

ORDER, NUMBER = "@ORDER@@", "@NUMBER@"
"""Eight digits are to be put in the place of each: hexadecimal ones in ids, decimal ones at the provider."""
BOOKS: Mapping[str, tuple[str, ...]] = {
    "orders": (
        "orders",
        "order_lines",
        "order_history",
        "reservations",
        "order_payments",
        "stock_movements",
        "outbox",
        "inbox",
    ),
    "payments": (
        "charges",
        "payments",
        "refunds",
        "provider_answers",
        "notifications",
        "outbox",
        "inbox",
    ),
    "fake_checkout": ("payments", "refunds"),
}
"""The tables that grow with the orders, in a sequence that satisfies foreign keys."""
MIXTURE = {
    "finished": 60,
    "received": 2,
    "preparing": 2,
    "expired": 10,
    "rejected": 3,
    "paid_at_second_try": 4,
    "paid_twice": 1,
    "cancelled_unpaid": 6,
    "cancelled_paid": 4,
    "paid_after_cancel": 2,
    "wasted": 2,
    "partly_returned": 2,
    "charged_back": 1,
    "reimbursed_after_cancel": 1,
}
"""Of a hundred orders, so many end so."""

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
Row = tuple[object, ...]
Table = tuple[str, str]
"""By its book and its name."""
Rows = dict[Table, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Template:
    """One saga: by book and table, the columns and the rows. The provider's numbers are texts in it."""

    columns: Mapping[Table, tuple[str, ...]]
    rows: Mapping[Table, tuple[Row, ...]]


def template(end: str, at: datetime, menu: Mapping[str, str]) -> Template:
    """What an order that comes to this end leaves behind, begun at that time; `menu` are ids by name."""
    with embedded() as world:
        world.clock.time = at
        ends.ENDS[end](world)
        return _left_by(world, menu)


def menu_of(world: World) -> dict[str, str]:
    """The ids of its products by their names, which are the same in every world."""
    return {
        product["name"]: product["id"] for product in world.kiosk.get("/products?limit=200").json["items"]
    }


def _left_by(world: World, menu: Mapping[str, str]) -> Template:
    parts = (world.orders_service, world.payment_service, world.provider)
    columns: dict[Table, tuple[str, ...]] = {}
    rows: Rows = {}
    for (book, tables), part in zip(BOOKS.items(), parts, strict=True):
        with closing(sqlite3.connect(part.database.engine.url.database or "")) as connection:
            for table in tables:
                found = connection.execute(f"SELECT * FROM {table}")
                columns[book, table] = tuple(column[0] for column in found.description)
                rows[book, table] = tuple(found)
    position = columns["orders", "stock_movements"].index("order_id")
    rows["orders", "stock_movements"] = tuple(
        row for row in rows["orders", "stock_movements"] if row[position] is not None
    )
    _open("orders", "orders", "number", columns, rows)
    _open("payments", "notifications", "fingerprint", columns, rows)
    return Template(columns, _opened(rows, {own: menu[name] for name, own in menu_of(world).items()}))


def _open(book: str, table: str, column: str, columns: dict[Table, tuple[str, ...]], rows: Rows) -> None:
    """What else may not be there twice begins with the order's digits."""
    position = columns[book, table].index(column)
    rows[book, table] = tuple(
        (*row[:position], ORDER + str(row[position])[len(ORDER) :], *row[position + 1 :])
        for row in rows[book, table]
    )


def _opened(rows: Rows, products: Mapping[str, str]) -> Rows:
    """With every id of this one order open, and of the products those of the menu."""
    texts = [str(value) for table in rows.values() for row in table for value in row]
    uuids = sorted({found for text in texts for found in UUID.findall(text)} - products.keys())
    numbers = sorted(
        {str(row[0]) for table in BOOKS["fake_checkout"] for row in rows["fake_checkout", table]}
    )
    open_ids = {one: f"{ORDER}-{index:04x}{one[13:]}" for index, one in enumerate(uuids)}
    open_ids |= {one: f"4{NUMBER}{index:02d}" for index, one in enumerate(numbers)}
    open_ids |= products
    return {table: tuple(_opened_row(row, open_ids) for row in found) for table, found in rows.items()}


def _opened_row(row: Row, open_ids: Mapping[str, str]) -> Row:
    return tuple(_opened_value(value, open_ids) for value in row)


def _opened_value(value: object, open_ids: Mapping[str, str]) -> object:
    whole = open_ids.get(str(value))
    if whole is not None or not isinstance(value, str):
        return value if whole is None else whole
    for one, opened in open_ids.items():
        value = value.replace(one, opened)
    return value


def ends_by_share(shares: Mapping[str, int]) -> Iterator[tuple[str, range]]:
    """Each end with the remainders of a hundred that orders of it have."""
    first = 0
    for end, share in shares.items():
        yield end, range(first, first + share)
        first += share
