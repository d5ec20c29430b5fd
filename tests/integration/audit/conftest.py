"""Legitimate books: an order for each end, driven through the real applications, copied for each test."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.auditor import audit
from audit.report import Report
from audit.sources import Sources
from tests.simulation.ends import ENDS, awaiting
from tests.simulation.houses import embedded
from tests.simulation.world import World

FILES = {"orders": "orders.sqlite3", "payments": "payments.sqlite3", "provider": "books.sqlite3"}


@dataclass(frozen=True)
class Books:
    """Three files, the ids of their orders by their ends, and the time when they were left."""

    folder: Path
    orders: dict[str, str]
    now: datetime

    @property
    def addresses(self) -> dict[str, str]:
        """By book."""
        return {book: f"sqlite:///{self.folder / file}" for book, file in FILES.items()}

    def audit(self, *, settle: int = 0, later: timedelta = timedelta(0), **files: Path) -> Report:
        """What the auditor says, so much later."""
        sources = Sources(**self.addresses, **files)
        return audit(sources, settle=timedelta(seconds=settle), now=self.now + later)

    def change(self, book: str, *statements: str) -> None:
        """Do what no service would. `:end` is the id of the order with this end."""
        with closing(sqlite3.connect(self.folder / FILES[book])) as connection, connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for statement in statements:
                changed = connection.execute(statement, self.orders)
                assert changed.rowcount != 0, f"changes nothing: {statement}"

    def ask(self, book: str, question: str) -> Any:
        """The one value that a query finds."""
        with closing(sqlite3.connect(self.folder / FILES[book])) as connection:
            return connection.execute(question, self.orders).fetchone()[0]


def drive_every_end(world: World) -> dict[str, str]:
    """The ids of the orders by the ends that they came to."""
    orders: dict[str, str] = {}
    for end, drive in {**ENDS, awaiting.__name__: awaiting}.items():
        before = len(world.orders)
        drive(world)
        if len(world.orders) > before:
            orders[end] = world.orders[-1]
    return orders


@pytest.fixture(scope="session")
def _legitimate(tmp_path_factory: pytest.TempPathFactory) -> Books:
    folder = tmp_path_factory.mktemp("legitimate")
    with embedded() as world:
        orders = drive_every_end(world)
        world.close()
        for file in FILES.values():
            source = Path(world.orders_service.database.engine.url.database or "").parent
            shutil.copy(source / file, folder)
    return Books(folder, orders, world.clock.time)


@pytest.fixture
def books(_legitimate: Books, tmp_path: Path) -> Books:
    """A copy of them."""
    folder = tmp_path / "books"
    shutil.copytree(_legitimate.folder, folder)
    return Books(folder, _legitimate.orders, _legitimate.now)
