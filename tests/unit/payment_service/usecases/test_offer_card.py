"""What somebody is told who wants to pay by card."""

from dataclasses import replace

import pytest

from payment_service.domain.errors import (
    AlreadyPaid,
    ChargeEnded,
    NoAttemptsLeft,
    PaymentStillLive,
    UnknownCharge,
)
from payment_service.domain.payment_status import PaymentStatus
from tests.builders.payment_service import ORDER, STORE, TOTAL, a_payment


def test_an_order_to_be_paid_by_card_is_offered_with_the_platforms_key(house):
    house.place(method="card")
    offer = house.offer_card()
    assert (offer.terms.order_id, offer.terms.total, offer.now) == (ORDER, TOTAL, house.database.now)
    assert (offer.refusal, offer.attempt, offer.public_key) == (None, None, "the platform's")
    assert house.offer_card(platforms_key=None).public_key is None


def test_the_key_is_of_the_account_that_would_be_paid(house):
    house.place(method="card")
    house.put_account("APP_USR-1-200")
    assert house.offer_card(platforms_key=None).public_key == "APP_USR-public"
    house.retire_account()
    assert house.offer_card().public_key == "the platform's"


def test_what_forbids_another_attempt_is_told_and_nothing_changes(house):
    house.place(attempts_allowed=1)
    before = house.database.commits
    live = house.offer_card()
    assert isinstance(live.refusal, PaymentStillLive)
    assert live.attempt == house.payment
    house.talk()
    house.gateway.reject(house.gateway.newest())
    house.wait(seconds=5).talk()
    assert isinstance(house.offer_card().refusal, NoAttemptsLeft)
    house.wait(minutes=15)
    assert isinstance(house.offer_card().refusal, ChargeEnded)
    assert before == 1


def test_the_attempt_told_is_the_one_that_can_be_paid_though_another_is_newer(house):
    house.place()
    live, version = house.payment, house.charge.version
    refused = a_payment(id="taken up again", number=2, status=PaymentStatus.REJECTED)
    house.database.books.charges[ORDER] = (replace(house.charge.record, payments=(live, refused)), version)
    assert house.offer_card().attempt == live


def test_a_paid_order_is_not_offered(house):
    house.place()
    house.talk()
    house.gateway.pay(house.gateway.newest())
    house.wait(seconds=5).talk()
    assert isinstance(house.offer_card().refusal, AlreadyPaid)


@pytest.mark.parametrize(("store", "order_id"), [("other", ORDER), (STORE, "nobody's")])
def test_an_order_of_another_store_is_unknown(house, store, order_id):
    house.place()
    with pytest.raises(UnknownCharge):
        house.offer_card(store, order_id)
