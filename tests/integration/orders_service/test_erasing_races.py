"""A client is erased while they order, on PostgreSQL: whichever comes first, nobody's name is left behind."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from orders_service.bootstrap import build
from orders_service.domain.client_errors import UnknownClient
from orders_service.domain.cpf import Cpf
from orders_service.domain.order_line import WantedItem
from orders_service.domain.payment import PaymentMethod
from orders_service.domain.product import StockReason
from orders_service.entrypoints.rest.app import create_app
from orders_service.infrastructure.database import idempotency_keys
from orders_service.infrastructure.models.order_model import order_lines, orders
from orders_service.infrastructure.models.people_model import clients
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.erase_client_usecase import EraseClient
from orders_service.usecases.register_client_usecase import RegisterClient
from servicekit.database.database import Database
from tests.builders.orders_service import ANA, STORE, a_product
from tests.fakes.orders_service.composed import some_settings
from tests.fakes.orders_service.secrets import FakePasswords
from tests.fakes.servicekit.deadlines import Work, eventually

ROUNDS = 10
NAME = "Ana Corrida"
NOTES = "para Ana Corrida"
CPF = Cpf.parse(ANA)


@pytest.fixture
def container(postgres_url):
    database = Database(postgres_url, pool_size=20)
    container = build(
        some_settings(postgres_url, demo_data=False), database=database, passwords=FakePasswords()
    )
    container.prepare()
    yield container
    database.dispose()


@pytest.fixture
def product(container):
    product = a_product()
    with OrdersUnitOfWork(container.database, container.outbox) as uow:
        uow.products.add(product)
        uow.stock.receive(STORE, product.id, 1000, StockReason.SET, uow.now())
        uow.commit()
    return product


def register(container):
    registration = container.usecases.register_client.execute(RegisterClient(STORE, CPF, NAME, None))
    return registration.client.id


def erase(container, client_id):
    container.usecases.erase_client.execute(EraseClient(STORE, client_id))


def at_once(*calls):
    """What each of the calls, let go together, gave or raised."""
    start = Barrier(len(calls))

    def one(call):
        start.wait(timeout=30)
        try:
            return call()
        except UnknownClient as error:
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


def told_anywhere(container):
    """Whether any row tells the name still."""
    with container.database.read() as connection:
        written = [connection.execute(sa.select(table)).all() for table in (clients, idempotency_keys)]
    return NAME in repr(written)


def wait_for_locks(container, number):
    """Returns once so many transactions wait for one another."""
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")

    def count():
        # A transaction of its own: within one, the view stays as it was first seen.
        with container.database.engine.connect() as connection:
            return connection.scalar(waiting) >= number

    eventually(count)


def test_a_checkout_is_nobodys_or_refused(container, product):
    web = create_app(container)
    body = {"items": [{"product_id": product.id, "quantity": 1, "notes": NOTES}], "client": {"cpf": ANA}}
    for number in range(ROUNDS):
        client_id = register(container)

        def checkout(number=number):
            headers = {"Idempotency-Key": f"race {number}"}
            return web.test_client().post("/orders/checkout", json=body, headers=headers)

        answer, _ = at_once(checkout, lambda client_id=client_id: erase(container, client_id))
        assert answer.status_code in {201, 422}
        assert not told_anywhere(container)
        if answer.status_code == 201:
            shown = web.test_client().get(f"/orders/{answer.json['id']}").json
            assert shown == {**answer.json, "client": None, "version": 2}


def test_a_checkout_that_came_first_is_waited_for(container, product):
    client_id = register(container)
    with OrdersUnitOfWork(container.database, container.outbox) as uow:
        digest = uow.connection.scalar(sa.select(clients.c.cpf_digest))
        assert uow.clients.find_to_order(STORE, digest) is not None
        erasing = Work(lambda: erase(container, client_id))
        wait_for_locks(container, 1)
        wanted = Checkout(STORE, (WantedItem(product.id, 1, NOTES),), CPF, PaymentMethod.PIX)
        order = container.usecases.checkout.execute(wanted)
        uow.commit()
    erasing.result()
    with container.database.read() as connection:
        (row,) = connection.execute(sa.select(orders)).all()
        (client,) = connection.execute(sa.select(clients)).all()
    assert (row.id, row.client_id, client.name, client.notes_left) == (order.id, client_id, "", True)


def test_a_checkout_that_comes_second_waits_and_finds_nobody(container, product):
    client_id = register(container)
    with OrdersUnitOfWork(container.database, container.outbox) as uow:
        assert uow.clients.erase(STORE, client_id, uow.now())
        wanted = Checkout(STORE, (WantedItem(product.id, 1),), CPF, PaymentMethod.PIX)
        ordering = Work(lambda: container.usecases.checkout.execute(wanted))
        wait_for_locks(container, 1)
        uow.commit()
    with pytest.raises(UnknownClient):
        ordering.result()


def test_an_answer_that_waited_for_the_erasure_is_stored_without_the_name(container, product):
    """The order was locked with the name still there: what is stored is what is read after the wait."""
    client_id = register(container)
    wanted = Checkout(STORE, (WantedItem(product.id, 1),), CPF, PaymentMethod.PIX)
    order = container.usecases.checkout.execute(wanted)
    web = create_app(container)

    def cancel():
        headers = {"Idempotency-Key": "cancel"}
        return web.test_client().post(f"/orders/{order.id}/cancel", headers=headers)

    with OrdersUnitOfWork(container.database, container.outbox) as uow:
        assert uow.clients.erase(STORE, client_id, uow.now())
        cancelling = Work(cancel)
        wait_for_locks(container, 1)
        uow.commit()
    assert cancelling.result().json["client"] is None
    with container.database.read() as connection:
        (stored,) = connection.execute(sa.select(idempotency_keys)).all()
    assert json.loads(stored.body)["client"] is None


def test_one_cpf_that_registers_many_times_at_once_registers_once(container):
    def one():
        web = create_app(container)
        return lambda: web.test_client().post("/clients", json={"cpf": ANA, "name": NAME}).status_code

    assert sorted(at_once(*(one() for _ in range(8)))) == [201, *[409] * 7]


def test_an_order_and_a_cancel_amid_an_erasure_deadlock_nobody(container, product):
    web = create_app(container)
    for _ in range(ROUNDS):
        client_id = register(container)
        wanted = Checkout(STORE, (WantedItem(product.id, 1, NOTES),), CPF, PaymentMethod.PIX)
        placed = [container.usecases.checkout.execute(wanted).id for _ in range(2)]

        def cancel(order_id):
            return lambda: web.test_client().post(f"/orders/{order_id}/cancel").status_code

        calls = [lambda client_id=client_id: erase(container, client_id), *map(cancel, placed)]
        calls.append(lambda wanted=wanted: container.usecases.checkout.execute(wanted))
        _, *cancelled, _ = at_once(*calls)
        assert cancelled == [202, 202]
        assert not told_anywhere(container)
    with container.database.read() as connection:
        noted = connection.scalars(
            sa.select(order_lines.c.notes).where(order_lines.c.notes.is_not(None))
        ).all()
    assert set(noted) <= {NOTES}
