"""The menu changes while customers order, on PostgreSQL: each order is all of one version, never of two."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from orders_service.bootstrap import build
from orders_service.domain.catalogue_errors import UnknownCategory, UnknownProduct
from orders_service.domain.order_line import WantedItem
from orders_service.domain.payment import PaymentMethod
from orders_service.domain.product import ProductEdit
from orders_service.domain.store_errors import CategoryInUse
from orders_service.infrastructure.models.order_model import order_lines
from orders_service.infrastructure.models.product_model import products
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.create_product_usecase import CreateProduct
from orders_service.usecases.edit_product_usecase import EditProduct
from orders_service.usecases.edit_store_usecase import EditStore
from orders_service.usecases.retire_product_usecase import RetireProduct
from orders_service.usecases.show_store_usecase import ShowStore
from servicekit.database.database import Database
from tests.builders.orders_service import STORE, a_product
from tests.fakes.orders_service.composed import some_settings
from tests.fakes.orders_service.secrets import FakePasswords
from tests.fakes.orders_service.waiting import until_somebody_waits

BUYERS = 4
EDITS = 30


class SeenAnother(Exception):
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
    product = a_product(name="Preço 100", price=100, counted=False)
    with OrdersUnitOfWork(container.database, container.outbox) as uow:
        uow.products.add(product)
        uow.commit()
    return product


def any_version(_version):
    pass


def edit(container, product, require_match=any_version, **changes):
    container.usecases.edit_product.execute(
        EditProduct(STORE, product.id, ProductEdit(**changes), require_match)
    )


def checkout(container, product):
    twice = tuple(WantedItem(product.id, 1, notes) for notes in (None, "sem cebola"))
    return container.usecases.checkout.execute(Checkout(STORE, twice, None, PaymentMethod.PIX))


def rows(container, table):
    with container.database.read() as connection:
        return connection.execute(sa.select(table)).all()


def test_an_order_is_placed_with_the_old_or_the_new_and_never_with_a_mix(container, product):
    with ThreadPoolExecutor(BUYERS + 1) as threads:
        editing = threads.submit(
            lambda: [
                edit(container, product, name=f"Preço {price}", price=price)
                for price in range(101, 101 + EDITS)
            ]
        )

        def buy_meanwhile(_index):
            placed = [checkout(container, product)]
            while not editing.done():
                placed.append(checkout(container, product))
            return placed

        placed = [order for some in threads.map(buy_meanwhile, range(BUYERS)) for order in some]
    lines = rows(container, order_lines)
    assert len(lines) == 2 * len(placed)
    assert {(line.name, line.unit_price) for line in lines} <= {
        (f"Preço {price}", price) for price in range(100, 101 + EDITS)
    }
    for order in placed:
        assert len({line.unit_price for line in lines if line.order_id == order.id}) == 1
    assert editing.result() == [None] * EDITS


def test_once_a_product_is_retired_nobody_orders_it(container, product):
    with ThreadPoolExecutor(BUYERS) as threads:

        def buy_until_it_is_gone(_index):
            while True:
                try:
                    checkout(container, product)
                except UnknownProduct:
                    return

        buying = [threads.submit(buy_until_it_is_gone, index) for index in range(BUYERS)]
        checkout(container, product)
        container.usecases.retire_product.execute(RetireProduct(STORE, product.id, any_version))
        with pytest.raises(UnknownProduct):
            checkout(container, product)
    assert [one.result() for one in buying] == [None] * BUYERS


def test_of_many_who_change_what_they_saw_one_wins(container, product):
    def require_first(version):
        if version != 1:
            raise SeenAnother

    def change(price):
        try:
            edit(container, product, require_first, price=price)
        except SeenAnother:
            return None
        return price

    with ThreadPoolExecutor(8) as threads:
        won = [price for price in threads.map(change, range(200, 208)) if price is not None]
    (row,) = rows(container, products)
    assert (won, row.version) == ([row.price], 2)


def test_of_many_who_change_without_a_look_none_is_lost(container, product):
    def change(index):
        edit(container, product, **({"price": 500} if index % 2 else {"description": "nova"}))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(change, range(8)))
    with OrdersUnitOfWork(container.database, container.outbox) as uow:
        kept = uow.products.get(STORE, product.id)
    assert kept == replace(product, price=500, description="nova", version=9)


def test_a_category_does_not_go_while_something_is_put_into_it(container):
    """Each of the two looks at what the other changes; without a lock between them, both would go on."""
    kept = ("lanche", "acompanhamento", "bebida")
    for wanted in range(5):
        name = f"Pudim {wanted}"
        dessert = CreateProduct(STORE, name, "", "sobremesa", 500, counted=False)
        edit_store = EditStore(STORE, {"categories": kept}, any_version)
        with ThreadPoolExecutor(2) as threads:
            created = threads.submit(container.usecases.create_product.execute, dessert)
            edited = threads.submit(container.usecases.edit_store.execute, edit_store)
        refused = [type(one.exception()) for one in (created, edited)]
        assert refused in ([type(None), CategoryInUse], [UnknownCategory, type(None)])
        categories = container.usecases.menu.show_store.execute(ShowStore(STORE)).categories
        assert {row.category for row in rows(container, products) if row.active} <= set(categories)


def test_what_is_put_into_a_category_holds_it_until_it_is_there(container):
    dessert = a_product(category="sobremesa")
    edit_store = EditStore(STORE, {"categories": ("lanche",)}, any_version)
    with ThreadPoolExecutor(1) as threads:
        with OrdersUnitOfWork(container.database, container.outbox) as uow:
            uow.stores.hold(STORE).require_category(dessert.category)
            uow.products.add(dessert)
            edited = threads.submit(container.usecases.edit_store.execute, edit_store)
            until_somebody_waits(container)
            uow.commit()
        assert isinstance(edited.exception(), CategoryInUse)
