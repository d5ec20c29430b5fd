from datetime import timedelta

import pytest

from payment_service.domain.notification import Notification, NotificationState
from payment_service.domain.provider import Answered, Unknown
from tests.builders.payment_service import LEASE, NOW, STORE


def a_notice(topic="payment"):
    return Notification.received(
        notification_id="n-1", store=STORE, topic=topic, provider_id="7", fingerprint="f", now=NOW
    )


def test_a_notice_about_a_payment_is_looked_into_at_once_and_any_other_is_ignored():
    notice, other = a_notice(), a_notice("merchant_order")
    assert (notice.state, notice.topic, notice.work.due_at) == (NotificationState.WAITING, "payment", NOW)
    assert (other.state, other.topic, other.work.due_at) == (
        NotificationState.IGNORED,
        "merchant_order",
        None,
    )


def test_whoever_looks_into_it_has_until_then():
    assert a_notice().taken(NOW + LEASE).work.due_at == NOW + LEASE


@pytest.mark.parametrize(("known", "state"), [(True, "READ"), (False, "STRANGE")])
def test_what_was_read_needs_no_more_looking(known, state):
    read = a_notice().taken(NOW + LEASE).looked_into(Answered(None), known=known, now=NOW)
    assert (read.state, read.work.due_at) == (state, None)


def test_what_could_not_be_read_is_looked_into_later_and_later():
    notice, waits = a_notice(), []
    for _ in range(4):
        notice = notice.looked_into(Unknown("timeout"), known=False, now=NOW)
        waits.append(notice.work.due_at - NOW)
    assert notice.work.tries == 4
    assert timedelta(0) < waits[0] <= timedelta(seconds=5)
    assert waits[-1] > waits[0]
