from datetime import timedelta

import pytest
import sqlalchemy as sa

from orders_service.domain.catalogue_errors import PromotionNotFound
from orders_service.domain.order_line import OrderLine
from orders_service.domain.promotion import Amount, OneProduct, Percentage, PromotionEdit
from orders_service.ports.catalogue_query_port import OfferFilter
from servicekit.database.unit_of_work import StaleAggregate
from tests.builders.orders_service import NOON, STORE, a_product, a_promotion, a_store, an_order
from tests.contract.orders_service.sql_restaurant import SqlRestaurant

MOMENT = timedelta(milliseconds=1)


def keep(restaurant, *promotions):
    with restaurant.uow() as uow:
        for promotion in promotions:
            uow.promotions.add(promotion)
        uow.commit()


def running(restaurant, *products, store=STORE, now=NOON):
    with restaurant.uow() as uow:
        return list(uow.promotions.running(store, products, now))


@pytest.mark.parametrize("reduction", [Percentage(1_250), Amount(500)])
@pytest.mark.parametrize("of_one_product", [True, False])
def test_a_promotion_comes_back_as_it_was_kept(restaurant, reduction, of_one_product):
    product = restaurant.sell()
    target = {"product": product} if of_one_product else {"category": product.category}
    promotion = a_promotion(reduction=reduction, name="Terça do lanche — só hoje", **target)
    keep(restaurant, promotion)
    assert running(restaurant, product) == [promotion]


def test_those_of_other_products_and_categories_do_not_count(restaurant):
    burger, juice = restaurant.sell(), restaurant.sell(a_product(category="bebida"))
    of_burger, of_juice, of_drinks = (
        a_promotion(product=burger),
        a_promotion(product=juice),
        a_promotion(category="bebida"),
    )
    keep(restaurant, of_burger, of_juice, of_drinks, a_promotion(category="sobremesa"))
    assert running(restaurant, burger) == [of_burger]
    assert {one.id for one in running(restaurant, juice)} == {of_juice.id, of_drinks.id}
    assert len(running(restaurant, burger, juice)) == 3
    assert running(restaurant) == []


def test_those_of_another_store_do_not_count(restaurant):
    ours, theirs = restaurant.sell(), restaurant.sell(a_product(store="other"))
    keep(restaurant, a_promotion(product=theirs, store="other"), a_promotion(store="other"))
    assert running(restaurant, ours) == []
    assert len(running(restaurant, theirs, store="other")) == 2


def test_they_count_from_the_start_until_just_before_the_end(restaurant):
    product = restaurant.sell()
    promotion = a_promotion(product=product)
    keep(restaurant, promotion)
    for moment, counts in (
        (promotion.starts_at - MOMENT, False),
        (promotion.starts_at, True),
        (promotion.ends_at - MOMENT, True),
        (promotion.ends_at, False),
    ):
        assert bool(running(restaurant, product, now=moment)) is counts


def test_what_an_order_costs_less_stays_with_its_lines(restaurant):
    product = restaurant.sell(units=9)
    promotion = a_promotion(product=product)
    keep(restaurant, promotion)
    order = an_order(products=[product], promotions=[promotion], quantity=2)
    with restaurant.uow() as uow:
        uow.orders.add(order)
        uow.commit()
    terms = restaurant.order_query.find(STORE, order.id).terms
    assert terms == order.terms
    assert terms.lines == (OrderLine(product.id, product.name, 2990, 2, None, 299, promotion.id),)
    assert (terms.subtotal, terms.discount, terms.total) == (5980, 598, 5382)


def shown(restaurant, product):
    """What the catalogue says of it, by id and in the list."""
    (listed,) = restaurant.catalogue.offers(STORE, OfferFilter(), None, 50).items
    offer = restaurant.catalogue.offer(STORE, product.id)
    assert listed == offer
    return offer.price, offer.promotional_price


def test_the_catalogue_shows_what_a_product_costs_just_now(restaurant):
    product = restaurant.sell(units=9)
    promotion = a_promotion(product=product, starts_at=NOON + MOMENT, ends_at=NOON + 2 * MOMENT)
    keep(restaurant, promotion, a_promotion(category="bebida"), a_promotion(store="other"))
    assert shown(restaurant, product) == (2990, None)
    restaurant.pass_by(MOMENT)
    assert shown(restaurant, product) == (2990, 2691)
    restaurant.pass_by(MOMENT)
    assert shown(restaurant, product) == (2990, None)


