"""Does anything get slower as history grows? `python -m tests.load.history --orders 1000000`.

Two orders databases on a PostgreSQL of its own, one with a thousand past orders and one with very many, and
the same menu and open orders in both. The service, composed in this process over each, answers the same
requests in turns, so that what else the machine does hits both alike. Printed are the medians, and what the
large history costs times what the small one does.
"""

import random
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import psycopg
from psycopg import sql

from orders_service.bootstrap import Container
from orders_service.domain.order_progress import OrderStatus
from orders_service.domain.payment import AttemptTold, PaymentMethod, PaymentStatus
from orders_service.domain.product import StockReason
from orders_service.domain.staff import OPERATOR, Role
from orders_service.entrypoints.rest.app import DEFAULT_STORE, create_app
from orders_service.infrastructure import database as tables
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.usecases.add_staff_usecase import AddStaff
from orders_service.usecases.advance_order_usecase import AdvanceOrder
from orders_service.usecases.confirm_payment_usecase import ConfirmPayment
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from servicekit.observability.logs import configure_logs
from tests.conftest import fresh_database
from tests.fakes.orders_service.composed import composed
from tests.load.make_books import AGO, fill, quickly, take_over_catalogue
from tests.load.templates import BOOKS, template
from tests.servers.postgresql import PostgresqlServer

FEW = 1_000
OPEN = 40
"""Orders in the kitchen, as on a busy evening."""
LOOKED_AT = 50
"""Past orders that are asked for, each once before it counts: what is measured is the work, not the disk."""
WARM_UP = 20
TARGET = 1.2
PAST = {"finished": 70, "expired": 12, "rejected": 3, "cancelled_unpaid": 8, "cancelled_paid": 5, "wasted": 2}
"""Of a hundred orders that have ended, so many ended so."""
BATCH = 20_000
COOK, PASSWORD = "ana", "for this run alone"
Ask = Callable[[], object]


def load_history(postgresql: str, orders: int) -> None:
    """Fill the migrated, empty database with the books of so many past orders, and their catalogue."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.sqlite3"
        database = Database(f"sqlite:///{path}")
        upgrade(database, tables.MIGRATIONS)
        database.dispose()
        menu = take_over_catalogue(path)
        templates = {end: template(end, datetime.now(UTC) - AGO, menu) for end in PAST}
        with quickly(path) as source:
            fill("orders", source, templates, orders, PAST)
            with psycopg.connect(postgresql, options="-c timezone=UTC") as target:
                # Rows come table by table, and all that they refer to comes with them.
                target.execute("SET session_replication_role = replica")
                for table in ("stores", "products", "stock", *BOOKS["orders"]):
                    _copy(table, source, target)
            with psycopg.connect(postgresql, autocommit=True) as target:
                target.execute("VACUUM ANALYZE")
                target.execute("CHECKPOINT")


def _copy(table: str, source: sqlite3.Connection, target: psycopg.Connection) -> None:
    rows = source.execute(f"SELECT * FROM {table}")
    columns = sql.SQL(", ").join(sql.Identifier(column[0]) for column in rows.description)
    (count,) = source.execute(f"SELECT count(*) FROM {table}").fetchone()
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    with (
        target.cursor() as cursor,
        cursor.copy(into) as copy,
        click.progressbar(length=count, label=f"{table:<16}", file=sys.stderr) as progress,
    ):
        while batch := rows.fetchmany(BATCH):
            for row in batch:
                copy.write_row(row)
            progress.update(len(batch))


class Restaurant:
    """The service over one of the databases, with some orders open; `questions` are what is measured."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._http = create_app(container).test_client()
        self._menu = self._http.get("/products?limit=200").json["items"]
        self._deliver_plenty()
        container.usecases.add_staff.execute(AddStaff(DEFAULT_STORE, COOK, Role.KITCHEN, PASSWORD, OPERATOR))
        signed_in = self._http.post("/auth/token", json={"username": COOK, "password": PASSWORD})
        self._kitchen = {"Authorization": f"Bearer {signed_in.json['access_token']}"}
        with container.database.read() as connection:
            past = connection.exec_driver_sql(f"SELECT id FROM orders ORDER BY random() LIMIT {LOOKED_AT}")
            self._past = [row.id for row in past]
        for order_id in self._past:
            self._get(f"/orders/{order_id}")
        for number in range(OPEN):
            self._receive(prepare=number % 2 == 0)
        self.questions: dict[str, Ask] = {
            "GET /orders": lambda: self._get("/orders", self._kitchen),
            "GET /products": lambda: self._get("/products"),
            "GET /orders/{id}": lambda: self._get(f"/orders/{random.choice(self._past)}"),
            "POST /orders/checkout": self._check_out,
        }

    def _deliver_plenty(self) -> None:
        container = self._container
        with OrdersUnitOfWork(container.database, container.outbox) as uow:
            for product in self._menu:
                if product["available"] is not None:
                    uow.stock.receive(DEFAULT_STORE, product["id"], 1_000_000, StockReason.BATCH, uow.now())
            uow.commit()

    def _get(self, path: str, headers: dict[str, str] | None = None) -> None:
        assert self._http.get(path, headers=headers).status_code == 200

    def _check_out(self) -> str:
        items = [{"product_id": one["id"], "quantity": 1} for one in random.sample(self._menu, 3)]
        answer = self._http.post("/orders/checkout", json={"items": items})
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def _receive(self, *, prepare: bool) -> None:
        order_id, usecases = self._check_out(), self._container.usecases
        told = AttemptTold(f"payment-{order_id}", 1, PaymentStatus.APPROVED, PaymentMethod.PIX, 1, 1)
        usecases.confirm_payment.execute(ConfirmPayment(DEFAULT_STORE, order_id, told))
        if prepare:
            usecases.advance_order.execute(AdvanceOrder(DEFAULT_STORE, order_id, OrderStatus.IN_PREPARATION))


