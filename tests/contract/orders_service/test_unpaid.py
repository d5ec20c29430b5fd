from datetime import timedelta

import pytest

from orders_service.domain.hoarding import REMEMBERED, UnpaidHolds, UnpaidUnits
from orders_service.domain.order_progress import CancelReason
from tests.builders.orders_service import NOON, STORE, a_client, a_product, an_order, told
from tests.contract.orders_service.test_orders import change

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def ana(restaurant):
    ana = a_client()
    with restaurant.uow() as uow:
        uow.clients.add(STORE, ana, "digest")
        uow.clients.add(STORE, a_client("Bia"), "another digest")
        uow.commit()
    return ana


def order(restaurant, *products, number, **details):
    """A new order that has reserved, and what is unpaid beside it."""
    placed = an_order(products=list(products), number=number, **details)
    with restaurant.uow() as uow:
        assert uow.orders.add(placed)
        assert uow.stock.reserve(placed) == []
        holds = uow.stock.unpaid(placed)
        uow.commit()
    return placed, holds


def test_an_order_of_nobody_without_counted_products_holds_nothing(restaurant):
    product = restaurant.sell(a_product(counted=False))
    assert order(restaurant, product, number="A1")[1] == UnpaidHolds()


def test_what_is_unpaid_of_a_product_counts_with_the_order_itself(restaurant):
    product, other = restaurant.sell(units=10), restaurant.sell(units=9)
    _, first = order(restaurant, product, number="A1")
    _, second = order(restaurant, other, product, number="A2", quantity=3)
    assert first == UnpaidHolds(0, 0, (UnpaidUnits(product.id, 2, 2, 10),))
    assert set(second.units) == {UnpaidUnits(other.id, 3, 3, 9), UnpaidUnits(product.id, 3, 5, 10)}


def test_what_is_paid_or_given_back_is_not_unpaid(restaurant):
    product = restaurant.sell(units=10)
    paid, _ = order(restaurant, product, number="A1")
    ended, _ = order(restaurant, product, number="A2")
    change(restaurant, paid.id, lambda it: it.payment_approved(told(), NOON))
    change(restaurant, ended.id, lambda it: it.payment_rejected(told(), 0, NOON))
    _, holds = order(restaurant, product, number="A3")
    assert holds.units == (UnpaidUnits(product.id, 2, 2, 8),)


def test_what_is_to_end_is_unpaid_until_it_has(restaurant, ana):
    product = restaurant.sell(units=10)
    ending, _ = order(restaurant, product, number="A1", client=ana)
    change(restaurant, ending.id, lambda it: it.cancel(CancelReason.CUSTOMER, NOON))
    _, holds = order(restaurant, product, number="A2", client=ana)
    assert holds == UnpaidHolds(2, 0, (UnpaidUnits(product.id, 2, 4, 10),))


def test_the_orders_of_a_client_are_counted_by_how_they_stand(restaurant, ana):
    product = restaurant.sell(a_product(counted=False))
    orders = [order(restaurant, product, number=f"A{number}", client=ana)[0] for number in range(5)]
    open_, paid, expired, by_store, long_ago = orders
    change(restaurant, paid.id, lambda it: it.payment_approved(told(), NOON))
    change(restaurant, expired.id, lambda it: it.payment_rejected(told(), 0, NOON))
    change(restaurant, by_store.id, lambda it: it.cancel(CancelReason.STORE, NOON))
    change(restaurant, by_store.id, lambda it: it.payment_closed(None, NOON))
    change(restaurant, long_ago.id, lambda it: it.payment_rejected(told(), 0, NOON))
    _, holds = order(restaurant, product, number="B1", client=ana, now=LATER)
    assert holds == UnpaidHolds(open_orders=2, left_orders=2)
    tomorrow = NOON + REMEMBERED + timedelta(seconds=1)
    change(restaurant, open_.id, lambda it: it.payment_approved(told(), NOON))
    _, holds = order(restaurant, product, number="B2", client=ana, now=tomorrow)
    assert holds == UnpaidHolds(open_orders=2, left_orders=0)


def test_who_paid_and_then_cancelled_has_left_nothing_unpaid(restaurant, ana):
    product = restaurant.sell(a_product(counted=False))
    paid, _ = order(restaurant, product, number="A1", client=ana)
    change(restaurant, paid.id, lambda it: it.payment_approved(told(), NOON))
    change(restaurant, paid.id, lambda it: it.cancel(CancelReason.CUSTOMER, NOON))
    _, holds = order(restaurant, product, number="A2", client=ana)
    assert holds == UnpaidHolds(open_orders=1, left_orders=0)


def test_other_clients_and_stores_do_not_count(restaurant, ana):
    with restaurant.uow() as uow:
        bia = uow.clients.find(STORE, "another digest")
    product, foreign = restaurant.sell(units=10), restaurant.sell(a_product(store="other"), units=10)
    order(restaurant, product, number="A1", client=bia)
    order(restaurant, foreign, number="A1", store="other")
    _, holds = order(restaurant, product, number="A2", client=ana)
    assert holds == UnpaidHolds(1, 0, (UnpaidUnits(product.id, 2, 4, 10),))


def test_a_client_is_found_to_order(restaurant, ana):
    with restaurant.uow() as uow:
        assert uow.clients.find_to_order(STORE, "digest") == ana
        assert uow.clients.find_to_order(STORE, "unknown") is None
        assert uow.clients.find_to_order("other", "digest") is None
