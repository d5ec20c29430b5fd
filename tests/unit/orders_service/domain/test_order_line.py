import pytest

from orders_service.domain.catalogue_errors import UnknownProduct
from orders_service.domain.order_errors import QuantityTooLarge
from orders_service.domain.order_line import WantedItem, lines_of, units_by_product
from orders_service.domain.pricing import prices_of
from tests.builders.orders_service import NOON, a_product

BURGER = a_product("a", price=2990)
JUICE = a_product("b", price=850, name="Suco")
MENU = {"a": BURGER, "b": JUICE}
PRICES = prices_of(MENU.values(), [], NOON)


def test_names_and_prices_are_copied_from_the_menu():
    (line,) = lines_of([WantedItem("b", 3)], MENU, PRICES)
    assert (line.name, line.unit_price, line.quantity, line.total) == ("Suco", 850, 3, 2550)


def test_the_same_product_twice_is_summed():
    assert [line.quantity for line in lines_of([WantedItem("a", 1), WantedItem("a", 2)], MENU, PRICES)] == [3]


def test_the_same_product_with_other_notes_is_a_line_of_its_own():
    lines = lines_of([WantedItem("a", 1, "sem cebola"), WantedItem("a", 2), WantedItem("b", 1)], MENU, PRICES)
    assert [(line.product_id, line.notes) for line in lines] == [
        ("a", "sem cebola"),
        ("a", None),
        ("b", None),
    ]
    assert units_by_product(lines) == {"a": 3, "b": 1}


def test_every_unknown_product_is_named():
    with pytest.raises(UnknownProduct) as caught:
        lines_of(
            [WantedItem("z", 1), WantedItem("a", 1), WantedItem("y", 1), WantedItem("z", 1)], MENU, PRICES
        )
    assert caught.value.product_ids == ["y", "z"]


def test_the_largest_quantity_holds_for_the_sum():
    lines_of([WantedItem("a", 9_998), WantedItem("a", 1, "bem passado")], MENU, PRICES)
    with pytest.raises(QuantityTooLarge, match=r"^At most 9999 of a product may be ordered at once\.$"):
        lines_of([WantedItem("a", 9_999), WantedItem("a", 1, "bem passado")], MENU, PRICES)
