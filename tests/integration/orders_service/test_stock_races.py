"""Two hundred buyers in several processes on PostgreSQL, and the staff among them: each unit is sold once."""

from collections import Counter

import pytest
import sqlalchemy as sa

from orders_service.bootstrap import build
from orders_service.domain.product import StockReason
from orders_service.domain.stock_errors import BelowReserved, InsufficientStock
from orders_service.infrastructure.models.order_model import orders
from orders_service.infrastructure.models.product_model import stock_movements
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.usecases.set_stock_usecase import SetStock
from servicekit.database.database import Database
from tests.builders.orders_service import STORE, a_product
from tests.fakes.orders_service.composed import composed, some_settings
from tests.fakes.orders_service.secrets import FakePasswords
from tests.integration.orders_service.buyers import PROCESSES, let_loose
from tests.integration.orders_service.test_races import at_once, checkout, sell, shelves

BUYERS = 200
UNITS = 50
pytestmark = pytest.mark.timeout(180)  # processes are started, and the machine may be busy


@pytest.fixture
def container(postgres_url):
    database = Database(postgres_url, pool_size=20)
    settings = some_settings(postgres_url, demo_data=False)
    container = build(settings, database=database, passwords=FakePasswords())
    container.prepare()
    yield container
    database.dispose()


def race(container, **how):
    """What became of the buyers, and the two products that they all wanted."""
    products = [sell(container, UNITS).id for _ in range(2)]
    each = BUYERS // PROCESSES
    url = container.settings.database_url
    return Counter(let_loose(url=url, products=products, buyers=each, **how)), products


def open_orders(container):
    with container.database.read() as connection:
        waiting = sa.select(sa.func.count()).where(orders.c.status == "AWAITING_PAYMENT")
        return connection.scalar(waiting)


def set_stock(container, product, on_hand):
    wanted = SetStock(STORE, product.id, on_hand, StockReason.SET, "ana", None, None, lambda _seen: None)
    try:
        container.usecases.set_stock.execute(wanted)
    except BelowReserved:
        return "refused"
    return "set"


def moved(container, product):
    with container.database.read() as connection:
        deltas = sa.select(sa.func.sum(stock_movements.c.delta))
        return connection.scalar(deltas.where(stock_movements.c.product_id == product.id))


class TestTwoHundredBuyers:
    def test_of_fifty_units_get_exactly_fifty(self, container):
        results, products = race(container)
        assert results == {"sold": UNITS, "refused": BUYERS - UNITS}
        assert shelves(container) == dict.fromkeys(products, (UNITS, UNITS))
        assert open_orders(container) == UNITS

    def test_get_what_others_give_back(self, container):
        """Four in five give back what they got. The others come again until they have it: it is there."""
        results, products = race(container, most_cancel=True)
        assert results["sold"] == BUYERS // 5 < UNITS
        assert results["given back"] + results["refused"] == BUYERS - results["sold"]
        assert results["given back"] > 0
        assert shelves(container) == dict.fromkeys(products, (UNITS, results["sold"]))
        assert open_orders(container) == results["sold"]

    def test_get_more_than_there_is_where_nothing_guards_it(self, container):
        """The same race without condition and constraint oversells: so the others would have seen it."""
        with container.database.transaction() as transaction:
            drop = "ALTER TABLE stock DROP CONSTRAINT ck_stock_reserved"
            transaction.connection.exec_driver_sql(drop)
            transaction.commit()
        results, products = race(container, careless=True)
        assert results["sold"] > UNITS
        on_hand, reserved = shelves(container)[products[0]]
        assert reserved > on_hand


class TestTheStaffAmongTheBuyers:
    def test_never_take_away_what_is_reserved(self, container):
        product = sell(container, 60)

        def act(index):
            if index % 2:
                return set_stock(container, product, 40 - 2 * index)
            return checkout(container, product.id)

        results = at_once(40, act)
        sold = sum(not isinstance(one, str | InsufficientStock) for one in results)
        on_hand, reserved = shelves(container)[product.id]
        assert reserved == sold == open_orders(container)
        assert reserved <= on_hand == moved(container, product)
        assert set(results[1::2]) <= {"set", "refused"}
        assert set_stock(container, product, sold) == "set"
        assert sold == 0 or set_stock(container, product, sold - 1) == "refused"

    def test_begin_to_count_a_product_once(self, container):
        product = a_product(counted=False)
        with OrdersUnitOfWork(container.database, container.outbox) as uow:
            uow.products.add(product)
            uow.commit()
        assert set(at_once(8, lambda index: set_stock(container, product, index))) == {"set"}
        on_hand, reserved = shelves(container)[product.id]
        assert (on_hand, reserved) == (moved(container, product), 0)


def test_on_sqlite_too_what_is_sold_is_what_there_is(sqlite_url):
    container = composed(sqlite_url, demo_data=False)
    product, other = sell(container, 10), sell(container, 10)

    def buy(index):
        return checkout(container, *((product.id, other.id) if index % 2 else (other.id, product.id)))

    results = at_once(30, buy)
    refused = [one for one in results if isinstance(one, InsufficientStock)]
    assert len(refused) == 20
    assert shelves(container) == {product.id: (10, 10), other.id: (10, 10)}
    container.database.dispose()
