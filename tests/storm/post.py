"""What became of the events between the services, as their books have it."""

from collections import Counter

import sqlalchemy as sa

from servicekit.database.database import Database
from tests.servers.system import System


def unpublished_by_orders(system: System) -> set[str]:
    """The ids of what orders_service has still to tell."""
    return _select(system.books[0], "SELECT id, type FROM outbox WHERE published_at IS NULL").keys()


def heard_by_payments(system: System) -> set[str]:
    """The ids of what payment_service was told."""
    return _select(system.books[1], "SELECT id, type FROM inbox").keys()


def lost_events(system: System) -> Counter[str]:
    """What was published by either and did not arrive at the other: how many of each type."""
    said, heard = {}, {}
    for book in system.books[:2]:
        said |= _select(book, "SELECT id, type FROM outbox WHERE published_at IS NOT NULL")
        heard |= _select(book, "SELECT id, type FROM inbox")
    return Counter(said[one] for one in said.keys() - heard.keys())


def _select(book: str, query: str) -> dict[str, str]:
    database = Database(book)
    with database.read() as connection:
        found = {row.id: row.type for row in connection.execute(sa.text(query))}
    database.dispose()
    return found
