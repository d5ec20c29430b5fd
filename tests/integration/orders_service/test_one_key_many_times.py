"""One checkout sent fifty times at once, to two instances of the service on PostgreSQL."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from orders_service.bootstrap import build
from orders_service.entrypoints.rest.app import create_app
from orders_service.infrastructure import database as tables
from orders_service.infrastructure.models.order_model import orders
from servicekit.database.database import Database
from tests.fakes.orders_service.composed import some_settings
from tests.fakes.orders_service.secrets import FakePasswords
from tests.integration.orders_service.test_races import at_once, sell, shelves

TIMES = 50
KEY = {"Idempotency-Key": "kiosk-1-0001"}
PATIENCE = 30
"""Seconds for which a client comes again."""


class Instance:
    """One of several processes' worth of the service."""

    def __init__(self, url):
        database = Database(url, pool_size=10)
        settings = some_settings(url, demo_data=False)
        self.container = build(settings, database=database, passwords=FakePasswords())
        self.app = create_app(self.container)

    def checkout(self, product, quantity=2):
        body = {"items": [{"product_id": product.id, "quantity": quantity}]}
        return self.app.test_client().post("/orders/checkout", json=body, headers=KEY)

    def checkout_until_answered(self, product):
        """Every answer up to the first one that is not "still running"."""
        answers = [self.checkout(product)]
        give_up = time.monotonic() + PATIENCE
        while answers[-1].status_code == 409 and time.monotonic() < give_up:
            answers.append(self.checkout(product))
        return answers

    def rows(self, table):
        with self.container.database.read() as connection:
            return connection.execute(sa.select(table)).all()

    def purge(self):
        (loop,) = [loop for loop in self.container.loops if loop.name == "orders-purge"]
        return loop.step()


@pytest.fixture
def instances(postgres_url):
    instances = [Instance(postgres_url), Instance(postgres_url)]
    instances[0].container.prepare()
    yield instances
    for instance in instances:
        instance.container.database.dispose()


@pytest.fixture
def product(instances):
    return sell(instances[0].container, 10)


def test_fifty_at_once_make_one_order_and_get_fifty_equal_answers(instances, product):
    tries = at_once(TIMES, lambda index: instances[index % 2].checkout_until_answered(product))
    early = [answer for answers in tries for answer in answers[:-1]]
    assert {answer.json["type"] for answer in early} <= {"/problems/idempotency-key-in-use"}
    final = [answers[-1] for answers in tries]
    assert {answer.status_code for answer in final} == {201}
    assert len({(answer.data, answer.headers["Location"]) for answer in final}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in final) == 1
    (order,) = instances[0].rows(orders)
    assert order.id == final[0].json["id"]
    assert shelves(instances[0].container) == {product.id: (10, 2)}
    assert [row.type for row in instances[0].rows(tables.outbox)] == ["order.placed.v1"]


def test_another_body_is_refused_by_either_instance_and_leaves_no_row(instances, product):
    first = instances[0].checkout(product)
    for instance in instances:
        answer = instance.checkout(product, quantity=3)
        assert (answer.status_code, answer.json["type"]) == (422, "/problems/idempotency-key-reused")
    assert [order.id for order in instances[1].rows(orders)] == [first.json["id"]]


def test_a_key_is_kept_for_a_day_and_then_purged_by_the_loop(instances, product):
    first = instances[0].checkout(product)
    grow_older(instances[0], timedelta(hours=23, minutes=59))
    assert instances[0].purge() == 0
    assert instances[1].checkout(product).data == first.data
    grow_older(instances[0], timedelta(minutes=2))
    assert instances[0].purge() == 1
    assert instances[0].rows(tables.idempotency_keys) == []
    assert instances[1].checkout(product).json["id"] != first.json["id"]


def grow_older(instance, age):
    table = tables.idempotency_keys
    with instance.container.database.transaction() as transaction:
        stored = transaction.connection.scalar(sa.select(table.c.created_at))
        transaction.connection.execute(sa.update(table).values(created_at=stored - age))
        transaction.commit()
