import pytest

from orders_service.domain.cart import MOST_PRODUCTS, REQUESTS_REMEMBERED
from orders_service.domain.cart_errors import CartFull, NotInCart
from orders_service.domain.catalogue_errors import UnknownProduct
from orders_service.domain.order_errors import QuantityTooLarge
from orders_service.domain.order_line import WantedItem
from orders_service.domain.stock_errors import InsufficientStock, Shortage
from servicekit.ids import new_id
from tests.builders.orders_service import a_cart, a_cart_item, an_offer

HAM, SODA = "ham", "soda"


def a_cart_with(quantity=2, notes=None, **told):
    return a_cart(a_cart_item(HAM, quantity=quantity, notes=notes, **told))


def quantities(cart):
    return {item.product_id: item.quantity for item in cart.items}


def test_what_is_added_comes_to_what_is_there():
    cart = a_cart_with(2).add(WantedItem(HAM, 3), an_offer(HAM)).add(WantedItem(SODA, 1), an_offer(SODA))
    assert quantities(cart) == {HAM: 5, SODA: 1}
    assert quantities(cart.add(WantedItem(SODA, 1), an_offer(SODA))) == {HAM: 5, SODA: 2}


def test_what_is_added_is_told_at_its_price_of_now():
    cart = a_cart_with().add(WantedItem(SODA, 1), an_offer(SODA, price=700, discount=50))
    assert (cart.item(SODA).told_price, cart.item(SODA).told_discount) == (700, 50)


def test_more_of_an_item_does_not_hide_that_its_price_changed():
    cart = a_cart_with(told_price=2990).add(WantedItem(HAM, 1), an_offer(HAM, price=3500))
    assert cart.item(HAM).told_price == 2990


def test_later_notes_take_the_place_of_earlier_ones_and_none_leave_them():
    cart = a_cart_with(notes="sem cebola").add(WantedItem(HAM, 1), an_offer(HAM))
    assert cart.item(HAM).notes == "sem cebola"
    assert cart.add(WantedItem(HAM, 1, "bem passado"), an_offer(HAM)).item(HAM).notes == "bem passado"


@pytest.mark.parametrize("offer", [None, an_offer(HAM, active=False)])
def test_what_the_store_does_not_sell_is_not_added(offer):
    with pytest.raises(UnknownProduct) as caught:
        a_cart_with().add(WantedItem(HAM, 1), offer)
    assert caught.value.product_ids == [HAM]


@pytest.mark.parametrize("there", [0, 2])
def test_what_is_sold_out_is_not_added(there):
    cart = a_cart_with(there) if there else a_cart(a_cart_item(SODA))
    with pytest.raises(InsufficientStock) as caught:
        cart.add(WantedItem(HAM, 1), an_offer(HAM, available=0))
    assert caught.value.shortages == [Shortage(HAM, there + 1, 0)]


def test_more_than_is_there_may_be_wanted_while_anything_is_there():
    assert quantities(a_cart_with(1).add(WantedItem(HAM, 9), an_offer(HAM, available=1))) == {HAM: 10}


def test_the_sum_of_what_is_added_has_the_bound_of_an_order():
    offer = an_offer(HAM, available=None)
    assert quantities(a_cart_with(9_998).add(WantedItem(HAM, 1), offer)) == {HAM: 9_999}
    with pytest.raises(QuantityTooLarge):
        a_cart_with(9_999).add(WantedItem(HAM, 1), offer)


def test_a_cart_holds_no_more_products_than_an_order_may_name():
    cart = a_cart(*[a_cart_item(str(number)) for number in range(MOST_PRODUCTS)])
    with pytest.raises(CartFull, match=f"at most {MOST_PRODUCTS} different products"):
        cart.add(WantedItem(HAM, 1), an_offer(HAM))
    assert quantities(cart.add(WantedItem("7", 1), an_offer("7")))["7"] == 3


def test_a_request_adds_once_however_often_it_comes():
    offer = an_offer(HAM)
    once = a_cart_with(1).add(WantedItem(HAM, 2), offer, "request")
    assert once.add(WantedItem(HAM, 2), offer, "request") == once
    assert quantities(once.add(WantedItem(HAM, 2), offer, "another")) == {HAM: 5}
    nameless = once.add(WantedItem(HAM, 2), offer)
    assert quantities(nameless) == {HAM: 5}
    assert nameless.requests == once.requests == ("request",)


def test_no_more_than_the_last_requests_are_remembered():
    cart = a_cart_with(1)
    for _ in range(REQUESTS_REMEMBERED + 5):
        cart = cart.add(WantedItem(HAM, 1), an_offer(HAM), new_id())
    assert len(cart.requests) == REQUESTS_REMEMBERED


def test_a_quantity_is_set():
    cart = a_cart_with(2).set_quantity(HAM, 7, an_offer(HAM))
    assert quantities(cart) == {HAM: 7}
    with pytest.raises(QuantityTooLarge):
        cart.set_quantity(HAM, 10_000, an_offer(HAM))


@pytest.mark.parametrize("offer", [None, an_offer(HAM, available=0), an_offer(HAM, active=False)])
def test_of_what_is_sold_out_there_may_be_less_but_not_more(offer):
    assert quantities(a_cart_with(2).set_quantity(HAM, 1, offer)) == {HAM: 1}
    assert quantities(a_cart_with(2).set_quantity(HAM, 2, offer)) == {HAM: 2}
    with pytest.raises(InsufficientStock):
        a_cart_with(2).set_quantity(HAM, 3, offer)


def test_a_product_is_taken_out():
    cart = a_cart(a_cart_item(HAM), a_cart_item(SODA)).take_out(HAM)
    assert list(quantities(cart)) == [SODA]


def test_of_what_is_not_in_the_cart_nothing_is_set_or_taken_out():
    for verb in (lambda cart: cart.take_out(SODA), lambda cart: cart.set_quantity(SODA, 1, an_offer(SODA))):
        with pytest.raises(NotInCart, match=SODA):
            verb(a_cart_with())


def test_an_item_is_to_an_order_what_was_wanted():
    (item,) = a_cart_with(2, "sem cebola").items
    assert item.wanted == WantedItem(HAM, 2, "sem cebola")
