"""What customers and staff ask for, and what they see."""

from datetime import timedelta

import pytest

from payment_service.domain.errors import (
    NoCode,
    PaymentStillLive,
    UnknownCharge,
    UnknownPayment,
)
from payment_service.domain.notification import Notification
from payment_service.usecases.browse_payments_usecase import ListOrderPayments, ListPayments, ShowPayment
from payment_service.usecases.purge_usecase import Purge, PurgeUseCase
from tests.builders.payment_service import NOW, ORDER, STORE, TOTAL


def test_a_customer_tries_again_after_a_rejection(house):
    house.place()
    house.talk()
    house.gateway.reject(house.gateway.newest())
    house.wait(seconds=5).talk()
    view = house.request_payment()
    assert (view.attempt, view.status, view.order_id) == (2, "CREATED", ORDER)
    house.talk()
    assert house.told() == ["created", "rejected", "created"]


def test_no_attempt_is_made_for_an_order_that_is_not_known_nor_beside_a_live_one(house):
    with pytest.raises(UnknownCharge):
        house.request_payment()
    house.place()
    with pytest.raises(UnknownCharge):
        house.request_payment(store="other")
    with pytest.raises(PaymentStillLive):
        house.request_payment()
    assert house.database.commits == 1


def test_staff_return_a_part_of_the_money(paid_house):
    view = paid_house.refund(1000, "demorou")
    assert (view.amount, view.status, view.reason) == (1000, "REQUESTED", "demorou")
    assert view.payment_id == "id-1"
    paid_house.talk()
    (listed,) = paid_house.list_refunds.execute(ShowPayment(STORE, "id-1"))
    assert listed.status == "DONE"
    assert (listed.id, listed.created_at) == (view.id, view.created_at)
    assert paid_house.show.execute(ShowPayment(STORE, "id-1")).refunded == 1000


def test_another_stores_money_cannot_be_returned(paid_house):
    with pytest.raises(UnknownPayment):
        paid_house.refund(1000, store="other")


def test_an_attempt_shows_what_the_provider_gave_it(house):
    house.place()
    with pytest.raises(NoCode, match=r"^the payment has no Pix code$"):
        house.show_code.execute(ShowPayment(STORE, "id-1"))
    house.talk()
    view = house.show.execute(ShowPayment(STORE, "id-1"))
    assert (view.status, view.amount, view.provider_id) == ("PENDING", TOTAL, house.gateway.newest())
    assert house.show_code.execute(ShowPayment(STORE, "id-1")) == view.qr_code
    with pytest.raises(UnknownPayment):
        house.show.execute(ShowPayment("other", "id-1"))


def test_payments_are_listed_newest_first_by_order_status_and_day(house):
    house.place()
    house.talk()
    house.gateway.reject(house.gateway.newest())
    house.wait(seconds=5).talk()
    house.request_payment()
    attempts = house.list_of_order.execute(ListOrderPayments(STORE, ORDER))
    assert [view.attempt for view in attempts] == [2, 1]
    page = house.list_payments.execute(ListPayments(STORE, None, NOW.date(), 1, None))
    assert [view.attempt for view in page.items] == [2]
    rest = house.list_payments.execute(ListPayments(STORE, "REJECTED", None, 50, page.next))
    assert [view.attempt for view in rest.items] == [1]
    assert rest.next is None


def test_what_was_dealt_with_long_ago_is_deleted(house):
    old = NOW - timedelta(days=31)
    note = {"store": STORE, "topic": "merchant_order", "provider_id": "1"}
    house.database.books.notifications = {
        "a": Notification.received(notification_id="a", fingerprint="a", now=old, **note),
        "b": Notification.received(notification_id="b", fingerprint="b", now=NOW, **note),
    }
    house.database.books.keys = [NOW - timedelta(hours=25), NOW]
    assert PurgeUseCase(house.uow).execute(Purge(10)) == 2
    assert list(house.database.books.notifications) == ["b"]
