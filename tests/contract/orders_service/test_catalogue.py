from dataclasses import fields, replace

import pytest

from orders_service.domain.catalogue_errors import ProductNotFound
from orders_service.domain.product import StockReason
from orders_service.ports.catalogue_query_port import OfferFilter
from servicekit.database.unit_of_work import StaleAggregate
from tests.builders.orders_service import STORE, a_product, an_order


def names(page):
    return [offer.name for offer in page.items]


def listed(restaurant, after=None, limit=50, **wanted):
    return restaurant.catalogue.offers(STORE, OfferFilter(**wanted), after, limit)


def test_an_offer_shows_the_product_as_it_was_kept(restaurant):
    product = restaurant.sell(a_product(image="abc"), units=3)
    offer = restaurant.catalogue.offer(STORE, product.id)
    for field in ("id", "name", "description", "category", "price", "image", "active"):
        assert getattr(offer, field) == getattr(product, field)
    assert offer.available == 3


def test_what_is_reserved_is_not_available(restaurant):
    product = restaurant.sell(units=3)
    with restaurant.uow() as uow:
        order = an_order(products=[product], quantity=2)
        uow.orders.add(order)
        assert uow.stock.reserve(order) == []
        uow.commit()
    assert restaurant.catalogue.offer(STORE, product.id).available == 1


def test_a_product_that_is_not_counted_has_no_number(restaurant):
    product = restaurant.sell(a_product(counted=False))
    assert restaurant.catalogue.offer(STORE, product.id).available is None


def test_another_stores_product_is_none_of_ours(restaurant):
    product = restaurant.sell(a_product(store="other"))
    assert restaurant.catalogue.offer(STORE, product.id) is None
    assert listed(restaurant).items == ()


def test_a_retired_product_is_shown_but_not_listed_nor_for_sale(restaurant):
    product = restaurant.sell(a_product(active=False))
    assert not restaurant.catalogue.offer(STORE, product.id).active
    assert listed(restaurant).items == ()
    with restaurant.uow() as uow:
        assert uow.products.for_sale(STORE, [product.id]) == {}
        assert uow.products.any(STORE)
        assert not uow.products.any("other")


def test_what_is_for_sale_comes_by_id(restaurant):
    product, foreign = restaurant.sell(), restaurant.sell(a_product(store="other"))
    restaurant.sell()
    with restaurant.uow() as uow:
        wanted = {product.id, foreign.id, "unknown"}
        assert uow.products.for_sale(STORE, wanted) == {product.id: product}


def test_offers_are_filtered_by_category(restaurant):
    restaurant.sell(a_product(name="Suco", category="bebida"))
    restaurant.sell()
    assert names(listed(restaurant, category="bebida")) == ["Suco"]
    assert names(listed(restaurant, category="sobremesa")) == []


def test_offers_are_searched_without_case_and_accents(restaurant):
    restaurant.sell(a_product(name="Açaí", description="Com granola"))
    restaurant.sell(a_product(name="100% suco_puro", description=""))
    assert names(listed(restaurant, words="ACAI")) == ["Açaí"]
    assert names(listed(restaurant, words="gránola")) == ["Açaí"]
    assert names(listed(restaurant, words="0% s")) == ["100% suco_puro"]
    assert names(listed(restaurant, words="%")) == ["100% suco_puro"]
    assert names(listed(restaurant, words="suco_")) == ["100% suco_puro"]
    assert names(listed(restaurant, words="c_m")) == []


def test_offers_are_filtered_by_availability(restaurant):
    restaurant.sell(a_product(name="counted"), units=1)
    restaurant.sell(a_product(name="sold out"))
    restaurant.sell(a_product(name="not counted", counted=False))
    assert names(listed(restaurant, available=True)) == ["counted", "not counted"]
    assert names(listed(restaurant, available=False)) == ["sold out"]
    assert len(names(listed(restaurant))) == 3


def test_pages_follow_one_another_without_gap_or_overlap(restaurant):
    for number in range(5):
        restaurant.sell(a_product(name=str(number)))
    first = listed(restaurant, limit=2)
    second = listed(restaurant, first.next, 2)
    third = listed(restaurant, second.next, 2)
    assert [names(page) for page in (first, second, third)] == [["0", "1"], ["2", "3"], ["4"]]
    assert third.next is None
    assert listed(restaurant, limit=5).next is None


def test_every_delivery_is_a_movement(restaurant):
    product = restaurant.sell(units=5)
    with restaurant.uow() as uow:
        uow.stock.receive(STORE, product.id, 8, StockReason.BATCH, uow.now())
        uow.commit()
    assert restaurant.shelf(product.id) == (13, 0)
    assert restaurant.movements(product.id) == [("set", 5), ("batch", 8)]


def test_a_product_comes_back_as_it_was_kept(restaurant):
    product = restaurant.sell(a_product(image="abc", active=False, counted=False))
    left_alone = [one.name for one in fields(product) if getattr(product, one.name) == one.default]
    assert left_alone == ["version"], "a field that is given no value is not missed when it is lost"
    with restaurant.uow() as uow:
        assert uow.products.get(STORE, product.id) == product


def test_a_change_is_kept_as_the_next_version(restaurant):
    product = restaurant.sell()
    changes = {
        "name": "Pão de queijo",
        "description": "Mineiro",
        "category": "acompanhamento",
        "price": 0,
        "active": False,
        "image": "abc",
    }
    with restaurant.uow() as uow:
        uow.products.save(replace(uow.products.get(STORE, product.id), **changes))
        uow.commit()
    with restaurant.uow() as uow:
        assert uow.products.get(STORE, product.id) == replace(product, version=2, **changes)
    assert restaurant.catalogue.offer(STORE, product.id).version == 2


def test_a_changed_product_is_found_by_its_new_words_alone(restaurant):
    product = restaurant.sell(a_product(name="Açaí", description=""))
    with restaurant.uow() as uow:
        uow.products.save(replace(product, name="Maracujá"))
        uow.commit()
    assert names(listed(restaurant, words="MARACUJA")) == ["Maracujá"]
    assert names(listed(restaurant, words="acai")) == []


def test_a_change_of_what_somebody_else_changed_is_stale(restaurant):
    product = restaurant.sell()
    with restaurant.uow() as uow:
        uow.products.save(replace(product, price=1))
        uow.commit()
    with restaurant.uow() as uow, pytest.raises(StaleAggregate):
        uow.products.save(replace(product, price=2))


def test_a_product_of_another_store_is_not_found(restaurant):
    product = restaurant.sell(a_product(store="other"))
    for product_id in (product.id, "unknown"):
        with restaurant.uow() as uow, pytest.raises(ProductNotFound):
            uow.products.get(STORE, product_id)
