"""What is made of the provider's notices: hints, never truth."""

import hashlib
import hmac

import pytest

from payment_service.domain.errors import UntrustedNotification
from payment_service.domain.notification import NotificationState
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import Answered, NotMade, Refused, Unknown
from payment_service.domain.webhook_signature import SignedNotice
from payment_service.usecases.receive_notification_usecase import ReceiveNotification
from tests.unit.payment_service.usecases.house import SECRET


def notice(house, provider_id, *, topic="payment", request_id="r-1", secret=SECRET):
    ts = int(house.database.now.timestamp())
    manifest = f"id:{provider_id};request-id:{request_id};ts:{ts};"
    v1 = hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()
    signed = SignedNotice(provider_id, (f"ts={ts},v1={v1}",), (request_id,))
    return ReceiveNotification("default", signed, topic)


def states(house):
    return [one.state for one in house.database.books.notifications.values()]


@pytest.fixture
def pending_house(house):
    house.place()
    house.talk()
    return house


def test_a_notice_is_stored_once_and_the_provider_is_asked_later(pending_house):
    house = pending_house
    assert house.receive(notice(house, house.gateway.newest()))
    assert not house.receive(notice(house, house.gateway.newest()))
    assert len(house.gateway.calls) == 1
    assert states(house) == [NotificationState.WAITING]


def test_a_notice_that_is_not_the_providers_leaves_nothing(pending_house):
    commits = pending_house.database.commits
    with pytest.raises(UntrustedNotification):
        pending_house.receive(notice(pending_house, pending_house.gateway.newest(), secret="guessed"))
    assert (pending_house.database.commits, states(pending_house)) == (commits, [])


def test_only_what_the_provider_says_when_asked_counts(pending_house):
    house = pending_house
    house.receive(notice(house, house.gateway.newest()))
    house.read_notice()
    assert house.payment.status is PaymentStatus.PENDING
    house.gateway.pay(house.gateway.newest())
    house.receive(notice(house, house.gateway.newest(), request_id="r-2"))
    looked = house.read_notice()
    assert looked.notification.state is NotificationState.READ
    assert house.payment.status is PaymentStatus.APPROVED
    assert house.told() == ["created", "approved"]
    assert house.read_notice() is None


def test_a_notice_may_come_before_the_answer_that_makes_the_payment(house):
    house.place()
    house.gateway.lose_answer("create")
    house.talk()
    house.gateway.pay(house.gateway.newest())
    house.receive(notice(house, house.gateway.newest()))
    house.read_notice()
    assert house.payment.status is PaymentStatus.APPROVED
    assert house.payment.provider_id == house.gateway.newest()


def test_a_payment_that_is_none_of_ours_is_remembered_as_strange(pending_house):
    house = pending_house
    other = "019aa000-0000-7000-8000-000000000009"
    house.place(order_id=other)
    house.talk()
    provider_id = house.gateway.newest()
    del house.database.books.charges[other]
    house.receive(notice(house, provider_id))
    looked = house.read_notice()
    assert isinstance(looked.outcome, Answered)
    assert looked.notification.state is NotificationState.STRANGE


def test_a_payment_that_the_provider_does_not_know_is_strange(house):
    house.receive(notice(house, "404"))
    looked = house.read_notice()
    assert looked.outcome == Refused("2000")
    assert looked.notification.state is NotificationState.STRANGE


def test_a_provider_that_does_not_answer_is_asked_again(pending_house):
    house = pending_house
    house.receive(notice(house, house.gateway.newest()))
    house.gateway.pay(house.gateway.newest())
    house.gateway.never_arrive("get", retry_after=30)
    looked = house.read_notice()
    assert looked.outcome == Unknown("connection refused", 30)
    assert house.read_notice() is None
    house.wait(seconds=30).read_notice()
    assert house.payment.status is PaymentStatus.APPROVED


def test_a_notice_about_something_else_is_kept_and_not_looked_into(house):
    assert house.receive(notice(house, "1", topic="merchant_order"))
    assert states(house) == [NotificationState.IGNORED]
    assert house.read_notice() is None


def test_who_looks_into_a_notice_for_too_long_does_not_undo_what_another_found(pending_house):
    house = pending_house
    house.receive(notice(house, house.gateway.newest()))
    get = house.gateway.get

    def slow(_provider_id):
        house.gateway.get = get
        house.wait(seconds=60)
        house.read_notice()
        return Unknown("timeout")

    house.gateway.get = slow
    looked = house.read_notice()
    assert looked.notification.state is NotificationState.READ
    assert states(house) == [NotificationState.READ]


def test_an_answer_that_contradicts_what_is_known_is_strange(pending_house):
    house = pending_house
    other = "019aa000-0000-7000-8000-000000000002"
    house.place(order_id=other)
    house.gateway.lose_answer("create")
    house.talk()
    first, second = house.gateway.payments
    refund = house.gateway.payments[first]
    house.gateway.pay(first)
    house.gateway.pay(second)
    house.wait(seconds=5).talk()
    house.close("customer")
    house.talk()
    (done,) = house.gateway.payments[first].refunds
    house.gateway.payments[second] = type(refund)(
        **{name: getattr(house.gateway.payments[second], name) for name in refund.__slots__}
        | {"refunds": (done,)}
    )
    house.receive(notice(house, second))
    looked = house.read_notice()
    assert looked.notification.state is NotificationState.STRANGE


def test_a_notice_that_cannot_be_looked_into_for_now_waits_and_no_try_is_lost(pending_house):
    house = pending_house
    house.receive(notice(house, house.gateway.newest()))
    house.gateway.plan("get", NotMade(15))
    looked = house.read_notice()
    assert (looked.notification.state, looked.notification.work.tries) == (NotificationState.WAITING, 0)
    assert house.read_notice() is None
    assert house.wait(seconds=30).read_notice().notification.state is NotificationState.READ