def test_the_catalogue_shows_the_best_of_several_promotions(restaurant):
    product = restaurant.sell()
    keep(restaurant, a_promotion(product=product), a_promotion(reduction=Amount(1_000)))
    assert shown(restaurant, product) == (2990, 1990)


def test_however_long_a_page_the_database_is_asked_as_often(database_url):
    restaurant = SqlRestaurant(database_url)
    with restaurant.uow() as uow:
        uow.stores.add(a_store())
        uow.commit()
    asked = []
    sa.event.listen(
        restaurant.database.engine, "before_cursor_execute", lambda *details: asked.append(details[2])
    )

    def questions(products):
        for _ in range(products):
            product = restaurant.sell()
            keep(restaurant, a_promotion(product=product))
        asked.clear()
        restaurant.catalogue.offers(STORE, OfferFilter(), None, 50)
        return len(asked)

    assert questions(1) == questions(20)
    restaurant.dispose()


def change(restaurant, verb):
    """Do this with the unit of work, and keep it."""
    with restaurant.uow() as uow:
        verb(uow)
        uow.commit()


def found(restaurant, promotion, store=STORE):
    with restaurant.uow() as uow:
        return uow.promotions.get(store, promotion.id)


def test_a_promotion_is_found_by_its_id_in_its_store_alone(restaurant):
    promotion = a_promotion()
    keep(restaurant, promotion)
    assert found(restaurant, promotion) == promotion
    with pytest.raises(PromotionNotFound):
        found(restaurant, promotion, "other")
    with pytest.raises(PromotionNotFound):
        found(restaurant, a_promotion())


def test_an_edit_is_kept_whole(restaurant):
    product = restaurant.sell()
    promotion = a_promotion()
    keep(restaurant, promotion)
    edit = PromotionEdit(
        name="Outro",
        target=OneProduct(product.id),
        reduction=Amount(1),
        starts_at=NOON,
        ends_at=NOON + 9 * MOMENT,
    )
    change(restaurant, lambda uow: uow.promotions.save(promotion.edited(edit)))
    assert found(restaurant, promotion) == promotion.edited(edit)
    assert found(restaurant, promotion).version == 2


@pytest.mark.parametrize("verb", ["save", "remove"])
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(restaurant, verb):
    promotion = a_promotion()
    keep(restaurant, promotion)
    newer = promotion.edited(PromotionEdit(name="Outro"))
    change(restaurant, lambda uow: uow.promotions.save(newer))
    stale = promotion if verb == "remove" else promotion.edited(PromotionEdit(name="Mais um"))
    with pytest.raises(StaleAggregate):
        change(restaurant, lambda uow: getattr(uow.promotions, verb)(stale))
    assert found(restaurant, promotion) == newer


def test_one_that_was_removed_is_gone_but_for_the_orders_that_name_it(restaurant):
    product = restaurant.sell(units=9)
    promotion = a_promotion()
    keep(restaurant, promotion)
    order = an_order(products=[product], promotions=[promotion])
    change(restaurant, lambda uow: uow.orders.add(order))
    change(restaurant, lambda uow: uow.promotions.remove(promotion))
    assert running(restaurant, product) == []
    assert restaurant.promotion_query.page(STORE, None, 50).items == ()
    assert restaurant.promotion_query.find(STORE, promotion.id) is None
    with pytest.raises(PromotionNotFound):
        found(restaurant, promotion)
    for verb in ("save", "remove"):
        again = promotion.edited(PromotionEdit()) if verb == "save" else promotion
        with pytest.raises(StaleAggregate):
            change(restaurant, lambda uow, verb=verb, again=again: getattr(uow.promotions, verb)(again))
    assert restaurant.order_query.find(STORE, order.id).terms == order.terms


def test_one_is_found_by_its_id_in_its_own_store_alone(restaurant):
    promotion = a_promotion()
    keep(restaurant, promotion, a_promotion())
    assert restaurant.promotion_query.find(STORE, promotion.id) == promotion
    assert restaurant.promotion_query.find("other", promotion.id) is None


def test_they_are_listed_newest_first_in_pages_that_follow_one_another(restaurant):
    over = {"starts_at": NOON - timedelta(days=2), "ends_at": NOON - timedelta(days=1)}
    kept = [a_promotion(**over), *(a_promotion() for _ in range(4))]
    keep(restaurant, *kept, a_promotion(store="other"))
    seen, before = [], None
    for _ in range(3):
        page = restaurant.promotion_query.page(STORE, before, 2)
        seen += page.items
        before = page.next
    assert seen == kept[::-1]
    assert before is None
    assert restaurant.promotion_query.page(STORE, None, 5).next is None
