from datetime import time, timedelta

import pytest

from orders_service.domain.opening_hours import OpeningHours, OpenInterval
from orders_service.domain.store_errors import StoreNotFound
from servicekit.database.unit_of_work import StaleAggregate
from tests.builders.orders_service import NOON, STORE, a_product, a_store

WEEK = OpeningHours((OpenInterval(0, time(11), time(15, 30)), OpenInterval(6, time(18), time(2))))


def keep(restaurant, *stores):
    with restaurant.uow() as uow:
        for store in stores:
            assert uow.stores.add(store)
        uow.commit()


@pytest.mark.parametrize(
    "store", [a_store("new"), a_store("new", payment_deadline=timedelta(seconds=90), hours=WEEK, version=7)]
)
def test_a_store_is_found_as_it_was_kept(restaurant, store):
    keep(restaurant, store)
    assert restaurant.store_query.find("new") == store
    with restaurant.uow() as uow:
        assert uow.stores.get("new") == uow.stores.hold("new") == store


def test_a_store_that_is_not_there_is_not_found(restaurant):
    assert restaurant.store_query.find("nowhere") is None
    for find in ("get", "hold"):
        with restaurant.uow() as uow, pytest.raises(StoreNotFound):
            getattr(uow.stores, find)("nowhere")


def test_an_edited_store_takes_the_place_of_what_was_read(restaurant):
    with restaurant.uow() as uow:
        edited = uow.stores.get(STORE).edited({"name": "Velha", "hours": WEEK}, set())
        uow.stores.save(edited)
        uow.commit()
    assert restaurant.store_query.find(STORE) == edited
    assert restaurant.store_query.find("other") == a_store("other")


def test_what_somebody_else_edited_meanwhile_is_not_overwritten(restaurant):
    edited = a_store().edited({"name": "Velha"}, set())
    with restaurant.uow() as uow:
        uow.stores.save(edited)
        uow.commit()
    with restaurant.uow() as uow, pytest.raises(StaleAggregate):
        uow.stores.save(edited)


def test_stores_come_by_their_slugs_page_by_page(restaurant):
    keep(restaurant, a_store("new"))
    first = restaurant.store_query.page(None, 2)
    second = restaurant.store_query.page(first.next, 2)
    assert [store.slug for store in first.items] == ["default", "new"]
    assert [store.slug for store in second.items] == ["other"]
    assert second.next is None
    assert restaurant.store_query.page(None, 3).next is None


def test_the_time_is_the_databases(restaurant):
    restaurant.pass_by(timedelta(minutes=3))
    assert restaurant.store_query.now() == NOON + timedelta(minutes=3)


def test_the_categories_of_the_menu_are_those_of_what_is_sold(restaurant):
    restaurant.sell()
    restaurant.sell()
    restaurant.sell(a_product(category="bebida", active=False))
    restaurant.sell(a_product(category="sobremesa", store="other"))
    with restaurant.uow() as uow:
        assert set(uow.products.categories(STORE)) == {"lanche"}
