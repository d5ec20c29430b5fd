"""Among very many orders that have ended, the open ones are counted without reading the others."""

import pytest
import sqlalchemy as sa

from orders_service.infrastructure import database as tables
from orders_service.infrastructure.models.order_model import orders
from servicekit.ids import new_id
from tests.builders.orders_service import NOON, STORE
from tests.builders.servicekit import an_envelope
from tests.fakes.orders_service.composed import composed
from tests.fakes.servicekit.plans import Questions

MANY = 5000


@pytest.fixture
def container(database_url):
    container = composed(database_url)
    yield container
    container.database.dispose()


def ended_orders():
    common = {"store": STORE, "method": "pix", "discount": 0, "total": 5980, "currency": "BRL", "version": 1}
    common |= {"created_at": NOON, "deadline": NOON, "goods_used": False, "nudges": 0, "status": "FINISHED"}
    return [common | {"id": new_id(), "number": f"A{number}"} for number in range(MANY)]


def published_events():
    common = {"type": "order.placed.v1", "store": STORE, "sequence": 1, "time": NOON, "data": {}}
    common |= {"next_at": NOON, "published_at": NOON}
    return [common | {"id": new_id(), "subject": new_id()} for _ in range(MANY)]


def fill(container):
    container.inbox.store([an_envelope(type="payment.created.v1") for _ in range(MANY)])
    with container.database.transaction() as transaction:
        transaction.connection.execute(sa.update(tables.inbox).values(status="done"))
        transaction.connection.execute(sa.insert(orders), ended_orders())
        transaction.connection.execute(sa.insert(tables.outbox), published_events())
        transaction.connection.exec_driver_sql("ANALYZE")
        transaction.commit()


def test_nothing_that_is_asked_at_a_scrape_has_a_whole_table_read(container):
    fill(container)
    questions = Questions(container.database)

    readings = container.survey.take()

    assert {reading.value for reading in readings} == {0}
    assert questions.full_scans() == []