def measure(small: Restaurant, large: Restaurant, rounds: int) -> dict[str, tuple[float, float]]:
    """Seconds that each question takes, as a median, of the small history and of the large one."""
    taken: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in small.questions}
    label = "measuring"
    with click.progressbar(range(WARM_UP + rounds), label=f"{label:<16}", file=sys.stderr) as turns:
        for turn in turns:
            for name, seconds in taken.items():
                sides = [(small, seconds[0]), (large, seconds[1])]
                for restaurant, into in sides if turn % 2 else reversed(sides):
                    began = time.perf_counter()
                    restaurant.questions[name]()
                    if turn >= WARM_UP:
                        into.append(time.perf_counter() - began)
    return {name: (median(few), median(many)) for name, (few, many) in taken.items()}


@click.command(help="Compare what requests cost with few and with many past orders.")
@click.option("--orders", type=click.IntRange(min=FEW), default=1_000_000, show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=300, show_default=True)
def main(orders: int, rounds: int) -> None:
    """Exit with 1 where something costs more than the target allows."""
    configure_logs("CRITICAL", readable=False)
    server = PostgresqlServer()
    with ExitStack() as stack:
        server.start()
        stack.callback(server.stop)
        restaurants = []
        for size in (FEW, orders):
            click.echo(f"Loading {size:,} past orders", err=True)
            url = stack.enter_context(fresh_database(server.address))
            database = Database(url)
            upgrade(database, tables.MIGRATIONS)
            database.dispose()
            load_history(url, size)
            container = composed(url)
            stack.callback(container.database.dispose)
            restaurants.append(Restaurant(container))
        measured = measure(restaurants[0], restaurants[1], rounds)
    worst = max(many / few for few, many in measured.values())
    click.echo(f"{'median, ms':<24}{FEW:>12,}{orders:>12,}{'ratio':>8}")
    for name, (few, many) in measured.items():
        click.echo(f"{name:<24}{few * 1000:>12.2f}{many * 1000:>12.2f}{many / few:>8.2f}")
    click.echo(f"worst ratio {worst:.2f}, target {TARGET}")
    sys.exit(worst > TARGET)


if __name__ == "__main__":
    main()
