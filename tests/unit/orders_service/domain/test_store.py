from datetime import UTC, datetime, time, timedelta

import pytest

from orders_service.domain.opening_hours import OpeningHours, OpenInterval
from orders_service.domain.store import StoreNow
from orders_service.domain.store_errors import CategoryInUse, StoreClosed
from tests.builders.orders_service import CATEGORIES, NOON, TIME_TO_PAY, a_store

ON_MONDAYS = OpeningHours((OpenInterval(0, time(18), time(23)),))
"""NOON is a Saturday."""
MONDAY = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


def test_a_store_without_hours_takes_orders_at_any_time():
    a_store().require_open(NOON)


def test_a_closed_store_says_when_it_opens():
    with pytest.raises(StoreClosed) as caught:
        a_store(hours=ON_MONDAYS).require_open(NOON)
    assert caught.value.members() == {"opens_at": "2026-11-23T21:00:00Z"}


def test_a_store_is_seen_as_it_is_at_the_moment():
    store = a_store(hours=ON_MONDAYS)
    assert StoreNow.at(store, NOON) == StoreNow(store, MONDAY)
    assert StoreNow.at(store, MONDAY) == StoreNow(store, None)


def test_a_store_may_have_a_deadline_of_its_own():
    assert a_store().deadline(NOON, TIME_TO_PAY) == NOON + TIME_TO_PAY
    hurried = a_store(payment_deadline=timedelta(minutes=2))
    assert hurried.deadline(NOON, TIME_TO_PAY) == NOON + timedelta(minutes=2)


def test_an_edited_store_is_another_version():
    edited = a_store().edited({"name": "Comanda Centro"}, set())
    assert edited == a_store(name="Comanda Centro", version=2)


def test_categories_that_products_are_in_have_to_stay():
    with pytest.raises(CategoryInUse) as caught:
        a_store().edited({"categories": ("lanche",)}, {"lanche", "bebida", "gone already"})
    assert caught.value.members() == {"categories": ["bebida"]}


def test_categories_that_nothing_is_in_may_go():
    assert a_store().edited({"categories": CATEGORIES[:1]}, {"lanche"}).categories == ("lanche",)
