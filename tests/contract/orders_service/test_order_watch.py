from datetime import timedelta

import pytest

from orders_service.domain.order_progress import OrderStatus
from orders_service.infrastructure.repositories import order_watch
from orders_service.ports import order_watch_port
from orders_service.ports.order_watch_port import QueuedOrder
from servicekit.ids import new_id
from tests.builders.orders_service import NOON, STORE, a_product, an_order_in
from tests.fakes.orders_service import order_watch as fake_order_watch

MINUTE = timedelta(minutes=1)


@pytest.fixture
def product(restaurant):
    return restaurant.sell()


@pytest.fixture
def keep(restaurant, product):
    def keep(status=OrderStatus.RECEIVED, **details):
        order = an_order_in(status, **{"products": [product], **details})
        with restaurant.uow() as uow:
            assert uow.orders.add(order)
            uow.commit()
        return order

    return keep


@pytest.fixture
def look(restaurant):
    def look(orders=(), in_full=(), in_short=(), seen=None):
        return restaurant.order_watch.look(orders, in_full, in_short, seen or {})

    return look


def key(order):
    return order.store, order.id


def known(sighting):
    return {(order.id, order.version) for order in sighting.orders}


def test_orders_that_were_never_seen_are_seen_as_a_whole(keep, look):
    first, second = keep(number="A1"), keep(OrderStatus.CANCELLED, number="B2")
    keep(number="C3")

    sighting = look([key(first), key(second)])

    assert known(sighting) == {(first.id, 1), (second.id, 1)}
    seen = {order.id: order for order in sighting.orders}
    assert seen[first.id].terms == first.terms
    assert seen[first.id].progress == first.progress
    assert seen[first.id].payment == first.payment
    assert sighting.queues == {}


def test_an_order_that_was_seen_in_this_version_is_not_seen_again(restaurant, keep, look):
    order = keep(OrderStatus.READY)
    assert look([key(order)], seen={key(order): 1}).orders == []

    with restaurant.uow() as uow:
        loaded = uow.orders.get(*key(order))
        loaded.advance(OrderStatus.FINISHED, uow.now())
        uow.orders.save(loaded)
        uow.commit()

    (seen,) = look([key(order)], seen={key(order): 1}).orders
    assert (seen.version, seen.status) == (2, OrderStatus.FINISHED)


def test_nothing_of_another_store_is_seen(keep, look):
    order = keep()

    assert look([("other", order.id), (STORE, new_id())]).orders == []
    assert look(in_full=["other"]).queues == {"other": ()}


def test_orders_of_many_stores_are_seen_at_once(restaurant, keep, look):
    order = keep()
    elsewhere = keep(products=[restaurant.sell(a_product(store="other"))], store="other")

    assert known(look([key(order), key(elsewhere)])) == {(order.id, 1), (elsewhere.id, 1)}


def test_a_queue_in_short_tells_its_orders_in_the_order_of_the_kitchen(keep, look):
    later = keep(number="A1", now=NOON + MINUTE)
    earlier = keep(number="B2", now=NOON)
    ready = keep(OrderStatus.READY, number="C3", now=NOON + 2 * MINUTE)
    for number, status in enumerate((OrderStatus.AWAITING_PAYMENT, OrderStatus.FINISHED)):
        keep(status, number=f"Z{number}")

    sighting = look(in_short=[STORE, "other"])

    assert sighting.queues == {
        STORE: (
            QueuedOrder(ready.id, "C3", OrderStatus.READY, 1),
            QueuedOrder(earlier.id, "B2", OrderStatus.RECEIVED, 1),
            QueuedOrder(later.id, "A1", OrderStatus.RECEIVED, 1),
        ),
        "other": (),
    }
    assert sighting.orders == []


def test_a_queue_in_full_brings_those_of_its_orders_that_were_not_seen(restaurant, keep, look):
    first, second = keep(number="A1"), keep(number="B2")
    keep(products=[restaurant.sell(a_product(store="other"))], store="other")

    sighting = look(in_full=[STORE], in_short=["other"], seen={key(first): 1})

    assert known(sighting) == {(second.id, 1)}
    assert {store: len(queue) for store, queue in sighting.queues.items()} == {STORE: 2, "other": 1}


def test_a_queue_ends_after_as_many_orders_as_a_kitchen_can_have_in_hand(keep, look, monkeypatch):
    for module in (order_watch, order_watch_port, fake_order_watch):
        monkeypatch.setattr(module, "QUEUE_AT_MOST", 2)
    numbers = ["A1", "B2", "C3"]
    for minute, number in enumerate(numbers):
        keep(number=number, now=NOON + minute * MINUTE)

    assert [one.number for one in look(in_short=[STORE]).queues[STORE]] == ["A1", "B2"]


def test_more_orders_than_one_query_takes_are_seen_all_the_same(keep, look, monkeypatch):
    monkeypatch.setattr(order_watch, "CHUNK", 2)
    orders = [keep(number=f"A{number}") for number in range(5)]

    assert known(look([key(order) for order in orders])) == {(order.id, 1) for order in orders}
