from datetime import timedelta

from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.usecases.survey_orders_usecase import SurveyOrders, SurveyOrdersUseCase
from tests.builders.orders_service import PATIENCE, TIME_TO_PAY, an_order_in

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def survey(restaurant):
    return SurveyOrdersUseCase(restaurant.survey_query, PATIENCE).execute(SurveyOrders())


def test_open_orders_are_counted(restaurant):
    restaurant.keep(an_order_in(OrderStatus.READY))

    assert survey(restaurant).open[OrderStatus.READY] == 1


def test_an_order_is_late_to_end_a_minute_after_its_deadline(restaurant):
    restaurant.keep(an_order_in(OrderStatus.AWAITING_PAYMENT))

    restaurant.pass_by(TIME_TO_PAY + MINUTE)
    assert survey(restaurant).unpaid_too_long == 0
    restaurant.pass_by(SECOND)
    assert survey(restaurant).unpaid_too_long == 1


def test_an_order_is_late_to_have_ended_a_minute_after_patience_was_over(restaurant):
    restaurant.keep(an_order_in(OrderStatus.CANCELLING, reason=CancelReason.CUSTOMER))

    restaurant.pass_by(PATIENCE + MINUTE)
    assert survey(restaurant).ending_too_long == 0
    restaurant.pass_by(SECOND)
    assert survey(restaurant).ending_too_long == 1
