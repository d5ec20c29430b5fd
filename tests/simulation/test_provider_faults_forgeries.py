"""Notices that the provider has not just sent, and what a notice claims: nobody is believed."""

from dataclasses import replace
from typing import Any

import pytest

from tests.simulation.line import Notice
from tests.simulation.notices import (
    UNKNOWN,
    a_notice,
    books_of_payments,
    buy_what_was_placed,
    kept_notices,
    the_payment,
    with_header,
)
from tests.simulation.stories import (
    is_paid_once,
    order,
    place_and_wait_for_the_code,
    spoken_of,
    statuses,
)
from tests.simulation.world import World

TOLERANCE_SECONDS = 300
FORGERIES = {
    "unsigned": lambda good, _other: replace(
        good, headers={name: text for name, text in good.headers.items() if name != "X-Signature"}
    ),
    "empty signature": lambda good, _other: with_header(good, X_Signature=""),
    "another secret's signature": lambda good, _other: with_header(
        good, X_Signature=good.headers["X-Signature"][:-4] + "0000"
    ),
    "signed for another payment": lambda good, other: replace(good, headers=other.headers),
    "another payment in the query": lambda good, other: replace(good, query=other.query),
    "two payments in the query": lambda good, other: replace(good, query=f"{good.query}&{other.query}"),
    "another request's id": lambda good, other: with_header(good, X_Request_Id=other.headers["X-Request-Id"]),
    "upper case": lambda good, _other: with_header(good, X_Signature=_upper_case(good)),
    "two signatures": lambda good, _other: with_header(
        good, X_Signature=", ".join([good.headers["X-Signature"]] * 2)
    ),
    "two times": lambda good, _other: with_header(good, X_Signature=f"ts=1,{good.headers['X-Signature']}"),
}


def _upper_case(notice: Notice) -> str:
    ts, _, v1 = notice.headers["X-Signature"].partition(",v1=")
    return f"{ts},v1={v1.upper()}"


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_webhook_is_turned_away_and_changes_nothing(world: World, forge: Any):
    place_and_wait_for_the_code(world)
    before, calls = books_of_payments(world), len(world.line.said)
    good = a_notice(world, the_payment(world), status="approved")
    answer = world.webhooks.post(forge(good, a_notice(world, UNKNOWN)))
    assert answer.status_code == 401
    assert answer.json["type"] == "/problems/untrusted-notification"
    world.finish_what_is_due()
    assert (kept_notices(world), len(world.line.said)) == ([], calls)
    assert books_of_payments(world) == before
    world.bank_does("approve", 0)
    is_paid_once(world)


@pytest.mark.parametrize("age", [TOLERANCE_SECONDS + 1, -TOLERANCE_SECONDS - 1], ids=["old", "of the future"])
def test_a_webhook_of_another_time_is_turned_away(world: World, age: int):
    place_and_wait_for_the_code(world)
    world.clock.advance(seconds=-age)
    signed_then = a_notice(world, the_payment(world))
    world.clock.advance(seconds=age)
    assert world.webhooks.post(signed_then).status_code == 401
    assert kept_notices(world) == []
    world.bank_does("approve", 0)
    is_paid_once(world)


def test_a_webhook_replayed_within_its_window_is_answered_and_changes_nothing(world: World):
    place_and_wait_for_the_code(world)
    world.webhooks.cut = False
    buy_what_was_placed(world)
    captured = world.webhooks.sent[-1]
    before, calls, notices = books_of_payments(world), len(world.line.said), kept_notices(world)
    answer = world.webhooks.post(captured)
    assert (answer.status_code, answer.json) == (200, {"received": True, "new": False})
    world.finish_what_is_due()
    assert (books_of_payments(world), len(world.line.said)) == (before, calls)
    assert kept_notices(world) == notices
    is_paid_once(world)


def test_a_webhook_replayed_after_its_window_is_turned_away(world: World):
    place_and_wait_for_the_code(world)
    world.webhooks.cut = False
    buy_what_was_placed(world)
    captured, notices = world.webhooks.sent[-1], kept_notices(world)
    world.wait(seconds=TOLERANCE_SECONDS + 1)
    assert world.webhooks.post(captured).status_code == 401
    world.finish_what_is_due()
    assert kept_notices(world) == notices
    is_paid_once(world)


def test_a_webhook_that_claims_approval_of_a_pending_payment_is_not_believed(world: World):
    place_and_wait_for_the_code(world)
    claims = {"status": "approved", "data": {"id": str(the_payment(world)), "status": "approved"}}
    assert world.webhooks.post(a_notice(world, the_payment(world), **claims)).status_code == 200
    world.finish_what_is_due()
    assert (kept_notices(world), statuses(world)) == (["READ"], ["PENDING"])
    assert order(world)["status"] == "AWAITING_PAYMENT"
    assert not spoken_of(world, "payment.approved.v1", "payment_id")
    world.bank_does("approve", 0)
    is_paid_once(world)
