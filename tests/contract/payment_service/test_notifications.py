"""What every storage of notices has to do, and what it forgets."""

from datetime import timedelta

from payment_service.domain.notification import Notification, NotificationState
from payment_service.domain.provider import Refused, Unknown
from tests.builders.payment_service import LEASE, NOW


def a_notice(number, *, topic="payment", now=NOW, fingerprint=None):
    return Notification.received(
        notification_id=f"notice-{number}",
        store="default",
        topic=topic,
        provider_id=f"mp-{number}",
        fingerprint=fingerprint or f"fingerprint-{number}",
        now=now,
    ).signed_for(f"{number}00")


def add(books, *notices):
    with books.uow() as uow:
        added = [uow.notifications.add(notice) for notice in notices]
        uow.commit()
    return added


def test_the_very_same_notice_is_kept_once(books):
    assert add(books, a_notice(1), a_notice(2, fingerprint="fingerprint-1"), a_notice(3)) == [
        True,
        False,
        True,
    ]
    assert add(books, a_notice(4, fingerprint="fingerprint-3")) == [False]


def test_notices_are_given_out_longest_waiting_first_and_one_at_a_time(books):
    add(books, a_notice(2, now=NOW + timedelta(seconds=1)), a_notice(1), a_notice(3, topic="merchant_order"))
    with books.uow() as uow:
        assert uow.notifications.next_due(NOW - timedelta(seconds=1)) is None
        taken = uow.notifications.next_due(NOW).taken(NOW + LEASE)
        assert taken.id == "notice-1"
        uow.notifications.save(taken)
        uow.commit()
    with books.uow() as uow:
        assert uow.notifications.get("notice-1") == taken
        assert uow.notifications.next_due(NOW) is None
        assert uow.notifications.next_due(NOW + timedelta(seconds=1)).id == "notice-2"
        assert uow.notifications.next_due(NOW + LEASE).id == "notice-1"


def test_what_became_of_a_notice_is_kept(books):
    add(books, a_notice(1))
    with books.uow() as uow:
        notice = uow.notifications.get("notice-1").looked_into(Unknown("timeout"), known=False, now=NOW)
        uow.notifications.save(notice)
        uow.commit()
    with books.uow() as uow:
        assert uow.notifications.get("notice-1") == notice
        strange = notice.looked_into(Refused("2000"), known=False, now=NOW)
        uow.notifications.save(strange)
        uow.commit()
    with books.uow() as uow:
        assert uow.notifications.get("notice-1").state is NotificationState.STRANGE
        assert uow.notifications.next_due(NOW + timedelta(days=1)) is None


def test_only_what_was_dealt_with_long_ago_is_forgotten(books):
    old = NOW - timedelta(days=31)
    add(
        books,
        a_notice(1, now=old),
        a_notice(2, now=old, topic="merchant_order"),
        a_notice(3, topic="merchant_order"),
    )
    books.keep_key(NOW - timedelta(hours=25))
    books.keep_key(NOW)
    with books.uow() as uow:
        purge = uow.leftovers.purge
        arguments = {"before": NOW - timedelta(days=30), "keys_before": NOW - timedelta(days=1), "limit": 10}
        assert (purge(**arguments), purge(**arguments)) == (2, 0)
        uow.commit()
    with books.uow() as uow:
        assert uow.notifications.next_due(NOW).id == "notice-1"
        assert uow.notifications.get("notice-3").state is NotificationState.IGNORED
