"""The emulator's books: in memory, in SQLite, in PostgreSQL. The same tests run over each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

import pytest

from fake_checkout.bootstrap import MIGRATIONS
from fake_checkout.infrastructure.repositories.books_query import BooksQuery
from fake_checkout.infrastructure.unit_of_work import UnitOfWork
from fake_checkout.ports.books_query_port import BooksQueryPort
from fake_checkout.ports.unit_of_work_port import UnitOfWorkPort
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from tests.builders.fake_checkout import NOON
from tests.fakes.fake_checkout.books import FakeBooks
from tests.fakes.servicekit.copies import prepared


@dataclass
class RealBooks:
    """Books in a database, with a clock that tests set."""

    database: Database
    real_now: datetime = NOON
    numbers: Iterator[int] = field(default_factory=lambda: count(310_000_000_000))

    def uow(self) -> UnitOfWorkPort:
        return UnitOfWork(self.database, lambda: next(self.numbers))

    @property
    def query(self) -> BooksQueryPort:
        return BooksQuery(self.database, lambda _: self.real_now)


def real_books(url: str) -> RealBooks:
    """Books in an empty database, migrated."""
    holder: list[RealBooks] = []
    database = Database(url, clock=lambda _: holder[0].real_now)
    holder.append(RealBooks(database))
    prepared(database, "provider", lambda: upgrade(database, MIGRATIONS))
    return holder[0]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def books(request: pytest.FixtureRequest):
    if request.param == "memory":
        yield FakeBooks()
        return
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    books = real_books(str(request.getfixturevalue(fixture)))
    yield books
    books.database.dispose()


@pytest.fixture
def stored_books(database_url: str):
    """Books in a database alone, for what only databases promise."""
    books = real_books(database_url)
    yield books
    books.database.dispose()
