"""An image is put and purged at the same moment, on PostgreSQL: what a product shows is there."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from orders_service.bootstrap import build
from orders_service.domain.image import Image
from orders_service.infrastructure.models.image_model import images
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.usecases.illustrate_product_usecase import IllustrateProduct
from servicekit.database.database import Database
from tests.builders.orders_service import STORE, a_product
from tests.builders.pictures import a_picture
from tests.fakes.orders_service.composed import some_settings
from tests.fakes.orders_service.secrets import FakePasswords
from tests.fakes.orders_service.waiting import until_somebody_waits

IMAGE = Image.of(b"RIFF and so on", "image/webp")
A_DAY = timedelta(days=1)


@pytest.fixture
def container(postgres_url):
    database = Database(postgres_url, pool_size=10)
    settings = some_settings(postgres_url, demo_data=False)
    container = build(settings, database=database, passwords=FakePasswords())
    container.prepare()
    yield container
    database.dispose()


@pytest.fixture
def uow(container):
    return lambda: OrdersUnitOfWork(container.database, container.outbox)


@pytest.fixture
def unused(uow):
    """An image that nobody has wanted for long."""
    with uow() as one:
        one.images.put(STORE, IMAGE, instead_of=None, at=one.now() - 2 * A_DAY)
        one.commit()


def hashes(container):
    with container.database.read() as connection:
        return list(connection.scalars(sa.select(images.c.hash)))


def purge(uow):
    with uow() as one:
        purged = one.images.purge(before=one.now() - A_DAY, limit=10)
        one.commit()
    return purged


def put(uow):
    with uow() as one:
        one.images.put(STORE, IMAGE, instead_of=None, at=one.now())
        one.commit()


@pytest.mark.usefixtures("unused")
def test_an_image_that_is_taken_up_again_survives_the_purge_that_had_chosen_it(container, uow):
    with ThreadPoolExecutor(1) as thread:
        with uow() as one:
            one.images.put(STORE, IMAGE, instead_of=None, at=one.now())
            purging = thread.submit(purge, uow)
            until_somebody_waits(container)
            one.commit()
        assert purging.result() == 0
    assert hashes(container) == [IMAGE.hash]


@pytest.mark.usefixtures("unused")
def test_an_image_that_is_taken_up_while_it_is_purged_is_kept_anew(container, uow):
    with ThreadPoolExecutor(1) as thread:
        with uow() as one:
            assert one.images.purge(before=one.now() - A_DAY, limit=10) == 1
            putting = thread.submit(put, uow)
            until_somebody_waits(container)
            one.commit()
        putting.result()
    assert hashes(container) == [IMAGE.hash]


def test_of_many_who_give_one_product_a_picture_the_last_is_shown_and_every_image_is_there(container, uow):
    product = a_product()
    with uow() as one:
        one.products.add(product)
        one.commit()
    raws = [a_picture(colour=(shade, 0, 0)) for shade in (0, 120, 240)] * 3

    def illustrate(raw):
        request = IllustrateProduct(STORE, product.id, raw, lambda _version: None)
        container.usecases.illustrate_product.execute(request)

    with ThreadPoolExecutor(len(raws)) as threads:
        list(threads.map(illustrate, raws))
    with uow() as one:
        shown = one.products.get(STORE, product.id)
    assert shown.version == 1 + len(raws)
    assert len(hashes(container)) == 3
    assert shown.image in hashes(container)
