from collections import Counter

from orders_service.domain.product import StockReason
from orders_service.entrypoints.demo.menu import MENU, SLICES_OF_A_PIZZA
from orders_service.entrypoints.demo.people import STAFF, demo_of
from tests.builders.orders_service import CATEGORIES, STORE


def test_the_menu_is_that_of_a_whole_restaurant():
    assert len(MENU) >= 24
    assert set(Counter(product.category for product in MENU)) == set(CATEGORIES)
    assert len({product.name for product in MENU}) == len(MENU)
    for product in MENU:
        assert product.description
        assert 100 <= product.price <= 10_000
        assert len(product.name) <= 100
        assert len(product.description) <= 500


def test_pizzas_are_sold_by_the_slice():
    slices = [product for product in MENU if "pizza" in product.name]
    assert len(slices) >= 2
    for product in slices:
        assert {(one.units, one.reason) for one in product.deliveries} == {
            (SLICES_OF_A_PIZZA, StockReason.BATCH)
        }


def test_some_products_are_counted_and_some_are_not():
    assert {bool(product.deliveries) for product in MENU} == {True, False}


def test_the_guests_have_a_role_each():
    assert {role for _, role in STAFF} == {"kitchen", "manager", "admin"}
    assert demo_of(STORE).store == STORE
