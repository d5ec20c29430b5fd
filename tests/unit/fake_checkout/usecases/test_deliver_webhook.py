from datetime import timedelta

import pytest
from mercadopago.webhook import InvalidWebhookSignatureError, WebhookSignatureValidator

from fake_checkout.domain.delivery import LONGEST_HOLD
from fake_checkout.usecases.deliver_webhook_usecase import DeliverWebhook
from fake_checkout.usecases.resend_delivery_usecase import ResendDelivery
from fake_checkout.usecases.set_faults_usecase import SetFaults, SetFaultsRequest
from tests.builders.fake_checkout import MINUTE, NOON, a_notification
from tests.fakes.fake_checkout.books import FakeBooks
from tests.fakes.fake_checkout.webhook_sender import FakeWebhookSender

SECRET = "the secret"


class Stage:
    """Books with notifications in them, a merchant, and the courier."""

    def __init__(self):
        self.books = FakeBooks()
        self.sender = FakeWebhookSender()
        ids = (f"id-{number}" for number in range(1000))
        self.courier = DeliverWebhook(
            self.books.uow,
            self.books.query,
            self.sender,
            SECRET,
            lambda: next(ids),
            lambda: next(self.books.numbers),
        )

    def queue(self, **changes):
        notification = a_notification(**changes)
        self.books.pages.notifications[notification.id] = notification
        return notification

    def faults(self, *rules):
        SetFaults(self.books.uow).execute(SetFaultsRequest(1, rules))

    def run(self, **later):
        """Deliver all that is due, `later` from now; returns the numbers of the notifications sent."""
        self.books.real_now += timedelta(**later)
        already = len(self.sender.sent)
        while self.courier.execute():
            pass
        return [notification.id for notification, _, _ in self.sender.sent[already:]]

    def next_at(self, notification):
        return self.books.pages.notifications[notification.id].next_at


@pytest.fixture
def stage():
    return Stage()


def test_a_due_notification_is_sent_signed_and_logged(stage):
    notification = stage.queue(payment_id=42)

    assert stage.run() == [notification.id]

    (sent, request_id, header) = stage.sender.sent[0]
    WebhookSignatureValidator.validate(
        header, request_id, "42", SECRET, tolerance_seconds=1, now=lambda: NOON.timestamp() * 1000
    )
    (delivery,) = stage.books.pages.deliveries
    assert sent.id == delivery.notification_id == notification.id
    assert (delivery.attempt, delivery.answer_status, delivery.signature) == (0, 200, header)
    assert delivery.fault is None
    assert stage.next_at(notification) is None


def test_nothing_due_is_nothing_done(stage):
    stage.queue(next_at=NOON + MINUTE)

    assert stage.courier.execute() is False
    assert stage.books.commits == 0


def test_one_that_somebody_else_was_faster_with_is_left_alone(stage, monkeypatch):
    monkeypatch.setattr(type(stage.courier.books), "notification_is_due", lambda _: True)

    assert stage.courier.execute() is False


def test_one_that_was_not_answered_is_tried_again_on_the_schedule(stage):
    stage.sender.answers = [None, 500, 200]
    notification = stage.queue()

    assert stage.run() == [notification.id]
    assert stage.next_at(notification) == NOON + timedelta(minutes=15)
    assert stage.run(minutes=14) == []
    assert stage.run(minutes=1) == [notification.id]
    assert stage.run(minutes=30) == [notification.id]

    assert [delivery.attempt for delivery in stage.books.pages.deliveries] == [0, 1, 2]
    assert stage.next_at(notification) is None


def test_retries_go_by_the_virtual_clock_and_signatures_by_the_real_one(stage):
    stage.sender.answers = [500, 200]
    stage.queue()
    stage.run()

    stage.books.pages.offset = timedelta(minutes=15)

    assert len(stage.run()) == 1
    assert all(header.startswith(f"ts={int(NOON.timestamp())},") for _, _, header in stage.sender.sent)


def test_a_courier_that_was_killed_is_followed_by_another(stage):
    notification = stage.queue()
    with stage.books.uow() as uow:
        uow.notifications.claim(uow.now())
        uow.commit()

    assert stage.run(seconds=59) == []
    assert stage.run(seconds=1) == [notification.id]


def test_a_delayed_webhook_comes_later_once(stage):
    stage.faults({"kind": "webhook_delay", "seconds": 20}, {"kind": "webhook_delay", "seconds": 10})
    notification = stage.queue()

    assert stage.run() == []
    assert stage.run(seconds=29) == []
    assert stage.run(seconds=1) == [notification.id]
    assert stage.books.pages.deliveries[0].fault == "webhook_delay, webhook_delay"


def test_a_doubled_webhook_comes_twice_under_two_numbers(stage):
    stage.faults({"kind": "webhook_double"})
    notification = stage.queue()

    sent = stage.run()

    assert len(sent) == len(set(sent)) == 2
    assert notification.id in sent


def test_a_reordered_webhook_comes_after_the_next_one_of_its_payment(stage):
    stage.faults({"kind": "webhook_reorder", "times": 1})
    created = stage.queue(payment_id=1)
    assert stage.run() == []

    other = stage.queue(payment_id=2)
    updated = stage.queue(payment_id=1, action="payment.updated")

    assert stage.run() == [other.id, updated.id, created.id]


def test_a_reordered_webhook_that_nothing_overtakes_comes_in_the_end(stage):
    stage.faults({"kind": "webhook_reorder", "times": 1})
    created = stage.queue()

    stage.run()

    assert stage.run(seconds=LONGEST_HOLD.total_seconds()) == [created.id]


def test_a_dropped_webhook_is_logged_and_tried_again_as_unanswered(stage):
    stage.faults({"kind": "webhook_drop", "times": 1})
    notification = stage.queue()

    assert stage.run() == []
    (delivery,) = stage.books.pages.deliveries
    assert (delivery.answer_status, delivery.fault) == (None, "webhook_drop")
    assert stage.run(minutes=15) == [notification.id]


def test_an_unsigned_webhook_has_no_signature(stage):
    stage.faults({"kind": "webhook_unsigned"})
    stage.queue()

    stage.run()

    assert stage.sender.sent[0][2] == ""


def test_a_badly_signed_webhook_is_signed_with_another_secret(stage):
    stage.faults({"kind": "webhook_bad_signature"})
    stage.queue(payment_id=42)

    stage.run()

    _, request_id, header = stage.sender.sent[0]
    with pytest.raises(InvalidWebhookSignatureError):
        WebhookSignatureValidator.validate(header, request_id, "42", SECRET)


def test_the_same_news_is_told_again_on_request(stage):
    notification = stage.queue()
    stage.run()

    again = ResendDelivery(stage.books.uow, lambda: 7).execute(stage.books.pages.deliveries[0].id)

    assert (again.id, again.action, again.attempt) == (7, notification.action, 0)
    assert stage.run() == [7]
