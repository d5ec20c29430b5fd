"""A hundred hoarders hold whatever they can, and pay for nothing; customers can still buy."""

from collections import Counter
from datetime import timedelta
from itertools import islice

import pytest
import sqlalchemy as sa

from orders_service.bootstrap import build
from orders_service.domain.cpf import Cpf
from orders_service.domain.errors import DomainError
from orders_service.domain.hoarding import MOST_OF_KEPT_PART
from orders_service.domain.order import Order
from orders_service.domain.order_errors import HeldByUnpaidOrders, TooManyUnpaidOrders
from orders_service.domain.order_line import WantedItem
from orders_service.domain.payment import PaymentMethod
from orders_service.domain.product import StockReason
from orders_service.infrastructure.models.order_model import order_history, orders, reservations
from orders_service.infrastructure.models.product_model import products, stock
from orders_service.infrastructure.secrets import KeyedCpfDigest
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.confirm_payment_usecase import ConfirmPayment
from orders_service.usecases.sweep import Sweep
from servicekit.database.database import Database
from tests.builders.orders_service import STORE, a_client, a_product, told
from tests.fakes.orders_service.composed import StoppedClock, composed, some_settings
from tests.fakes.orders_service.secrets import FakePasswords
from tests.integration.orders_service.test_races import at_once

UNITS = 500
HOARDERS = 100
KEPT = 100
"""A fifth of the units."""


def cpf_of(number):
    """The number-th CPF, with its check digits."""
    digits = [int(digit) for digit in f"{100_000_000 + number}"]
    for first in (10, 11):
        total = sum(digit * weight for digit, weight in zip(digits, range(first, 1, -1), strict=True))
        digits.append(total * 10 % 11 % 10)
    return Cpf.parse("".join(map(str, digits)))


class Town:
    """A store with one product, and the people around it."""

    def __init__(self, container, clock=None):
        self.container = container
        self.clock = clock
        self.product = a_product()
        with self.uow() as uow:
            uow.products.add(self.product)
            uow.stock.receive(STORE, self.product.id, UNITS, StockReason.SET, uow.now())
            uow.commit()

    def uow(self):
        return OrdersUnitOfWork(self.container.database, self.container.outbox)

    def register(self, numbers):
        digest = KeyedCpfDigest(self.container.settings.cpf_digest_key)
        with self.uow() as uow:
            for number in numbers:
                uow.clients.add(STORE, a_client(), digest(cpf_of(number)))
            uow.commit()

    def order(self, units, client=None):
        """An order, or why there is none."""
        items = (WantedItem(self.product.id, units),)
        cpf = cpf_of(client) if client is not None else None
        try:
            return self.container.usecases.checkout.execute(Checkout(STORE, items, cpf, PaymentMethod.PIX))
        except DomainError as error:
            return error

    def buy(self, units, client=None):
        """Whether an order was placed, and paid at once."""
        order = self.order(units, client)
        if isinstance(order, Order):
            payment = told(f"payment-{order.id[-12:]}")
            self.container.usecases.confirm_payment.execute(ConfirmPayment(STORE, order.id, payment))
        return isinstance(order, Order)

    def hoard(self, client=None):
        """Hold as much as can be held, in the largest pieces first."""
        for units in (100, 1):
            while isinstance(self.order(units, client), Order):
                pass

    def let_expire(self):
        settings = self.container.settings
        self.clock.now += settings.time_to_pay
        while self.container.usecases.expire_orders.execute(Sweep(50)):
            pass
        self.clock.now += settings.patience
        while self.container.usecases.give_up_waiting.execute(Sweep(50)):
            pass

    @property
    def shelf(self):
        with self.container.database.read() as connection:
            row = connection.execute(sa.select(stock).where(stock.c.product_id == self.product.id)).one()
        return row.on_hand, row.reserved


@pytest.fixture
def town(sqlite_url):
    clock = StoppedClock()
    container = composed(sqlite_url, clock, demo_data=False)
    yield Town(container, clock)
    container.database.dispose()


@pytest.fixture
def crowded_town(postgres_url):
    """With limits that a crowd meets."""
    database = Database(postgres_url, pool_size=20)
    settings = some_settings(postgres_url, demo_data=False, unpaid_share_percent=50)
    container = build(settings, database=database, passwords=FakePasswords())
    container.prepare()
    yield Town(container)
    database.dispose()


def test_nameless_hoarders_leave_a_part_to_customers_who_give_their_name(town):
    town.register(range(10))
    town.hoard()
    for _ in range(HOARDERS):
        refused = town.order(1)
        assert isinstance(refused, HeldByUnpaidOrders)
        assert refused.products[0].allowed == 0
    assert town.shelf == (UNITS, UNITS - KEPT)
    assert all(town.buy(MOST_OF_KEPT_PART, client) for client in range(10))


