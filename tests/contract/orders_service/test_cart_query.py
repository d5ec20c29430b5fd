from datetime import timedelta

from orders_service.domain.cart import OnOffer
from orders_service.domain.promotion import Percentage
from servicekit.ids import new_id
from tests.builders.orders_service import STORE, a_product, a_promotion, an_order


def offers(restaurant, *products, store=STORE):
    return restaurant.cart_query.offers(store, {product.id for product in products})


def test_an_offer_is_the_product_with_its_stock_of_now(restaurant):
    product = restaurant.sell(a_product(name="Açaí", price=1500), units=3)
    assert offers(restaurant, product) == {product.id: OnOffer(product.id, "Açaí", 1500, 0, 3, active=True)}


def test_what_is_reserved_cannot_be_had(restaurant):
    product = restaurant.sell(units=3)
    with restaurant.uow() as uow:
        order = an_order(products=[product], quantity=2)
        uow.orders.add(order)
        assert uow.stock.reserve(order) == []
        uow.commit()
    assert offers(restaurant, product)[product.id].available == 1


def test_a_product_that_is_not_counted_has_no_number(restaurant):
    product = restaurant.sell(a_product(counted=False))
    assert offers(restaurant, product)[product.id].available is None


def test_a_retired_product_is_still_known(restaurant):
    product = restaurant.sell(a_product(active=False))
    assert not offers(restaurant, product)[product.id].active


def test_what_the_store_does_not_have_is_left_out(restaurant):
    product, foreign = restaurant.sell(), restaurant.sell(a_product(store="other"))
    assert list(offers(restaurant, product, foreign, a_product())) == [product.id]


def test_a_promotion_comes_off_while_it_runs(restaurant):
    product, other = restaurant.sell(a_product(price=1000)), restaurant.sell(a_product(price=1000))
    with restaurant.uow() as uow:
        uow.promotions.add(a_promotion(product=product, reduction=Percentage(2_500)))
        uow.commit()
    now = offers(restaurant, product, other)
    assert (now[product.id].price, now[product.id].discount) == (1000, 250)
    assert now[other.id].discount == 0
    restaurant.pass_by(timedelta(hours=1))
    assert offers(restaurant, product)[product.id].discount == 0


def test_the_order_that_was_made_of_a_cart_is_found_in_its_store(restaurant):
    cart_id = new_id()
    order = an_order(products=[restaurant.sell()], cart_id=cart_id)
    with restaurant.uow() as uow:
        uow.orders.add(order)
        uow.commit()
    assert restaurant.cart_query.order_of(STORE, cart_id) == order.id
    assert restaurant.cart_query.order_of("other", cart_id) is None
    assert restaurant.cart_query.order_of(STORE, new_id()) is None
