from datetime import timedelta

import pytest

from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.ports.survey_query_port import OrdersSurvey
from tests.builders.orders_service import NOON, TIME_TO_PAY, a_product, an_order_in

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
NONE_OPEN = {
    OrderStatus.AWAITING_PAYMENT: 0,
    OrderStatus.CANCELLING: 0,
    OrderStatus.RECEIVED: 0,
    OrderStatus.IN_PREPARATION: 0,
    OrderStatus.READY: 0,
}


def keep(restaurant, *orders):
    with restaurant.uow() as uow:
        for order in orders:
            assert uow.orders.add(order)
        uow.commit()


def survey(restaurant):
    return restaurant.survey_query.survey(unpaid=MINUTE, ending=2 * MINUTE)


@pytest.fixture
def product(restaurant):
    return restaurant.sell()


@pytest.fixture
def elsewhere(restaurant):
    return restaurant.sell(a_product(store="other"))


def test_without_orders_every_open_state_counts_zero(restaurant):
    assert survey(restaurant) == OrdersSurvey(NONE_OPEN, 0, 0)


def test_open_orders_of_all_stores_are_counted_by_state_and_ended_ones_are_not(
    restaurant, product, elsewhere
):
    for number, status in enumerate(OrderStatus):
        keep(restaurant, an_order_in(status, products=[product], number=f"A{number}"))
    keep(restaurant, an_order_in(OrderStatus.READY, products=[elsewhere], store="other"))

    assert survey(restaurant).open == {**dict.fromkeys(NONE_OPEN, 1), OrderStatus.READY: 2}


def test_an_order_waits_too_long_for_money_once_its_deadline_is_long_past(restaurant, product):
    keep(restaurant, an_order_in(OrderStatus.AWAITING_PAYMENT, products=[product]))

    restaurant.pass_by(TIME_TO_PAY + MINUTE)
    assert survey(restaurant).unpaid_too_long == 0

    restaurant.pass_by(SECOND)
    assert survey(restaurant).unpaid_too_long == 1


def test_an_order_ends_for_too_long_counted_from_when_its_end_was_asked_for(restaurant, product):
    keep(
        restaurant,
        an_order_in(OrderStatus.CANCELLING, reason=CancelReason.CUSTOMER, products=[product]),
        an_order_in(OrderStatus.CANCELLING, products=[product], number="B2", deadline=NOON + SECOND),
    )

    restaurant.pass_by(2 * MINUTE)
    assert survey(restaurant).ending_too_long == 0

    restaurant.pass_by(SECOND)
    assert survey(restaurant).ending_too_long == 1


def test_an_order_that_went_on_or_ended_is_late_no_more(restaurant, product):
    keep(
        restaurant,
        an_order_in(OrderStatus.RECEIVED, products=[product]),
        an_order_in(OrderStatus.CANCELLED, products=[product], number="B2"),
    )
    restaurant.pass_by(timedelta(days=1))

    found = survey(restaurant)
    assert (found.unpaid_too_long, found.ending_too_long) == (0, 0)
