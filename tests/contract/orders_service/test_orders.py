from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders_service.domain.cart_errors import CartUsed
from orders_service.domain.order_errors import OrderNotFound
from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.domain.payment import PaymentStatus
from orders_service.domain.stock_errors import Shortage
from orders_service.ports.order_query_port import QueuePosition, SagaEvent
from servicekit.database.unit_of_work import StaleAggregate
from servicekit.ids import new_id
from tests.builders.orders_service import (
    NOON,
    PATIENCE,
    STORE,
    TIME_TO_PAY,
    a_client,
    a_code,
    a_product,
    an_order,
    an_order_in,
    told,
)
from tests.unit.orders_service.domain.test_order_properties import actions, do


def everything(order):
    return order.terms, order.progress, order.reservations, order.payments, order.version


def place(restaurant, order):
    """Keep a new order with its stock held."""
    with restaurant.uow() as uow:
        assert uow.orders.add(order)
        assert uow.stock.reserve(order) == []
        uow.commit()
    return order


def change(restaurant, order_id, verb):
    with restaurant.uow() as uow:
        order = uow.orders.get(STORE, order_id)
        verb(order)
        uow.orders.save(order)
        uow.commit()
    return order


def placed(restaurant, *, units=100, **details):
    product = restaurant.sell(units=units)
    return place(restaurant, an_order(products=[product], **details)), product


class TestKeeping:
    def test_an_order_comes_back_as_it_was_kept(self, restaurant):
        ana = a_client()
        with restaurant.uow() as uow:
            uow.clients.add(STORE, ana, "digest")
            uow.commit()
        order, _ = placed(restaurant, client=ana, notes="sem cebola, por favor — obrigada", cart_id=new_id())
        terms = order.terms
        left_alone = [one.name for one in fields(terms) if getattr(terms, one.name) == one.default]
        assert left_alone == [], "a field that is given no value is not missed when it is lost"
        with restaurant.uow() as uow:
            assert everything(uow.orders.get(STORE, order.id)) == everything(order)
        assert everything(restaurant.order_query.find(STORE, order.id)) == everything(order)

    def test_an_order_of_another_store_is_not_found(self, restaurant):
        order, _ = placed(restaurant)
        with restaurant.uow() as uow, pytest.raises(OrderNotFound):
            uow.orders.get("other", order.id)
        assert restaurant.order_query.find("other", order.id) is None
        assert restaurant.order_query.find(STORE, "not even an id") is None

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(actions, max_size=12))
    def test_an_order_comes_back_the_same_after_whatever_happened(self, restaurant, happenings):
        products = [restaurant.sell(units=1000), restaurant.sell(a_product(counted=False))]
        order = an_order(products=products, number=f"A{new_id()[-7:]}")
        place(restaurant, order)
        for number, action in enumerate(happenings):
            now = NOON + timedelta(minutes=3 * number)
            changed = change(restaurant, order.id, lambda it, action=action, now=now: do(it, action, now))
            found = restaurant.order_query.find(STORE, order.id)
            assert everything(found) == everything(changed)
        on_hand, reserved = restaurant.shelf(products[0].id)
        assert on_hand == sum(delta for _, delta in restaurant.movements(products[0].id))
        found = restaurant.order_query.find(STORE, order.id)
        holding = sum(one.quantity for one in found.reservations if one.state in {"HELD", "COMMITTED"})
        assert reserved == holding

    def test_an_order_that_came_a_long_way_can_be_kept_whole(self, restaurant):
        order = an_order_in(OrderStatus.READY, products=[restaurant.sell()])
        with restaurant.uow() as uow:
            assert uow.orders.add(order)
            uow.commit()
        assert everything(restaurant.order_query.find(STORE, order.id)) == everything(order)


