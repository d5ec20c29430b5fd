from datetime import timedelta

from payment_service.usecases.survey_money_usecase import SurveyMoney, SurveyMoneyUseCase
from tests.builders.payment_service import LEASE
from tests.fakes.payment_service.payment_queries import FakeSurveyQuery

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def survey(house):
    return SurveyMoneyUseCase(FakeSurveyQuery(house.database), LEASE).execute(SurveyMoney())


def test_an_attempt_is_late_a_minute_after_its_calls_could_have_been_answered(house):
    house.place()

    house.wait(seconds=60).wait(seconds=LEASE.total_seconds())
    assert survey(house).unanswered_too_long == 0
    house.wait(seconds=1)
    assert survey(house).unanswered_too_long == 1


def test_a_charge_is_late_to_close_after_the_same_time(house):
    house.place()
    house.talk()
    house.close("customer")

    house.wait(seconds=60).wait(seconds=LEASE.total_seconds())
    assert survey(house).closing_too_long == 0
    house.wait(seconds=1)
    assert survey(house).closing_too_long == 1


def test_a_refund_is_late_ten_minutes_later(paid_house):
    paid_house.close("customer")
    found = survey(paid_house)
    assert (found.refunds_open, found.refunds_open_total) == (1, paid_house.payment.amount)

    paid_house.wait(minutes=10).wait(seconds=LEASE.total_seconds())
    assert survey(paid_house).refunding_too_long == 0
    paid_house.wait(seconds=1)
    assert survey(paid_house).refunding_too_long == 1
    assert survey(paid_house).oldest_refund == LEASE + 10 * MINUTE + SECOND
