"""What the service does with the orders' events, and by itself as time goes by."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from payment_service.domain.provider import NotMade, Refused
from payment_service.infrastructure import database as tables
from payment_service.infrastructure.models.charge_model import payments
from servicekit.ids import new_id
from tests.builders.payment_service import ORDER, TOTAL


def said(till):
    table = tables.outbox
    with till.container.database.read() as connection:
        rows = connection.execute(sa.select(table.c.type).order_by(table.c.id)).scalars()
        return [row.split(".")[1] for row in rows]


def inbox_row(till, event_id):
    table = tables.inbox
    with till.container.database.read() as connection:
        return connection.execute(sa.select(table).where(table.c.id == event_id)).one()


def test_an_order_is_followed_from_its_placing_to_its_money(till):
    payment = till.paid()
    assert (payment["status"], said(till)) == ("APPROVED", ["created", "approved"])


def test_what_follows_from_an_event_names_it_as_its_cause(till):
    event_id = till.hear("order.cancel_requested.v1", reason="customer")
    table = tables.outbox
    with till.container.database.read() as connection:
        row = connection.execute(sa.select(table)).one()
    assert (row.type, row.causationid, row.subject, row.store) == (
        "payment.closed.v1",
        event_id,
        ORDER,
        "default",
    )


@pytest.mark.parametrize("reason", ["expired", "customer", "store"])
def test_an_order_that_is_to_end_is_answered_when_the_provider_has_ended_its_payment(till, reason):
    till.placed()
    till.hear("order.cancel_requested.v1", reason=reason)
    assert said(till) == ["created"]
    till.talk()
    assert said(till) == ["created", "closed"]
    assert till.payments()[0]["status"] == "CANCELLED"


def test_an_order_that_has_ended_by_expiry_keeps_no_money(till):
    till.paid()
    till.hear("order.cancel_requested.v1", reason="expired")
    assert said(till) == ["created", "approved", "approved"]
    till.hear("order.cancelled.v1", reason="expired", goods_used=False)
    till.talk()
    assert said(till)[-2:] == ["closed", "refunded"]
    assert till.payments()[0]["refunded"] == "59.80"


@pytest.mark.parametrize(
    ("event_type", "data"),
    [("order.paid.v1", {"payment_id": "p"}), ("order.status_changed.v1", {"status": "IN_PREPARATION"})],
)
def test_an_order_is_told_that_it_is_paid_until_it_goes_on(till, event_type, data):
    till.paid()
    till.clock.now += timedelta(seconds=30)
    till.work("payments-remind")
    assert said(till) == ["created", "approved", "approved"]
    till.hear(event_type, **data)
    till.clock.now += timedelta(hours=1)
    till.work("payments-remind")
    assert said(till) == ["created", "approved", "approved"]


@pytest.mark.parametrize(
    ("event_type", "data"),
    [
        ("order.placed.v1", {"total": 0}),
        ("order.placed.v1", {"total": "5980"}),
        ("order.placed.v1", {"total": 10**13}),
        ("order.placed.v1", {"currency": "USD"}),
        ("order.placed.v1", {"deadline": "soon"}),
        ("order.placed.v1", {"deadline": "2026-11-21T23:15:00"}),
        ("order.placed.v1", {"method": "x" * 65}),
        ("order.cancel_requested.v1", {}),
        ("order.cancelled.v1", {"reason": 7}),
        ("order.status_changed.v1", {}),
        ("order.placed.v2", {}),
        ("order.teleported.v1", {}),
    ],
)
def test_what_cannot_be_understood_is_parked_at_once(till, event_type, data):
    event_id = till.hear(event_type, **data)
    assert inbox_row(till, event_id).status == "parked"
    assert [one.id for one in till.container.parked_events.all()] == [event_id]
    assert said(till) == []


def test_a_member_of_tomorrow_is_read_over(till):
    event_id = till.hear("order.placed.v1", loyalty_points=7)
    assert inbox_row(till, event_id).status == "done"


def test_an_order_that_is_finished_before_it_is_known_waits(till):
    event_id = till.hear("order.status_changed.v1", status="FINISHED")
    row = inbox_row(till, event_id)
    assert (row.status, row.attempts) == ("pending", 1)
    assert "UnknownCharge" in row.error
    till.hear("order.placed.v1")
    till.clock.now += timedelta(seconds=5)
    till.work("payments-inbox")
    assert inbox_row(till, event_id).status == "done"


def test_the_same_event_twice_under_other_ids_begins_one_attempt(till):
    till.hear("order.placed.v1")
    till.hear("order.placed.v1")
    assert len(till.payments()) == 1


def test_an_order_without_attempts_left_is_reminded(till):
    for _ in range(3):
        if till.payments():
            till.retry()
            till.talk()
        else:
            till.placed()
        till.gateway.reject(till.payments()[0]["provider_id"])
        till.clock.now += timedelta(seconds=5)
        till.talk()
    before = said(till)
    till.work("payments-remind")
    assert said(till) == before
    till.clock.now += timedelta(seconds=30)
    till.work("payments-remind")
    assert said(till) == [*before, "rejected"]


def test_calls_in_vain_are_told_and_after_five_tries_somebody_is_called(till):
    till.hear("order.placed.v1")
    for _ in range(5):
        till.gateway.never_arrive("create")
    for _ in range(4):
        till.gateway.never_arrive("search")
    levels = []
    for _ in range(5):
        with capture_logs() as logs:
            till.talk()
        levels += [line["log_level"] for line in logs if line["event"] == "provider_call_in_vain"]
        till.clock.now += timedelta(seconds=60)
    assert levels == ["warning"] * 4 + ["error"]


def test_a_card_that_no_key_unseals_calls_somebody_at_once(till):
    till.hear("order.placed.v1", method="card")
    assert (
        till.http.post("/payments", json={"order_id": ORDER, "method": "card", "token": "t"}).status_code
        == 202
    )
    with till.container.database.transaction() as transaction:
        transaction.connection.execute(sa.update(payments).values(sealed_card="by a key that is gone"))
        transaction.commit()
    with capture_logs() as logs:
        till.talk()
    (line,) = [one for one in logs if one["event"] == "provider_call_in_vain"]
    assert (line["log_level"], line["outcome"]) == ("error", repr(NotMade(15, "no key unseals the card")))


def test_a_strange_payment_calls_somebody(till):
    till.notify("404")
    with capture_logs() as logs:
        till.work("payments-notices")
    (line,) = [one for one in logs if one["event"] == "strange_payment"]
    assert (line["log_level"], line["provider_id"]) == ("error", "404")
    assert repr(Refused("2000")) == line["said"]


def test_what_was_dealt_with_long_ago_is_deleted(till):
    till.paid()
    till.clock.now += timedelta(days=31)
    till.work("payments-purge")
    with till.container.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.inbox)) == 0
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.outbox)) == 2


def test_every_loop_of_the_provider_takes_its_own_order(till):
    orders = [new_id() for _ in range(3)]
    for order_id in orders:
        till.hear("order.placed.v1", order_id=order_id)
    till.work("payments-provider-1", "payments-provider-4")
    assert [till.payments(order_id)[0]["amount"] for order_id in orders] == ["59.80"] * 3
    assert [kind for kind, _ in till.gateway.calls] == ["create"] * 3
    assert TOTAL == 5980
