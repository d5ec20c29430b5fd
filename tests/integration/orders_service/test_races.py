"""Many at once, on PostgreSQL: what is sold is what there is, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from orders_service.bootstrap import build
from orders_service.domain.order_errors import TooLateToCancel
from orders_service.domain.order_line import WantedItem
from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.domain.payment import PaymentMethod
from orders_service.domain.product import StockReason
from orders_service.domain.stock_errors import InsufficientStock
from orders_service.infrastructure.models.order_model import orders
from orders_service.infrastructure.models.product_model import stock
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.usecases.advance_order_usecase import AdvanceOrder
from orders_service.usecases.cancel_order_usecase import CancelOrder
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.confirm_payment_usecase import ConfirmPayment
from orders_service.usecases.sweep import Sweep
from servicekit.database.database import Database
from tests.builders.orders_service import STORE, a_product, told
from tests.fakes.orders_service.composed import some_settings
from tests.fakes.orders_service.secrets import FakePasswords

BUYERS = 50
UNITS = 10


@pytest.fixture
def container(postgres_url):
    database = Database(postgres_url, pool_size=20)
    settings = some_settings(postgres_url, demo_data=False, payment_deadline_seconds=1)
    container = build(settings, database=database, passwords=FakePasswords())
    container.prepare()
    yield container
    database.dispose()


def sell(container, units):
    product = a_product()
    with OrdersUnitOfWork(container.database, container.outbox) as uow:
        uow.products.add(product)
        uow.stock.receive(STORE, product.id, units, StockReason.SET, uow.now())
        uow.commit()
    return product


def at_once(number, work):
    """What each of so many threads, let go together, gave or raised."""
    start = Barrier(number)

    def one(index):
        start.wait(timeout=30)
        try:
            return work(index)
        except (InsufficientStock, TooLateToCancel) as error:
            return error

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(one, range(number)))


def checkout(container, *product_ids):
    items = tuple(WantedItem(product_id, 1) for product_id in product_ids)
    return container.usecases.checkout.execute(Checkout(STORE, items, None, PaymentMethod.PIX))


def shelves(container):
    with container.database.read() as connection:
        return {row.product_id: (row.on_hand, row.reserved) for row in connection.execute(sa.select(stock))}


def test_fifty_buyers_in_opposite_orders_get_exactly_what_there_is(container):
    one, other = sell(container, UNITS), sell(container, UNITS)

    def buy(index):
        ids = (one.id, other.id) if index % 2 else (other.id, one.id)
        return checkout(container, *ids)

    results = at_once(BUYERS, buy)
    refused = [result for result in results if isinstance(result, InsufficientStock)]
    assert len(refused) == BUYERS - UNITS
    assert shelves(container) == {one.id: (UNITS, UNITS), other.id: (UNITS, UNITS)}
    with container.database.read() as connection:
        rows = connection.execute(sa.select(orders)).all()
    assert len(rows) == UNITS
    assert len({row.number for row in rows}) == UNITS


def test_the_guard_is_what_keeps_the_count(container):
    """The same race with the condition looked at beforehand sells too much: it is a race indeed."""
    product = sell(container, 1)
    start = Barrier(2)

    def careless(_index):
        with container.database.transaction() as transaction:
            connection = transaction.connection
            left = connection.scalar(sa.select(stock.c.on_hand - stock.c.reserved))
            start.wait(timeout=30)
            if left:
                connection.execute(
                    sa.update(stock).values(on_hand=stock.c.on_hand + 1, reserved=stock.c.reserved + 1)
                )
            transaction.commit()
        return left

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(careless, range(2))) == [1, 1]
    assert shelves(container)[product.id] == (3, 2)


def test_an_order_is_either_cancelled_or_cooked(container):
    product = sell(container, UNITS)
    for _ in range(UNITS):
        order = checkout(container, product.id)
        container.usecases.confirm_payment.execute(ConfirmPayment(STORE, order.id, told()))

        def act(index, order_id=order.id):
            if index:
                cancel = CancelOrder(STORE, order_id, CancelReason.CUSTOMER)
                return container.usecases.cancel_order.execute(cancel).status
            try:
                advance = AdvanceOrder(STORE, order_id, OrderStatus.IN_PREPARATION)
                return container.usecases.advance_order.execute(advance).status
            except Exception as error:  # noqa: BLE001 - whichever way it lost
                return error

        cooked, cancelled = at_once(2, act)
        won = [cooked is OrderStatus.IN_PREPARATION, cancelled is OrderStatus.CANCELLED]
        assert sum(won) == 1
    on_hand, reserved = shelves(container)[product.id]
    assert reserved == 0
    with container.database.read() as connection:
        used = connection.scalar(
            sa.select(sa.func.count()).where(orders.c.status == OrderStatus.IN_PREPARATION.value)
        )
    assert on_hand == UNITS - used


def test_many_sweepers_expire_each_order_once(container):
    product = sell(container, BUYERS)
    for _ in range(20):
        checkout(container, product.id)
    with container.database.transaction() as transaction:
        due = transaction.now() - timedelta(seconds=1)
        transaction.connection.execute(sa.update(orders).values(deadline=due))
        transaction.commit()
    counts = at_once(8, lambda _index: container.usecases.expire_orders.execute(Sweep(50)))
    assert sum(counts) == 20
    with container.database.read() as connection:
        rows = connection.execute(sa.select(orders)).all()
    assert {(row.status, row.version) for row in rows} == {("CANCELLING", 2)}
