import pytest

from orders_service.domain.catalogue_errors import ProductNotFound
from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.domain.product import StockReason
from orders_service.domain.shelf import Entry
from orders_service.ports.stock_query_port import BATCHES_SHOWN
from servicekit.ids import new_id
from tests.builders.orders_service import NOON, STORE, a_product, told
from tests.contract.orders_service.test_orders import change, placed


def entry(note=None):
    return Entry(new_id(), NOON, "ana", note)


def count(restaurant, product, on_hand, reason=StockReason.SET, *, low_at=None):
    with restaurant.uow() as uow:
        shelf = uow.stock.shelf(STORE, product.id)
        shelf.count(on_hand, reason, entry("contagem"))
        shelf.low_at = low_at
        uow.stock.keep(shelf)
        uow.commit()


def open_batch(restaurant, product, label):
    with restaurant.uow() as uow:
        shelf = uow.stock.shelf(STORE, product.id)
        batch = shelf.open_batch(8, entry(label))
        uow.stock.keep(shelf)
        uow.commit()
    return batch


def report(restaurant, product, store=STORE):
    return restaurant.stock_query.report(store, product.id)


class TestTheShelf:
    def test_comes_back_as_it_was_kept(self, restaurant):
        product = restaurant.sell(units=5)
        count(restaurant, product, 9, low_at=3)
        with restaurant.uow() as uow:
            shelf = uow.stock.shelf(STORE, product.id)
        assert (shelf.on_hand, shelf.reserved, shelf.low_at) == (9, 0, 3)
        assert restaurant.movements(product.id) == [("set", 5), ("set", 4)]

    def test_knows_what_is_reserved(self, restaurant):
        _, product = placed(restaurant, units=5, quantity=2)
        with restaurant.uow() as uow:
            assert uow.stock.shelf(STORE, product.id).reserved == 2

    def test_is_forgotten_where_nothing_is_committed(self, restaurant):
        product = restaurant.sell(units=5)
        with restaurant.uow() as uow:
            shelf = uow.stock.shelf(STORE, product.id)
            shelf.count(1, StockReason.SET, entry())
            uow.stock.keep(shelf)
        assert restaurant.shelf(product.id) == (5, 0)
        assert restaurant.movements(product.id) == [("set", 5)]

    def test_of_a_product_that_was_not_counted_is_counted_from_then_on(self, restaurant):
        product = restaurant.sell(a_product(counted=False))
        count(restaurant, product, 0)
        assert restaurant.shelf(product.id) == (0, 0)
        assert restaurant.movements(product.id) == [("set", 0)]
        assert restaurant.catalogue.offer(STORE, product.id).available == 0
        with restaurant.uow() as uow:
            assert uow.products.for_sale(STORE, [product.id])[product.id].counted

    def test_of_nothing_does_not_exist(self, restaurant):
        foreign = restaurant.sell(a_product(store="other"))
        uncounted = restaurant.sell(a_product(store="other", counted=False))
        for product_id in (new_id(), foreign.id, uncounted.id):
            with restaurant.uow() as uow, pytest.raises(ProductNotFound):
                uow.stock.shelf(STORE, product_id)


class TestTheReport:
    def test_explains_every_unit(self, restaurant):
        sold, product = placed(restaurant, units=20, quantity=2)
        wasted, _ = placed(restaurant, number="A48", quantity=3)
        for order in (sold, wasted):
            change(restaurant, order.id, lambda it: it.payment_approved(told(), NOON))
            change(restaurant, order.id, lambda it: it.advance(OrderStatus.IN_PREPARATION, NOON))
        change(restaurant, wasted.id, lambda it: it.cancel(CancelReason.STORE, NOON))
        count(restaurant, product, 17, StockReason.WASTED)
        shown = report(restaurant, product)
        assert (shown.on_hand, shown.reserved, shown.available) == (17, 0, 17)
        assert (shown.sold, shown.wasted) == (2, 1)
        (other,) = {line.product_id for line in wasted.terms.lines}
        lost = restaurant.stock_query.report(STORE, other)
        assert (lost.on_hand, lost.sold, lost.wasted) == (97, 0, 3)

    def test_subtracts_what_is_reserved(self, restaurant):
        _, product = placed(restaurant, units=5, quantity=2)
        shown = report(restaurant, product)
        assert (shown.on_hand, shown.reserved, shown.available) == (5, 2, 3)

    @pytest.mark.parametrize(("low_at", "low"), [(None, False), (2, False), (3, True), (4, True)])
    def test_is_low_at_the_mark(self, restaurant, low_at, low):
        product = restaurant.sell(units=5)
        count(restaurant, product, 3, low_at=low_at)
        shown = report(restaurant, product)
        assert (shown.low_at, shown.low) == (low_at, low)

    def test_of_a_product_that_is_not_counted_has_no_numbers(self, restaurant):
        shown = report(restaurant, restaurant.sell(a_product(counted=False)))
        assert not shown.counted
        assert shown.available is None
        assert not shown.low
        assert (shown.on_hand, shown.reserved, shown.sold, shown.wasted, shown.batches) == (0, 0, 0, 0, ())

    def test_remembers_the_newest_batches(self, restaurant):
        product = restaurant.sell(units=1)
        opened = [open_batch(restaurant, product, f"pizza {number}") for number in range(BATCHES_SHOWN + 1)]
        assert report(restaurant, product).batches == tuple(reversed(opened[1:]))
        assert opened[0].note == "pizza 0"
        assert opened[0].username == "ana"

    def test_is_nobody_elses(self, restaurant):
        product = restaurant.sell(units=1)
        assert report(restaurant, product, "other") is None
        assert restaurant.stock_query.report(STORE, new_id()) is None
        assert restaurant.stock_query.movements("other", product.id, None, 5) is None
        assert restaurant.stock_query.movements(STORE, new_id(), None, 5) is None


class TestTheMovements:
    def test_come_newest_first_with_all_that_was_said(self, restaurant):
        order, product = placed(restaurant, units=5)
        change(restaurant, order.id, lambda it: it.payment_approved(told(), NOON))
        change(restaurant, order.id, lambda it: it.advance(OrderStatus.IN_PREPARATION, NOON))
        count(restaurant, product, 9, StockReason.ADJUSTED)
        page = restaurant.stock_query.movements(STORE, product.id, None, 50)
        assert [(one.reason, one.delta, one.order_id, one.note, one.username) for one in page.items] == [
            (StockReason.ADJUSTED, 6, None, "contagem", "ana"),
            (StockReason.CONSUMED, -2, order.id, None, None),
            (StockReason.SET, 5, None, None, None),
        ]
        assert {one.at for one in page.items} == {NOON}
        assert page.next is None

    def test_have_pages_that_follow_one_another(self, restaurant):
        product = restaurant.sell(units=1)
        for number in range(2, 6):
            count(restaurant, product, number)
        found, after = [], None
        for _ in range(3):
            page = restaurant.stock_query.movements(STORE, product.id, after, 2)
            found += [one.id for one in page.items]
            after = page.next
        assert after is None
        assert found == sorted(found, reverse=True)
        assert len(set(found)) == 5
