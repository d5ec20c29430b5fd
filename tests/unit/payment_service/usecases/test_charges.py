"""What happens here when the other service says something about an order."""

import pytest

from payment_service.domain.charge_record import ChargeState
from payment_service.domain.errors import UnknownCharge
from payment_service.domain.payment_status import PaymentStatus
from tests.builders.payment_service import ORDER


def test_an_order_that_is_placed_opens_its_charge_and_begins_the_first_attempt(house):
    house.place()
    house.place()
    assert house.charge.state is ChargeState.OPEN
    assert [payment.number for payment in house.charge.payments] == [1]
    assert house.gateway.calls == []


def test_an_order_that_ends_before_it_is_known_is_answered_and_never_begins(house):
    house.close("customer")
    house.place()
    assert house.charge.payments == ()
    assert house.told() == ["closed"]
    assert house.talk() == []


def test_an_order_that_ends_while_it_can_be_paid_is_answered_when_the_provider_has_ended_it(house):
    house.place()
    house.talk()
    house.close("expired")
    assert house.told() == ["created"]
    house.talk()
    assert house.payment.status is PaymentStatus.CANCELLED
    assert house.told() == ["created", "closed"]
    assert [kind for kind, _ in house.gateway.calls] == ["create", "cancel", "get"]


def test_another_stores_order_is_not_touched(house):
    house.place()
    with pytest.raises(UnknownCharge):
        house.close("customer", store="other")
    assert house.database.commits == 1


def test_an_order_that_was_handed_over_lets_staff_return_all_of_its_money(paid_house):
    paid_house.go_on(finished=True)
    assert paid_house.charge.record.finished
    assert paid_house.refund().amount == paid_house.payment.amount


def test_an_order_that_is_not_known_yet_does_not_go_on(house):
    with pytest.raises(UnknownCharge):
        house.go_on(order_id=ORDER)


def test_an_order_is_told_again_that_it_is_paid_until_it_goes_on(paid_house):
    assert paid_house.told() == ["created", "approved"]
    assert not paid_house.remind()
    assert paid_house.wait(seconds=30).remind()
    assert paid_house.told() == ["created", "approved", "approved"]
    assert paid_house.database.books.said[-1].repeated
    paid_house.go_on()
    assert not paid_house.wait(hours=3).remind()


def test_an_order_without_attempts_left_is_reminded_until_it_closes_the_charge(house):
    house.place(attempts_allowed=1)
    house.talk()
    house.gateway.reject(house.gateway.newest())
    house.wait(seconds=5).talk()
    assert house.told() == ["created", "rejected"]
    assert not house.remind()
    assert house.wait(seconds=30).remind()
    assert not house.remind()
    assert house.told() == ["created", "rejected", "rejected"]
    assert house.database.books.said[-1].repeated
    house.close("cancelled")
    assert not house.wait(hours=3).remind()
