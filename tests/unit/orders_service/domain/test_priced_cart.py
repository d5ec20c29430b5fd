import pytest

from orders_service.domain.priced_cart import Change, having_told, priced
from tests.builders.orders_service import a_cart, a_cart_item, an_offer

HAM, SODA = "ham", "soda"


def change(quantity=2, told=(2990, 0), **offer):
    cart = a_cart(a_cart_item(HAM, quantity=quantity, told_price=told[0], told_discount=told[1]))
    (one,) = priced(cart, {HAM: an_offer(HAM, **offer)}).items
    return one.change


def test_a_cart_is_priced_by_the_menu_of_now():
    cart = a_cart(a_cart_item(HAM, quantity=2), a_cart_item(SODA, quantity=3))
    offers = {HAM: an_offer(HAM, price=1000), SODA: an_offer(SODA, price=500, discount=50)}
    now = priced(cart, offers)
    assert [one.total for one in now.items] == [2000, 1500]
    assert (now.subtotal, now.discount, now.total) == (3500, 150, 3350)


def test_an_empty_cart_comes_to_nothing():
    now = priced(a_cart(a_cart_item(HAM)).take_out(HAM), {})
    assert (now.items, now.subtotal, now.discount, now.total) == ((), 0, 0, 0)


def test_what_the_store_knows_nothing_of_is_left_out():
    cart = a_cart(a_cart_item(HAM), a_cart_item(SODA))
    assert [one.offer.product_id for one in priced(cart, {HAM: an_offer(HAM)}).items] == [HAM]


@pytest.mark.parametrize("available", [None, 2, 3])
def test_what_can_be_had_at_the_price_told_is_no_news(available):
    assert change(available=available) is None


@pytest.mark.parametrize(
    "offer", [{"price": 3000}, {"price": 2980}, {"discount": 1}, {"available": None, "price": 1}]
)
def test_another_price_is_news(offer):
    assert change(**offer) is Change.PRICE


def test_the_end_of_a_promotion_is_news():
    assert change(told=(2990, 90)) is Change.PRICE


def test_fewer_than_wanted_are_short_and_none_are_sold_out():
    assert change(available=1) is Change.SHORT
    assert change(available=0) is Change.SOLD_OUT
    assert change(active=False, available=None) is Change.SOLD_OUT
    assert change(active=False, available=9) is Change.SOLD_OUT


def test_that_something_cannot_be_had_is_told_before_its_price():
    assert change(available=0, price=3000) is Change.SOLD_OUT
    assert change(available=1, price=3000) is Change.SHORT


def test_a_price_is_news_once():
    cart, offers = a_cart(a_cart_item(HAM)), {HAM: an_offer(HAM, price=3000)}
    now = priced(cart, offers)
    cart = having_told(cart, now)
    assert [one.change for one in priced(cart, offers).items] == [None]
    assert having_told(cart, priced(cart, offers)) == cart


def test_of_a_price_that_was_told_the_discount_is_remembered_too():
    cart = a_cart(a_cart_item(HAM))
    cart = having_told(cart, priced(cart, {HAM: an_offer(HAM, price=3000, discount=100)}))
    assert [(item.told_price, item.told_discount) for item in cart.items] == [(3000, 100)]


def test_that_something_is_sold_out_is_told_for_as_long_as_it_is_and_then_its_price():
    cart = a_cart(a_cart_item(HAM))
    for _ in range(2):
        now = priced(cart, {HAM: an_offer(HAM, price=3000, available=0)})
        cart = having_told(cart, now)
        assert now.items[0].change is Change.SOLD_OUT
    assert priced(cart, {HAM: an_offer(HAM, price=3000)}).items[0].change is Change.PRICE
