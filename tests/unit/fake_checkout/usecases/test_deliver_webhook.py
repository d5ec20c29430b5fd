from dataclasses import replace
from datetime import timedelta

import pytest
from mercadopago.webhook import InvalidWebhookSignatureError, WebhookSignatureValidator

from fake_checkout.domain.delivery import LONGEST_HOLD
from fake_checkout.domain.switches import Switches
from fake_checkout.usecases.deliver_webhook_usecase import UNKNOWN_PAYMENT, DeliverWebhook, Numbering
from fake_checkout.usecases.resend_delivery_usecase import ResendDelivery
from fake_checkout.usecases.set_faults_usecase import SetFaults, SetFaultsRequest
from tests.builders.fake_checkout import MINUTE, NOON, a_notification, a_payment
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
            secret_of={100_200_300: SECRET}.__getitem__,
            switches=lambda: Switches(self.books.pages.switches),
            numbering=Numbering(lambda: next(ids), lambda: next(self.books.numbers)),
            magic=True,
        )

    def queue(self, terms=None, **changes):
        """A notification of a payment that is there; `terms` are the payment's own."""
        notification = a_notification(**changes)
        self.books.keep(a_payment(id=notification.payment_id, **(terms or {})))
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


def test_where_every_webhook_is_reordered_each_second_one_overtakes(stage):
    stage.queue(terms={"external_reference": "fake-webhook_reorder"}, payment_id=1, action="payment.created")
    assert stage.run() == []

    told = [stage.queue(terms={"external_reference": "fake-webhook_reorder"}, payment_id=1) for _ in "123"]
    stage.run()
    stage.run(seconds=LONGEST_HOLD.total_seconds())

    order = [sent.id for sent, _, _ in stage.sender.sent]
    assert sorted(order) != order
    assert len(order) == len(told) + 1


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


def validate(stage, **members):
    """The SDK's validator, given what was sent last."""
    sent, request_id, header = stage.sender.sent[-1]
    WebhookSignatureValidator.validate(header, request_id or None, str(sent.payment_id), SECRET, **members)


def test_a_webhook_is_signed_as_the_switches_say(stage):
    stage.books.pages.switches = {"webhook_ts": "milliseconds", "webhook_id": "lower"}
    stage.queue()

    stage.run()

    assert stage.sender.sent[0][2].startswith(f"ts={int(NOON.timestamp())}000,")
    validate(stage)


def test_a_webhook_is_signed_with_the_secret_of_the_account_that_it_is_for(stage):
    stage.queue(user_id=7)

    with pytest.raises(KeyError, match="7"):
        stage.run()


def test_copies_are_as_many_as_the_rule_says(stage):
    stage.faults({"kind": "webhook_double", "copies": 9})
    stage.queue()

    assert len(set(stage.run())) == 10


def test_copies_that_nobody_takes_are_tried_again_and_not_copied_again(stage):
    stage.sender.answers = [500]
    stage.faults({"kind": "webhook_double"})
    stage.queue()

    assert len(stage.run()) == 2
    assert len(stage.run(minutes=15)) == 2
    assert len(stage.run(minutes=30)) == 2


def test_a_repeated_webhook_comes_again_later_though_it_was_taken(stage):
    stage.faults({"kind": "webhook_repeat", "seconds": 7200, "times": 1})
    notification = stage.queue()

    assert stage.run() == [notification.id]
    assert stage.run(seconds=7199) == []
    assert len(stage.run(seconds=1)) == 1


def test_a_webhook_whose_answer_is_lost_arrives_and_is_tried_again(stage):
    stage.faults({"kind": "webhook_answer_lost", "times": 1})
    notification = stage.queue()

    assert stage.run() == [notification.id]
    assert stage.books.pages.deliveries[0].answer_status is None
    assert stage.run(minutes=15) == [notification.id]


def test_a_webhook_without_a_request_id_is_signed_without_it(stage):
    stage.faults({"kind": "webhook_no_request_id"})
    stage.queue()

    stage.run()

    assert stage.sender.sent[0][1] == ""
    validate(stage)


def test_a_stale_webhook_was_signed_long_ago(stage):
    stage.faults({"kind": "webhook_stale", "seconds": 3600})
    stage.queue()

    stage.run()

    validate(stage)
    assert stage.sender.sent[0][2].startswith(f"ts={int(NOON.timestamp()) - 3600},")


@pytest.mark.parametrize(("about", "named"), [({"about": 43}, 43), ({}, UNKNOWN_PAYMENT)])
def test_a_webhook_can_name_another_payment_and_is_logged_with_its_own(stage, about, named):
    stage.faults({"kind": "webhook_other_payment", **about})
    stage.queue(payment_id=42)

    stage.run()

    assert stage.sender.sent[0][0].payment_id == named
    validate(stage)
    assert stage.books.pages.deliveries[0].payment_id == 42
    assert not [one for one in stage.books.pages.notifications.values() if one.payment_id != 42]


def test_each_webhook_has_a_twin_in_the_older_style_where_the_switch_says_so(stage):
    stage.books.pages.switches = {"webhook_ipn": "on"}
    stage.sender.answers = [500, 200]
    stage.queue()

    stage.run()
    stage.run(minutes=15)

    told = [(sent.style, sent.attempt, bool(header)) for sent, _, header in stage.sender.sent]
    assert told == [("webhook", 0, True), ("ipn", 0, False), ("webhook", 1, True)]
    assert [delivery.style for delivery in stage.books.pages.deliveries] == ["webhook", "ipn", "webhook"]


@pytest.mark.parametrize(
    ("source", "switch", "styles"),
    [("webhooks", "on", ["webhook"]), ("ipn", "on", ["ipn"]), ("ipn", "off", ["ipn"])],
)
def test_an_address_that_asks_for_one_style_gets_no_other(stage, source, switch, styles):
    stage.books.pages.switches = {"webhook_ipn": switch}
    stage.queue(url=f"http://m.example/hook?source_news={source}")

    stage.run()

    assert [sent.style for sent, _, _ in stage.sender.sent] == styles


def test_rules_can_be_about_the_payment_of_one_reference(stage):
    stage.faults({"kind": "webhook_drop", "external_reference": "order-1"})
    stage.queue(terms={"external_reference": "order-1"})
    other = stage.queue(payment_id=2)

    assert stage.run() == [other.id]


def test_a_magic_value_strikes_the_first_try_of_every_webhook_of_its_payment(stage):
    stage.queue(terms={"external_reference": "fake-webhook_drop-1"})

    assert stage.run() == []
    assert len(stage.run(minutes=15)) == 1


def test_magic_values_mean_nothing_where_they_are_off(stage):
    stage.courier = replace(stage.courier, magic=False)
    stage.queue(terms={"external_reference": "fake-webhook_drop-1"})

    assert len(stage.run()) == 1


def test_the_same_news_is_told_again_on_request(stage):
    notification = stage.queue()
    stage.run()

    again = ResendDelivery(stage.books.uow, lambda: 7).execute(stage.books.pages.deliveries[0].id)

    assert (again.id, again.action, again.attempt) == (7, notification.action, 0)
    assert stage.run() == [7]