class TestNumbers:
    def test_no_two_open_orders_of_a_store_carry_one_number(self, restaurant):
        placed(restaurant, number="A47")
        with restaurant.uow() as uow:
            assert not uow.orders.add(an_order(products=[a_kept_product(uow)], number="A47"))
            uow.commit()

    def test_a_refused_order_leaves_nothing(self, restaurant):
        placed(restaurant, number="A47")
        with restaurant.uow() as uow:
            refused = an_order(products=[a_kept_product(uow)], number="A47")
            uow.orders.add(refused)
            uow.commit()
        assert restaurant.order_query.find(STORE, refused.id) is None
        assert restaurant.said(refused.id) == []

    def test_a_number_is_free_again_when_its_order_has_ended(self, restaurant):
        first, _ = placed(restaurant, number="A47")
        change(restaurant, first.id, lambda order: order.payment_rejected(told(), 0, NOON))
        placed(restaurant, number="A47")

    def test_another_store_may_use_the_same_number(self, restaurant):
        placed(restaurant, number="A47")
        product = restaurant.sell(a_product(store="other"), units=9)
        place(restaurant, an_order(products=[product], number="A47", store="other"))


def a_kept_product(uow):
    product = a_product()
    uow.products.add(product)
    return product


class TestCarts:
    def test_no_two_orders_are_made_of_one_cart(self, restaurant):
        cart_id = new_id()
        first, _ = placed(restaurant, cart_id=cart_id)
        with restaurant.uow() as uow:
            second = an_order(products=[a_kept_product(uow)], number="B1", cart_id=cart_id)
            with pytest.raises(CartUsed) as caught:
                uow.orders.add(second)
        assert caught.value.order_id == first.id
        assert restaurant.order_query.find(STORE, second.id) is None

    def test_a_cart_is_used_for_good(self, restaurant):
        cart_id = new_id()
        first, _ = placed(restaurant, number="A47", cart_id=cart_id)
        change(restaurant, first.id, lambda order: order.payment_rejected(told(), 0, NOON))
        with restaurant.uow() as uow, pytest.raises(CartUsed):
            uow.orders.add(an_order(products=[a_kept_product(uow)], cart_id=cart_id))

    def test_an_order_of_another_cart_may_have_to_draw_another_number(self, restaurant):
        placed(restaurant, number="A47", cart_id=new_id())
        with restaurant.uow() as uow:
            other = an_order(products=[a_kept_product(uow)], number="A47", cart_id=new_id())
            assert not uow.orders.add(other)

    def test_orders_without_a_cart_are_as_many_as_one_likes(self, restaurant):
        placed(restaurant, number="A1")
        placed(restaurant, number="A2")


class TestSaving:
    def test_raises_the_version_of_row_and_entity(self, restaurant):
        order, _ = placed(restaurant)
        saved = change(restaurant, order.id, lambda it: it.payment_approved(told(), NOON))
        assert saved.version == 2
        assert restaurant.order_query.find(STORE, order.id).version == 2

    def test_writes_nothing_where_nothing_changed(self, restaurant):
        order, _ = placed(restaurant)
        change(restaurant, order.id, lambda it: it.give_up_waiting(NOON, PATIENCE))
        assert restaurant.order_query.find(STORE, order.id).version == 1

    def test_refuses_what_was_changed_since_it_was_read(self, restaurant):
        order, _ = placed(restaurant)
        stale = restaurant.order_query.find(STORE, order.id)
        change(restaurant, order.id, lambda it: it.payment_approved(told(), NOON))
        stale.cancel(CancelReason.CUSTOMER, NOON)
        with restaurant.uow() as uow, pytest.raises(StaleAggregate):
            uow.orders.save(stale)

    def test_says_what_happened_when_it_is_committed(self, restaurant):
        order, _ = placed(restaurant)
        change(restaurant, order.id, lambda it: it.payment_approved(told(), NOON))
        assert restaurant.said(order.id) == ["order.placed.v1", "order.paid.v1"]

    def test_keeps_what_is_told_of_each_attempt(self, restaurant):
        order, _ = placed(restaurant)
        pending = told("one", PaymentStatus.PENDING, sequence=2)
        change(restaurant, order.id, lambda it: it.payment_created(pending, a_code(), NOON))
        change(
            restaurant, order.id, lambda it: it.payment_rejected(told("one", PaymentStatus.REJECTED), 2, NOON)
        )
        change(restaurant, order.id, lambda it: it.payment_approved(told("two", attempt=2), NOON))
        one, two = restaurant.order_query.find(STORE, order.id).payments
        assert (one.status, one.code) == ("REJECTED", a_code())
        assert two.kept


