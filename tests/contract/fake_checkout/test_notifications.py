"""What every queue of notifications, and every log of deliveries, does."""

from datetime import timedelta

import pytest

from fake_checkout.domain.errors import UnknownDelivery
from fake_checkout.domain.fault_rule import rules_from
from tests.builders.fake_checkout import MINUTE, NOON, a_delivery, a_notification

RULES = rules_from(
    [{"kind": "webhook_drop"}, {"kind": "webhook_stale", "seconds": 1.5, "external_reference": "a,b"}]
)


def queue(books, *notifications):
    with books.uow() as uow:
        for notification in notifications:
            uow.notifications.add(notification)
        uow.commit()


def claim(books):
    with books.uow() as uow:
        notification = uow.notifications.claim(uow.now())
        uow.commit()
        return notification


def test_what_is_longest_due_is_claimed_first_each_by_one(books):
    late, early = a_notification(next_at=NOON), a_notification(next_at=NOON - MINUTE)
    queue(books, late, early, a_notification(next_at=NOON + MINUTE), a_notification(next_at=None))
    assert books.query.notification_is_due()

    assert [claim(books), claim(books), claim(books)] == [early, late, None]
    assert not books.query.notification_is_due()


def test_a_claim_lapses_by_the_real_clock_not_by_the_virtual_one(books):
    notification = a_notification()
    queue(books, notification)
    claim(books)

    with books.uow() as uow:
        uow.workbench.set_offset(timedelta(days=1))
        uow.commit()
    assert claim(books) is None

    books.real_now = NOON + MINUTE
    assert books.query.notification_is_due()
    assert claim(books) == notification


def test_saving_keeps_everything_and_lets_go_of_the_claim(books):
    notification = a_notification()
    queue(books, notification)
    held = claim(books).struck_by(RULES).in_style("ipn").held_back(NOON)

    with books.uow() as uow:
        uow.notifications.save(held)
        uow.commit()

    books.real_now = held.next_at
    assert claim(books) == held


@pytest.mark.parametrize("faults", [None, (), RULES])
def test_faults_that_were_not_drawn_differ_from_faults_that_did_not_strike(books, faults):
    queue(books, a_notification(faults=faults))

    assert claim(books).faults == faults


def test_what_was_held_is_released_for_its_payment_alone(books):
    held = a_notification(payment_id=1, held=True, next_at=NOON + MINUTE)
    other = a_notification(payment_id=2, held=True, next_at=NOON + MINUTE)
    queue(books, held, other)

    with books.uow() as uow:
        assert uow.notifications.any_is_held(1)
        uow.notifications.release_held(1, NOON)
        assert not uow.notifications.any_is_held(1)
        assert uow.notifications.any_is_held(2)
        uow.commit()

    assert [claim(books), claim(books)] == [held.released(NOON), None]


def test_a_delivery_leads_to_what_it_was_about(books):
    notification = a_notification()
    delivery = a_delivery(notification, answer_status=None, fault="webhook_drop")
    queue(books, notification)
    with books.uow() as uow:
        uow.deliveries.add(delivery)
        assert uow.deliveries.notification_of(delivery.id) == notification
        with pytest.raises(UnknownDelivery):
            uow.deliveries.notification_of("nothing")
        uow.commit()

    assert [logged.delivery for logged in books.query.deliveries()] == [delivery]


def test_the_newest_attempt_tells_when_the_next_is_due(books):
    notification = a_notification()
    queue(books, notification)
    with books.uow() as uow:
        uow.deliveries.add(a_delivery(notification))
        first = notification.attempted(500, NOON)
        uow.deliveries.add(a_delivery(first))
        second = first.attempted(500, NOON + 15 * MINUTE)
        uow.notifications.save(second)
        uow.commit()

    next_times = [logged.next_at for logged in books.query.deliveries([notification.payment_id])]
    assert next_times == [None, NOON + 45 * MINUTE]


def test_deliveries_can_be_asked_for_by_payment(books):
    one, two = a_notification(payment_id=1), a_notification(payment_id=2)
    queue(books, one, two)
    with books.uow() as uow:
        uow.deliveries.add(a_delivery(one))
        uow.deliveries.add(a_delivery(two))
        uow.commit()

    assert [logged.delivery.payment_id for logged in books.query.deliveries([2])] == [2]
    assert [logged.delivery.payment_id for logged in books.query.deliveries()] == [1, 2]
    assert list(books.query.deliveries([])) == []


def test_a_payment_is_being_told_of_until_its_first_attempt_was_made(books):
    new, later = a_notification(payment_id=1), a_notification(payment_id=2, next_at=NOON + MINUTE)
    queue(books, new, later)
    claimed = claim(books)

    assert [books.query.is_being_told(number) for number in (1, 2, 3)] == [True, False, False]

    with books.uow() as uow:
        uow.notifications.save(claimed.attempted(None, NOON))
        uow.commit()
    assert not books.query.is_being_told(1)


def test_what_was_never_tried_is_told_soonest_first(books):
    later, soon = a_notification(payment_id=1, next_at=NOON + MINUTE), a_notification(payment_id=1)
    tried = a_notification(payment_id=1, attempt=1)
    over, other = a_notification(payment_id=1, next_at=None), a_notification(payment_id=2)
    queue(books, later, soon, tried, over, other)

    assert list(books.query.untold([1, 3])) == [soon, later]
