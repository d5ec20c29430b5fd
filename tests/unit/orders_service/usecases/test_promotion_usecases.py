from datetime import UTC, datetime, timedelta, timezone

import pytest

from orders_service.domain.catalogue_errors import (
    EmptyWindow,
    PromotionNotFound,
    UnknownCategory,
    UnknownProduct,
)
from orders_service.domain.hoarding import HoldLimits
from orders_service.domain.order_errors import NothingToPay
from orders_service.domain.order_line import WantedItem
from orders_service.domain.payment import PaymentMethod
from orders_service.domain.promotion import Amount, OneProduct, Percentage, PromotionEdit, WholeCategory
from orders_service.domain.store_errors import StoreNotFound
from orders_service.usecases.add_promotion_usecase import AddPromotion, AddPromotionUseCase
from orders_service.usecases.checkout_usecase import Checkout, CheckoutUseCase
from orders_service.usecases.edit_promotion_usecase import EditPromotion, EditPromotionUseCase
from orders_service.usecases.list_promotions_usecase import ListPromotions, ListPromotionsUseCase
from orders_service.usecases.remove_promotion_usecase import RemovePromotion, RemovePromotionUseCase
from orders_service.usecases.show_promotion_usecase import ShowPromotion, ShowPromotionUseCase
from tests.builders.orders_service import NOON, STORE, TIME_TO_PAY, a_product, a_promotion, a_store
from tests.fakes.orders_service.secrets import fake_digest

LOCAL = datetime(2026, 11, 21, 18, 0)  # noqa: DTZ001 - as somebody writes it who looks at the wall


class SeenAnotherError(Exception):
    pass


NEAR = timedelta(hours=9)


def any_version(_version):
    """Whatever is there may be changed."""


def only(seen):
    def check(version):
        if version != seen:
            raise SeenAnotherError

    return check


@pytest.fixture
def add(restaurant):
    def add(**changes):
        wanted = {
            "store": STORE,
            "name": "Happy hour",
            "target": WholeCategory("lanche"),
            "reduction": Percentage(1_000),
            "starts_at": NOON,
            "ends_at": NOON + timedelta(hours=2),
        }
        usecase = AddPromotionUseCase(restaurant.uow, restaurant.new_id)
        return usecase.execute(AddPromotion(**{**wanted, **changes}))

    return add


@pytest.fixture
def edit(restaurant):
    def edit(promotion, *, store=STORE, check_version=any_version, **changes):
        wanted = EditPromotion(store, promotion.id, PromotionEdit(**changes), check_version)
        return EditPromotionUseCase(restaurant.uow).execute(wanted)

    return edit


@pytest.fixture
def remove(restaurant):
    def remove(promotion, *, store=STORE, check_version=any_version):
        wanted = RemovePromotion(store, promotion.id, check_version)
        RemovePromotionUseCase(restaurant.uow).execute(wanted)

    return remove


@pytest.fixture
def checkout(restaurant):
    def check_out(product, quantity=1):
        usecase = CheckoutUseCase(
            restaurant.uow,
            restaurant.new_id,
            lambda _below: 7,
            fake_digest,
            TIME_TO_PAY,
            HoldLimits(5, 50, 80),
        )
        wanted = (WantedItem(product.id, quantity),)
        return usecase.execute(Checkout(STORE, wanted, None, PaymentMethod.PIX))

    return check_out


def listed(restaurant, store=STORE):
    usecase = ListPromotionsUseCase(restaurant.promotion_query)
    return list(usecase.execute(ListPromotions(store, None, 50)).items)


class TestShowing:
    def test_a_promotion_is_shown_as_it_stands(self, restaurant, add):
        promotion = add()
        show = ShowPromotionUseCase(restaurant.promotion_query)
        assert show.execute(ShowPromotion(STORE, promotion.id)) == promotion

    def test_another_stores_promotion_is_not_there(self, restaurant, add):
        show = ShowPromotionUseCase(restaurant.promotion_query)
        promotion = add()
        with pytest.raises(PromotionNotFound, match=promotion.id):
            show.execute(ShowPromotion("other", promotion.id))


class TestAdding:
    def test_a_promotion_is_kept_as_it_was_wanted(self, restaurant, add):
        promotion = add()
        assert promotion == a_promotion(id=promotion.id, starts_at=NOON, ends_at=NOON + timedelta(hours=2))
        assert listed(restaurant) == [promotion]

    def test_a_time_without_an_offset_is_the_stores_own(self, add):
        promotion = add(starts_at=LOCAL, ends_at=LOCAL + timedelta(hours=1))
        assert promotion.starts_at == datetime(2026, 11, 21, 21, 0, tzinfo=UTC)
        assert promotion.ends_at == datetime(2026, 11, 21, 22, 0, tzinfo=UTC)

    def test_a_time_with_an_offset_is_taken_as_it_is(self, add):
        promotion = add(starts_at=NOON.astimezone(timezone(timedelta(hours=5))))
        assert promotion.starts_at == NOON
        assert promotion.starts_at.tzinfo is UTC

    def test_what_the_store_does_not_sell_cannot_be_promoted(self, restaurant, add):
        foreign = restaurant.sell(a_product(store="other"))
        retired = restaurant.sell(a_product(active=False))
        for product_id in (foreign.id, retired.id, "unknown"):
            with pytest.raises(UnknownProduct) as caught:
                add(target=OneProduct(product_id))
            assert caught.value.product_ids == [product_id]
        product = restaurant.sell()
        assert add(target=OneProduct(product.id)).target == OneProduct(product.id)

    def test_a_category_that_the_store_does_not_have_cannot_be_promoted(self, add):
        with pytest.raises(UnknownCategory):
            add(target=WholeCategory("sushi"))

    def test_a_promotion_starts_before_it_ends(self, restaurant, add):
        with pytest.raises(EmptyWindow):
            add(ends_at=NOON)
        assert listed(restaurant) == []

    def test_there_is_none_in_a_store_that_there_is_not(self, add):
        with pytest.raises(StoreNotFound, match="nowhere"):
            add(store="nowhere")