class TestStock:
    def test_is_held_by_the_order(self, restaurant):
        _, product = placed(restaurant, units=5, quantity=2)
        assert restaurant.shelf(product.id) == (5, 2)

    def test_tells_every_shortage(self, restaurant):
        enough, short = restaurant.sell(units=5), restaurant.sell(units=1)
        order = an_order(products=[short, enough], quantity=2)
        with restaurant.uow() as uow:
            uow.orders.add(order)
            assert uow.stock.reserve(order) == [Shortage(short.id, 2, 1)]
        assert restaurant.shelf(enough.id) == (5, 0)

    def test_can_be_held_to_the_last_unit(self, restaurant):
        _, product = placed(restaurant, units=2, quantity=2)
        assert restaurant.shelf(product.id) == (2, 2)

    def test_comes_back_from_an_order_that_ends(self, restaurant):
        order, product = placed(restaurant, units=5)
        change(restaurant, order.id, lambda it: it.payment_rejected(told(), 0, NOON))
        assert restaurant.shelf(product.id) == (5, 0)
        assert restaurant.movements(product.id) == [("set", 5)]

    def test_is_used_up_when_preparation_starts(self, restaurant):
        order, product = placed(restaurant, units=5)
        change(restaurant, order.id, lambda it: it.payment_approved(told(), NOON))
        assert restaurant.shelf(product.id) == (5, 2)
        change(restaurant, order.id, lambda it: it.advance(OrderStatus.IN_PREPARATION, NOON))
        assert restaurant.shelf(product.id) == (3, 0)
        assert restaurant.movements(product.id) == [("set", 5), ("consumed", -2)]

    @pytest.mark.parametrize("status", [OrderStatus.IN_PREPARATION, OrderStatus.READY])
    def test_is_wasted_once_when_the_store_cancels_what_it_makes(self, restaurant, status):
        order, product = placed(restaurant, units=5)
        change(restaurant, order.id, lambda it: it.payment_approved(told(), NOON))
        for step in (OrderStatus.IN_PREPARATION, OrderStatus.READY):
            change(restaurant, order.id, lambda it, step=step: it.status is status or it.advance(step, NOON))
        for _ in range(3):
            change(restaurant, order.id, lambda it: it.cancel(CancelReason.STORE, NOON))
        assert restaurant.shelf(product.id) == (3, 0)
        assert restaurant.movements(product.id) == [
            ("set", 5),
            ("consumed", -2),
            ("wasted", -2),
            ("consumed", 2),
        ]


class TestOverdueOrders:
    def test_expire_at_their_deadline(self, restaurant):
        order, _ = placed(restaurant)
        with restaurant.uow() as uow:
            assert uow.overdue_orders.next_expired(NOON + TIME_TO_PAY - timedelta(seconds=1)) is None
            assert uow.overdue_orders.next_expired(NOON + TIME_TO_PAY).id == order.id

    def test_are_not_those_that_were_paid(self, restaurant):
        order, _ = placed(restaurant)
        change(restaurant, order.id, lambda it: it.payment_approved(told(), NOON))
        with restaurant.uow() as uow:
            assert uow.overdue_orders.next_expired(NOON + timedelta(days=1)) is None
            assert uow.overdue_orders.next_unanswered(NOON + timedelta(days=1), PATIENCE) is None
            assert uow.overdue_orders.next_silent(NOON + timedelta(days=1)) is None

    def test_are_given_up_after_the_patience(self, restaurant):
        order, _ = placed(restaurant)
        change(restaurant, order.id, lambda it: it.cancel(CancelReason.CUSTOMER, NOON))
        with restaurant.uow() as uow:
            early, due = NOON + PATIENCE - timedelta(seconds=1), NOON + PATIENCE
            assert uow.overdue_orders.next_unanswered(early, PATIENCE) is None
            assert uow.overdue_orders.next_unanswered(due, PATIENCE).id == order.id

    def test_are_silent_after_a_while(self, restaurant):
        order, _ = placed(restaurant)
        due = order.progress.answer_due_at
        with restaurant.uow() as uow:
            assert uow.overdue_orders.next_silent(due - timedelta(seconds=1)) is None
            assert uow.overdue_orders.next_silent(due).id == order.id


