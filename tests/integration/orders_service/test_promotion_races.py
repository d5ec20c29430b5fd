"""Promotions change and end while customers order, on PostgreSQL: each order is all of one moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from orders_service.bootstrap import build
from orders_service.domain.order_line import WantedItem
from orders_service.domain.payment import PaymentMethod
from orders_service.domain.promotion import Amount, PromotionEdit
from orders_service.infrastructure.models.order_model import order_lines, orders
from orders_service.infrastructure.models.promotion_model import promotions
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.edit_promotion_usecase import EditPromotion
from orders_service.usecases.remove_promotion_usecase import RemovePromotion
from servicekit.database.database import Database
from tests.builders.orders_service import STORE, a_product, a_promotion
from tests.fakes.orders_service.composed import some_settings
from tests.fakes.orders_service.secrets import FakePasswords

BUYERS = 4
EDITS = 30
PRICE = 1000
SOON = timedelta(seconds=2)


class SeenAnotherError(Exception):
    pass


@pytest.fixture
def container(postgres_url):
    database = Database(postgres_url, pool_size=10)
    settings = some_settings(postgres_url, demo_data=False)
    container = build(settings, database=database, passwords=FakePasswords())
    container.prepare()
    yield container
    database.dispose()


@pytest.fixture
def product(container):
    product = a_product(price=PRICE, counted=False)
    with OrdersUnitOfWork(container.database, container.outbox) as uow:
        uow.products.add(product)
        uow.commit()
    return product


@pytest.fixture
def promote(container, product):
    def promote(lasting):
        """One centavo off the product's category, from a while ago until so much later."""
        with OrdersUnitOfWork(container.database, container.outbox) as uow:
            now = uow.now()
            promotion = a_promotion(
                category=product.category, reduction=Amount(1), starts_at=now - SOON, ends_at=now + lasting
            )
            uow.promotions.add(promotion)
            uow.commit()
        return promotion

    return promote


def any_version(_version):
    pass


def edit(container, promotion, check_version=any_version, **changes):
    wanted = EditPromotion(STORE, promotion.id, PromotionEdit(**changes), check_version)
    return container.usecases.edit_promotion.execute(wanted)


def checkout(container, product):
    twice = tuple(WantedItem(product.id, 1, notes) for notes in (None, "sem cebola"))
    return container.usecases.checkout.execute(Checkout(STORE, twice, None, PaymentMethod.PIX))


def rows(container, table):
    with container.database.read() as connection:
        return connection.execute(sa.select(table)).all()


def buy_until(container, product, done):
    """What so many buyers placed until it was done."""

    def buy(_index):
        placed = [checkout(container, product)]
        while not done(placed[-1]):
            placed.append(checkout(container, product))
        return placed

    with ThreadPoolExecutor(BUYERS) as threads:
        return [order for some in threads.map(buy, range(BUYERS)) for order in some]


def assert_each_is_of_one_moment(container, placed):
    """Both lines of an order cost the same, and the order as much less as they do."""
    kept = {row.id: row for row in rows(container, orders)}
    assert len(kept) == len(placed)
    for row in rows(container, order_lines):
        order = kept[row.order_id]
        assert order.discount == 2 * row.unit_discount
        assert order.total == 2 * PRICE - order.discount
        assert (row.promotion_id is None) == (row.unit_discount == 0)


def test_an_order_is_placed_with_the_old_or_the_new_and_never_with_a_mix(container, product, promote):
    promotion = promote(timedelta(hours=1))
    with ThreadPoolExecutor(1) as threads:
        editing = threads.submit(
            lambda: [edit(container, promotion, reduction=Amount(2 + number)) for number in range(EDITS)]
        )
        placed = buy_until(container, product, lambda _order: editing.done())
    assert editing.result()[-1].version == 1 + EDITS
    assert_each_is_of_one_moment(container, placed)
    assert {order.terms.discount for order in placed} <= {2 * off for off in range(1, 2 + EDITS)}


def test_a_promotion_that_ends_during_a_checkout_counts_by_the_moment_of_the_order(
    container, product, promote
):
    ends_at = promote(SOON).ends_at
    placed = buy_until(container, product, lambda order: order.terms.created_at >= ends_at)
    assert_each_is_of_one_moment(container, placed)
    for order in placed:
        assert order.terms.discount == (2 if order.terms.created_at < ends_at else 0)
    assert {order.terms.discount for order in placed} == {0, 2}


def test_once_a_promotion_is_removed_it_counts_for_nobody(container, product, promote):
    promotion = promote(timedelta(hours=1))
    with ThreadPoolExecutor(1) as threads:
        buying = threads.submit(
            lambda: buy_until(container, product, lambda order: order.terms.discount == 0)
        )
        assert checkout(container, product).terms.discount == 2
        container.usecases.remove_promotion.execute(RemovePromotion(STORE, promotion.id, any_version))
        assert checkout(container, product).terms.discount == 0
        assert {order.terms.discount for order in buying.result()} <= {0, 2}


def test_of_many_who_change_what_they_saw_one_wins(container, promote):
    promotion = promote(timedelta(hours=1))

    def require_first(version):
        if version != 1:
            raise SeenAnotherError

    def change(centavos):
        try:
            return edit(container, promotion, require_first, reduction=Amount(centavos))
        except SeenAnotherError:
            return None

    with ThreadPoolExecutor(8) as threads:
        won = [edited for edited in threads.map(change, range(10, 18)) if edited is not None]
    (row,) = rows(container, promotions)
    assert ([one.reduction.centavos for one in won], row.version) == ([row.amount], 2)


def test_of_many_who_change_without_a_look_none_is_lost(container, promote):
    promotion = promote(timedelta(hours=1))

    def change(index):
        edit(container, promotion, **({"reduction": Amount(500)} if index % 2 else {"name": "Outro"}))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(change, range(8)))
    (row,) = rows(container, promotions)
    assert (row.amount, row.name, row.version) == (500, "Outro", 9)