class TestEditing:
    def test_what_is_named_is_changed(self, restaurant, add, edit):
        product, promotion = restaurant.sell(), add()
        edited = edit(promotion, target=OneProduct(product.id), reduction=Amount(100), starts_at=LOCAL - NEAR)
        assert (edited.target, edited.reduction) == (OneProduct(product.id), Amount(100))
        assert edited.starts_at == datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
        assert (edited.name, edited.ends_at, edited.version) == (promotion.name, promotion.ends_at, 2)
        assert listed(restaurant) == [edited]

    def test_its_new_target_has_to_be_there(self, add, edit):
        promotion = add()
        with pytest.raises(UnknownProduct):
            edit(promotion, target=OneProduct("unknown"))
        with pytest.raises(UnknownCategory):
            edit(promotion, target=WholeCategory("sushi"))

    def test_its_old_target_need_not_be_there_any_more(self, restaurant, edit):
        promotion = a_promotion(category="gone")
        with restaurant.uow() as uow:
            uow.promotions.add(promotion)
            uow.commit()
        assert edit(promotion, name="Outro").name == "Outro"

    def test_whoever_saw_another_version_changes_nothing(self, restaurant, add, edit):
        promotion = add()
        with pytest.raises(SeenAnotherError):
            edit(promotion, name="Outro", check_version=only(2))
        assert listed(restaurant) == [promotion]
        edit(promotion, name="Outro", check_version=only(1))

    def test_another_stores_promotion_is_not_found(self, restaurant, add, edit):
        promotion = add()
        with restaurant.uow() as uow:
            uow.stores.add(a_store("other"))
            uow.commit()
        with pytest.raises(PromotionNotFound, match=promotion.id):
            edit(promotion, store="other", name="Outro")


class TestRemoving:
    def test_it_is_gone(self, restaurant, add, remove):
        promotion = add()
        remove(promotion)
        assert listed(restaurant) == []
        with pytest.raises(PromotionNotFound, match=promotion.id):
            remove(promotion)

    def test_whoever_saw_another_version_removes_nothing(self, restaurant, add, remove):
        promotion = add()
        with pytest.raises(SeenAnotherError):
            remove(promotion, check_version=only(2))
        assert listed(restaurant) == [promotion]

    def test_another_stores_promotion_is_not_found(self, restaurant, add, remove):
        promotion = add()
        with pytest.raises(PromotionNotFound, match=promotion.id):
            remove(promotion, store="other")
        assert listed(restaurant) == [promotion]
        assert listed(restaurant, "other") == []


class TestOrdering:
    def test_an_order_costs_what_the_catalogue_shows_at_that_moment(self, restaurant, add, checkout):
        product = restaurant.sell(units=9)
        promotion = add()
        shown = restaurant.catalogue.offer(STORE, product.id).promotional_price
        terms = checkout(product, 3).terms
        assert terms.total == 3 * shown == 3 * 2691
        assert (terms.subtotal, terms.discount) == (3 * 2990, 3 * 299)
        assert {line.promotion_id for line in terms.lines} == {promotion.id}

    def test_a_promotion_that_ends_at_this_moment_no_longer_counts(self, restaurant, add, checkout):
        product = restaurant.sell(units=9)
        promotion = add()
        restaurant.pass_by(promotion.ends_at - NOON)
        terms = checkout(product).terms
        assert (terms.discount, terms.total) == (0, 2990)

    def test_nothing_that_becomes_of_a_promotion_reaches_an_order(
        self, restaurant, add, edit, remove, checkout
    ):
        product = restaurant.sell(units=9)
        promotion = add()
        order = checkout(product)
        edit(promotion, reduction=Percentage(5_000))
        assert restaurant.order(order.id).terms.total == 2691
        remove(promotion)
        assert restaurant.order(order.id).terms.total == 2691

    def test_an_order_that_would_cost_nothing_is_refused(self, restaurant, add, checkout):
        product = restaurant.sell(units=9)
        add(reduction=Percentage(10_000))
        with pytest.raises(NothingToPay):
            checkout(product)
        assert restaurant.shelf(product.id) == (9, 0)
