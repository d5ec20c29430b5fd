from datetime import timedelta

import pytest

from orders_service.domain.cpf import Cpf
from orders_service.domain.staff import Role, Staff
from tests.builders.orders_service import ANA, CATEGORIES, NOON, STORE, a_client, a_product, a_store, an_order
from tests.fakes.orders_service.secrets import fake_digest

DIGEST = fake_digest(Cpf.parse(ANA))


def test_nothing_is_kept_without_a_commit(restaurant):
    product = a_product()
    with restaurant.uow() as uow:
        uow.products.add(product)
    assert restaurant.catalogue.offer(STORE, product.id) is None


def test_nothing_is_kept_after_an_error(restaurant):
    product = a_product()

    def add_and_fail():
        with restaurant.uow() as uow:
            uow.products.add(product)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add_and_fail()
    assert restaurant.catalogue.offer(STORE, product.id) is None


def test_time_is_the_databases(restaurant):
    restaurant.pass_by(timedelta(minutes=3))
    with restaurant.uow() as uow:
        assert uow.now() == NOON + timedelta(minutes=3)


def test_a_store_is_kept_once(restaurant):
    with restaurant.uow() as uow:
        assert uow.stores.add(a_store("new"))
        assert not uow.stores.add(a_store("new"))
        uow.commit()
    store = restaurant.catalogue.store("new")
    assert store == a_store("new")
    assert store.categories == CATEGORIES
    assert restaurant.catalogue.store("nowhere") is None


def test_a_client_is_found_in_its_store_alone(restaurant):
    ana = a_client()
    with restaurant.uow() as uow:
        assert uow.clients.add(STORE, ana, DIGEST)
        assert not uow.clients.add(STORE, a_client("Outra"), DIGEST)
        uow.commit()
    with restaurant.uow() as uow:
        assert uow.clients.find(STORE, DIGEST) == ana
        assert uow.clients.find("other", DIGEST) is None
        assert uow.clients.find(STORE, "another digest") is None


def test_a_username_is_unique_in_its_store(restaurant):
    cook = Staff(STORE, "cozinha", "hash", Role.KITCHEN)
    with restaurant.uow() as uow:
        assert uow.staff.add(cook)
        assert not uow.staff.add(Staff(STORE, "cozinha", "another", Role.ADMIN))
        assert uow.staff.add(Staff("other", "cozinha", "hash", Role.MANAGER))
        uow.commit()
    with restaurant.uow() as uow:
        assert uow.staff.find(STORE, "cozinha") == cook
        assert uow.staff.find("other", "cozinha").role is Role.MANAGER
        assert uow.staff.find(STORE, "ninguem") is None


def test_an_event_is_said_again_with_its_data(restaurant):
    order = an_order(products=[restaurant.sell()])
    with restaurant.uow() as uow:
        uow.orders.add(order)
        uow.commit()
    restaurant.pass_by(timedelta(seconds=30))
    with restaurant.uow() as uow:
        uow.announcements.say_again(order, "order.placed.v1")
        uow.commit()
    first, again = restaurant.order_query.saga(STORE, order.id)
    assert (again.type, again.data, again.causationid) == (first.type, first.data, first.causationid)
    assert again.id != first.id
    assert again.time == NOON + timedelta(seconds=30)


def test_leftovers_are_purged_by_age_and_no_more_than_asked(restaurant):
    for days in (40, 35, 31, 29):
        restaurant.handle_event(NOON - timedelta(days=days))
    for hours in (30, 25, 23):
        restaurant.store_key(NOON - timedelta(hours=hours))
    bounds = {
        "inbox_before": NOON - timedelta(days=30),
        "keys_before": NOON - timedelta(hours=24),
        "failures_before": NOON,
    }

    def purge(limit):
        with restaurant.uow() as uow:
            deleted = uow.leftovers.purge(**bounds, limit=limit)
            uow.commit()
        return deleted

    assert purge(2) == 4
    assert restaurant.left_over() == (2, 1)
    assert purge(2) == 1
    assert purge(2) == 0
    assert restaurant.left_over() == (1, 1)