class TestTheQueue:
    @pytest.fixture
    def queue(self, restaurant):
        """Ids by status and minute, of orders kept in no order at all."""
        product = restaurant.sell()
        ids = {}
        for minute, status in [
            (3, OrderStatus.RECEIVED),
            (1, OrderStatus.READY),
            (0, OrderStatus.RECEIVED),
            (2, OrderStatus.IN_PREPARATION),
            (0, OrderStatus.FINISHED),
            (4, OrderStatus.READY),
        ]:
            at = NOON + timedelta(minutes=minute)
            order = an_order_in(status, products=[product], number=f"A{len(ids)}", now=at)
            with restaurant.uow() as uow:
                assert uow.orders.add(order)
                uow.commit()
            ids[status, minute] = order.id
        return ids

    STATUSES = (OrderStatus.READY, OrderStatus.IN_PREPARATION, OrderStatus.RECEIVED)
    EXPECTED = (
        (OrderStatus.READY, 1),
        (OrderStatus.READY, 4),
        (OrderStatus.IN_PREPARATION, 2),
        (OrderStatus.RECEIVED, 0),
        (OrderStatus.RECEIVED, 3),
    )

    def test_comes_state_after_state_and_oldest_first_in_each(self, restaurant, queue):
        page = restaurant.order_query.queue(STORE, self.STATUSES, None, 50)
        assert [order.id for order in page.items] == [queue[key] for key in self.EXPECTED]
        assert page.next is None

    def test_has_pages_that_follow_one_another(self, restaurant, queue):
        found, after = [], None
        for _ in range(3):
            page = restaurant.order_query.queue(STORE, self.STATUSES, after, 2)
            found += [order.id for order in page.items]
            after = page.next
        assert found == [queue[key] for key in self.EXPECTED]
        assert after is None

    def test_goes_on_from_a_position_whose_order_has_gone(self, restaurant, queue):
        after = QueuePosition(OrderStatus.IN_PREPARATION, NOON, new_id())
        page = restaurant.order_query.queue(STORE, self.STATUSES, after, 50)
        assert [order.id for order in page.items] == [queue[key] for key in self.EXPECTED[2:]]

    def test_is_the_stores_own(self, restaurant, queue):
        assert queue
        assert restaurant.order_query.queue("other", self.STATUSES, None, 50).items == ()


class TestTheSaga:
    def test_tells_what_was_said_and_what_was_heard(self, restaurant):
        order, _ = placed(restaurant)
        heard = SagaEvent(
            new_id(),
            "payment.created.v1",
            "/payments",
            NOON + timedelta(seconds=1),
            "cause",
            NOON + timedelta(seconds=2),
            1,
            {"attempt": 1},
        )
        restaurant.hear(heard, order_id=order.id)
        said, consumed = restaurant.order_query.saga(STORE, order.id)
        assert (said.type, said.source) == ("order.placed.v1", "/orders")
        assert (said.handled_at, said.attempts) == (None, None)
        assert consumed == heard

    def test_is_nobody_elses(self, restaurant):
        order, _ = placed(restaurant)
        assert restaurant.order_query.saga("other", order.id) == []
        assert restaurant.order_query.saga(STORE, new_id()) == []
