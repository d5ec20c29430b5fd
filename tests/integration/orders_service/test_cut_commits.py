"""The connection to the database is cut while orders_service commits: it cannot know whether it did."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from orders_service.infrastructure import database as tables
from orders_service.infrastructure.models.order_model import orders
from orders_service.infrastructure.models.product_model import stock
from tests.fakes.orders_service.composed import composed
from tests.fakes.servicekit.commit_cutter import CommitCutter, Cut
from tests.integration.orders_service.conftest import Shop

KEY = {"Idempotency-Key": "the-only-one"}

each_cut = pytest.mark.parametrize("cut", Cut)


@pytest.fixture
def network(postgres_url):
    with CommitCutter(postgres_url) as cutter:
        yield cutter


@pytest.fixture
def cut_off(network, clock):
    """A shop that reaches its database over this network."""
    container = composed(network.url, clock)
    yield Shop(container, clock)
    container.database.dispose()


def count(shop, table):
    with shop.container.database.read() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


def reserved(shop):
    with shop.container.database.read() as connection:
        return connection.scalar(sa.select(sa.func.sum(stock.c.reserved)))


@each_cut
def test_a_checkout_that_is_sent_again_is_placed_once_and_answered_as_the_first_time(network, cut_off, cut):
    product = cut_off.product("calabresa")
    network.plan(cut)
    first = cut_off.checkout((product, 2), headers=KEY)
    assert (first.status_code, first.mimetype) == (503, "application/problem+json")
    assert int(first.headers["Retry-After"]) >= 1
    assert count(cut_off, orders) == (cut is Cut.AFTER)

    second, third = (cut_off.checkout((product, 2), headers=KEY) for _ in range(2))
    assert (second.status_code, third.status_code) == (201, 201)
    assert second.json == third.json
    assert ("Idempotency-Replayed" in second.headers) == (cut is Cut.AFTER)
    assert (count(cut_off, orders), count(cut_off, tables.outbox), reserved(cut_off)) == (1, 1, 2)
    assert network.cuts == {cut: 1}


@each_cut
def test_an_event_has_its_effect_once(network, cut_off, cut):
    order = cut_off.order()
    inbox_loop = cut_off.inbox_loop
    cut_off.container.inbox.store([cut_off.envelope("payment.approved.v1", order["id"])])
    network.plan(cut)
    with pytest.raises(OperationalError):
        inbox_loop.step()
    assert inbox_loop.step() == (cut is Cut.BEFORE)

    shown = cut_off.show(order)
    assert [step["status"] for step in shown["history"]] == ["AWAITING_PAYMENT", "RECEIVED"]
    assert count(cut_off, tables.outbox) == 2  # that it was placed, and paid
    assert inbox_loop.step() == 0


@each_cut
def test_what_arrives_is_kept_once(network, cut_off, cut):
    arrived = [cut_off.envelope("payment.approved.v1", "nobody's")]
    network.plan(cut)
    with pytest.raises(OperationalError):
        cut_off.container.inbox.store(arrived)
    assert count(cut_off, tables.inbox) == (cut is Cut.AFTER)

    cut_off.container.inbox.store(arrived)
    assert count(cut_off, tables.inbox) == 1
