from datetime import timedelta

import pytest

from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.usecases.expire_orders_usecase import ExpireOrdersUseCase
from orders_service.usecases.give_up_waiting_usecase import GiveUpWaitingUseCase
from orders_service.usecases.nudge_orders_usecase import NudgeOrdersUseCase
from orders_service.usecases.purge_usecase import Purge, PurgeUseCase
from orders_service.usecases.sweep import Sweep
from tests.builders.orders_service import NOON, PATIENCE, STORE, TIME_TO_PAY, a_cart, an_order_in
from tests.fakes.orders_service.cart_repository import LIFETIME, FakeCartRepository


def test_orders_that_nobody_paid_in_time_begin_to_end(restaurant):
    orders = [
        restaurant.keep(an_order_in(OrderStatus.AWAITING_PAYMENT, number=number))
        for number in ("A1", "A2", "A3")
    ]
    usecase = ExpireOrdersUseCase(restaurant.uow)
    assert usecase.execute(Sweep(10)) == 0
    restaurant.pass_by(TIME_TO_PAY)
    assert usecase.execute(Sweep(2)) == 2
    assert usecase.execute(Sweep(2)) == 1
    assert {restaurant.order(order.id).status for order in orders} == {OrderStatus.CANCELLING}
    assert restaurant.said(orders[0].id) == ["order.placed.v1", "order.cancel_requested.v1"]


def test_orders_that_nobody_answered_end_all_the_same(restaurant):
    order = restaurant.keep(an_order_in(OrderStatus.CANCELLING, reason=CancelReason.CUSTOMER))
    usecase = GiveUpWaitingUseCase(restaurant.uow, PATIENCE)
    restaurant.pass_by(PATIENCE - timedelta(seconds=1))
    assert usecase.execute(Sweep(10)) == 0
    restaurant.pass_by(timedelta(seconds=1))
    assert usecase.execute(Sweep(10)) == 1
    assert restaurant.order(order.id).status is OrderStatus.CANCELLED
    assert restaurant.said(order.id)[-1] == "order.cancelled.v1"


def test_what_was_not_answered_is_said_again(restaurant):
    order = restaurant.keep(an_order_in(OrderStatus.AWAITING_PAYMENT))
    usecase = NudgeOrdersUseCase(restaurant.uow)
    assert usecase.execute(Sweep(10)) == 0
    restaurant.pass_by(timedelta(seconds=30))
    assert usecase.execute(Sweep(10)) == 1
    assert usecase.execute(Sweep(10)) == 0
    first, again = restaurant.database.books.said
    assert (again.event, again.sequence) == (first.event, first.sequence)
    assert again.id != first.id
    assert order.id == again.order_id


def test_rows_that_have_served_are_deleted(restaurant):
    books = restaurant.database.books
    books.handled_at = [NOON - timedelta(days=31), NOON - timedelta(days=29)]
    books.keys_stored_at = [NOON - timedelta(hours=25), NOON - timedelta(hours=21)]
    carts = FakeCartRepository(restaurant.database)
    expired = carts.add(a_cart())
    restaurant.pass_by(LIFETIME)
    alive = carts.add(a_cart())
    assert PurgeUseCase(restaurant.uow, carts).execute(Purge(100)) == 3
    assert [carts.get(STORE, one.cart.id) for one in (expired, alive)] == [None, alive]
    books = restaurant.database.books
    assert books.handled_at == [NOON - timedelta(days=29)]
    assert books.keys_stored_at == [NOON - timedelta(hours=21)]


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda uow: GiveUpWaitingUseCase(uow, PATIENCE), OrderStatus.CANCELLING),
        (NudgeOrdersUseCase, OrderStatus.AWAITING_PAYMENT),
    ],
)
def test_a_sweep_takes_no_more_orders_than_it_may(restaurant, make, status):
    for number in range(5):
        restaurant.keep(an_order_in(status, number=f"A{number}"))
    restaurant.pass_by(TIME_TO_PAY + PATIENCE)
    usecase = make(restaurant.uow)
    assert [usecase.execute(Sweep(2)) for _ in range(3)] == [2, 2, 1]