def test_a_hundred_accounts_can_hoard_what_is_kept_for_customers_only_once(town):
    hoarders, customers = range(HOARDERS), range(HOARDERS, HOARDERS + KEPT // MOST_OF_KEPT_PART)
    town.register([*hoarders, *customers])
    rounds = HOARDERS * MOST_OF_KEPT_PART // KEPT
    unused = iter(hoarders)
    for _ in range(rounds):
        town.hoard()
        for hoarder in islice(unused, KEPT // MOST_OF_KEPT_PART):
            assert isinstance(town.order(MOST_OF_KEPT_PART, hoarder), Order)
        assert town.shelf == (UNITS, UNITS)
        town.let_expire()
        assert town.shelf == (UNITS, 0)
    town.hoard()
    for hoarder in hoarders:
        assert isinstance(town.order(1, hoarder), HeldByUnpaidOrders)
    assert all(town.buy(MOST_OF_KEPT_PART, customer) for customer in customers)
    assert town.shelf == (UNITS, UNITS)
    # And what falls free is for whoever comes, with a name or without.
    town.let_expire()
    assert town.buy(1)
    assert town.buy(1, hoarders[0])


def test_a_kiosk_with_a_long_queue_meets_no_limit(town):
    """Sixty customers without a name stand at the payment terminals at the same time."""
    waiting = [town.order(2) for _ in range(60)]
    assert all(isinstance(order, Order) for order in waiting)


def test_a_small_stock_is_sold_out_by_a_crowd(town):
    with town.uow() as uow:
        shelf = uow.stock.shelf(STORE, town.product.id)
        shelf.on_hand = 50
        uow.stock.keep(shelf)
        uow.commit()
    assert all(isinstance(town.order(1), Order) for _ in range(50))


def test_a_crowd_of_orders_at_once_holds_no_more_than_the_share(crowded_town):
    results = Counter(type(result) for result in at_once(40, lambda _index: crowded_town.order(10)))
    assert results == {Order: 25, HeldByUnpaidOrders: 15}
    assert crowded_town.shelf == (UNITS, UNITS // 2)


def test_a_client_at_many_doors_at_once_gets_no_more_orders_than_one_may_have(crowded_town):
    crowded_town.register([1])
    results = Counter(type(result) for result in at_once(20, lambda _index: crowded_town.order(1, 1)))
    most = crowded_town.container.settings.unpaid_orders_per_client
    assert results == {Order: most, TooManyUnpaidOrders: 20 - most}


def test_over_http_it_is_a_conflict_that_says_what_to_do(shop):
    body = {"client": {"cpf": "529.982.247-25"}}
    product = shop.product("calabresa")
    answers = [shop.checkout((product, 1), **body) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [409]
    refused = answers[-1].json
    assert (refused["type"], refused["most"]) == ("/problems/too-many-unpaid-orders", 5)
    shop.http.put(f"/products/{product['id']}/stock", json={"on_hand": 200}, headers=shop.manager)
    refused = shop.checkout((product, 190)).json
    assert refused["type"] == "/problems/held-by-unpaid-orders"
    assert refused["products"] == [{"product_id": product["id"], "requested": 190, "allowed": 155}]
    assert "CPF" in refused["detail"]


def with_a_long_past(town, client):
    """An order of the client, beside very many of theirs and of that product that have ended."""
    order = town.order(1, client)
    with town.container.database.transaction() as transaction:
        execute = transaction.connection.execute
        row = dict(execute(sa.select(orders)).mappings().one())
        ended = {"status": "FINISHED", "answer_due_at": None}
        many = [row | ended | {"id": f"{number}", "number": f"{number}"} for number in range(3000)]
        execute(sa.insert(orders), many)
        step = {"position": 0, "store": STORE, "status": "RECEIVED", "at": row["created_at"]}
        execute(sa.insert(order_history), [step | {"order_id": one["id"]} for one in many])
        held = {"product_id": town.product.id, "store": STORE, "quantity": 1, "state": "CONSUMED"}
        execute(sa.insert(reservations), [held | {"order_id": one["id"]} for one in many])
        row = dict(execute(sa.select(products)).mappings().one())
        execute(sa.insert(products), [row | {"id": f"{number}"} for number in range(500)])
        shelf = {"store": STORE, "on_hand": 1, "reserved": 0}
        execute(sa.insert(stock), [shelf | {"product_id": f"{number}"} for number in range(500)])
        transaction.connection.exec_driver_sql("ANALYZE")
        transaction.commit()
    return order


def test_however_much_has_ended_only_what_is_unpaid_is_read(database_url):
    container = composed(database_url, demo_data=False)
    town = Town(container)
    town.register([1])
    order = with_a_long_past(town, 1)
    plans = []

    def explain(_connection, cursor, statement, parameters, _context, _many):
        if "open_orders" in statement:
            words = "EXPLAIN QUERY PLAN " if container.database.dialect == "sqlite" else "EXPLAIN "
            cursor.execute(words + statement, parameters)
            plans.append(" ".join(str(row[-1]) for row in cursor.fetchall()))

    sa.event.listen(container.database.engine, "before_cursor_execute", explain)
    with town.uow() as uow:
        holds = uow.stock.unpaid(uow.orders.get(STORE, order.id))
    container.database.dispose()
    assert (holds.open_orders, holds.left_orders, holds.units[0].held) == (1, 0, 1)
    (plan,) = plans
    assert "ix_orders_client_unpaid" in plan
    assert "ix_reservations_unpaid" in plan
    assert "Seq Scan" not in plan


def test_nothing_is_remembered_for_ever(town):
    town.register([1])
    town.hoard(1)
    town.let_expire()
    town.clock.now += timedelta(days=1)
    town.hoard()
    assert town.buy(1, 1)
