"""What befalls the provider's notices. A notice is a hint; only what the provider says when asked counts."""

import json

import pytest
from structlog.testing import capture_logs

from tests.simulation import books, troubles
from tests.simulation.notices import (
    UNKNOWN,
    a_notice,
    books_of_payments,
    buy_what_was_placed,
    kept_notices,
    the_payment,
)
from tests.simulation.stories import (
    at_provider,
    buy,
    is_paid_once,
    nobody_took_it_for_a_no,
    order,
    place_and_wait_for_the_code,
    statuses,
)
from tests.simulation.world import ACCESS_TOKEN, WEBHOOK_URL, World


def test_a_webhook_that_never_comes_costs_a_minute_at_most(world: World):
    place_and_wait_for_the_code(world)
    world.wait(seconds=41)
    world.bank_does("approve", 0)
    world.wait(seconds=60)
    assert (order(world)["status"], world.webhooks.sent) == ("RECEIVED", [])
    is_paid_once(world)


def test_a_webhook_that_comes_ten_times_counts_once(world: World):
    place_and_wait_for_the_code(world)
    world.bank_does("approve", 0)
    the_same = a_notice(world, the_payment(world))
    answers = [world.webhooks.post(the_same) for _ in range(10)]
    assert [answer.status_code for answer in answers] == [200] * 10
    assert [answer.json["new"] for answer in answers] == [True] + [False] * 9
    world.finish_what_is_due()
    assert len(world.line.made(troubles.READ)) == 1
    is_paid_once(world)


def test_ten_webhooks_of_the_same_news_count_once(world: World):
    place_and_wait_for_the_code(world)
    world.bank_does("approve", 0)
    for _ in range(10):
        assert world.webhooks.post(a_notice(world, the_payment(world))).json["new"]
    is_paid_once(world)


def test_a_webhook_that_overtakes_the_answer_is_matched_by_its_reference(world: World):
    world.line.befall(troubles.CREATE, troubles.meanwhile(world.finish_what_is_due))
    world.place(world.counted_product(), 1)
    world.finish_what_is_due()
    assert world.line.said[1].method == "GET", "the notice was not looked into before the answer came"
    assert order(world)["payment"]["qr_code"]
    world.bank_does("approve", 0)
    is_paid_once(world)


def test_a_payment_that_is_approved_before_its_creation_is_answered_stays_approved(world: World):
    def pay_at_once() -> None:
        world.bank_does("approve", 0)
        world.finish_what_is_due()
        assert order(world)["status"] == "RECEIVED"

    world.line.befall(troubles.CREATE, troubles.meanwhile(pay_at_once))
    world.place(world.counted_product(), 1)
    world.finish_what_is_due()
    is_paid_once(world)


def test_a_webhook_makes_good_an_answer_that_was_lost(world: World):
    world.line.befall(troubles.CREATE, troubles.time_out_after)
    world.line.befall(troubles.SEARCH, troubles.connection_refused, times=troubles.FOR_GOOD)
    world.place(world.counted_product(), 1)
    world.finish_what_is_due()
    nobody_took_it_for_a_no(world)
    world.bank_does("approve", 0)
    is_paid_once(world)
    assert len(world.line.made(troubles.CREATE)) == 1


def test_webhooks_in_reverse_leave_the_newest_state(world: World):
    world.break_provider({"kind": "webhook_reorder", "times": 1})
    place_and_wait_for_the_code(world)
    world.webhooks.cut = False
    world.bank_does("approve", 0)
    world.wait_until(lambda: len(world.webhooks.sent) == 2)
    actions = [json.loads(notice.content)["action"] for notice in world.webhooks.sent]
    assert actions == ["payment.updated", "payment.created"]
    is_paid_once(world)


def test_what_a_webhook_led_to_is_not_undone_by_an_older_answer(world: World):
    place_and_wait_for_the_code(world)
    (pending,) = at_provider(world)
    buy_what_was_placed(world)
    world.line.befall(troubles.READ, troubles.retold(lambda _told: pending))
    assert world.webhooks.post(a_notice(world, pending["id"])).status_code == 200
    world.finish_what_is_due()
    assert (statuses(world), order(world)["status"]) == (["APPROVED"], "RECEIVED")
    is_paid_once(world)


def test_a_webhook_hours_after_the_order_was_handed_over_moves_nothing_back(world: World):
    buy(world)
    for _step in range(3):
        world.cook(0)
    world.come_to_rest()
    before = books_of_payments(world)
    world.clock.advance(hours=2)
    assert world.webhooks.post(a_notice(world, the_payment(world))).json["new"]
    world.finish_what_is_due()
    assert order(world)["status"] == "FINISHED"
    assert [len(table) for table in books_of_payments(world)] == [len(table) for table in before]
    books.check(world)


def test_a_webhook_for_a_payment_that_nobody_knows_is_looked_up_and_kept_as_strange(world: World):
    place_and_wait_for_the_code(world)
    before = books_of_payments(world)
    assert world.webhooks.post(a_notice(world, UNKNOWN)).status_code == 200
    with capture_logs() as logs:
        world.finish_what_is_due()
    assert kept_notices(world) == ["STRANGE"]
    assert [(log["event"], log["provider_id"]) for log in logs if log["log_level"] == "error"] == [
        ("strange_payment", str(UNKNOWN))
    ]
    assert books_of_payments(world) == before
    world.bank_does("approve", 0)
    is_paid_once(world)


def somebody_else_makes_a_payment(world: World, reference: str) -> int:
    """At our account, by another program; its notice is looked into. Returns the provider's id."""
    world.webhooks.cut = False
    made = world.bank.post(
        "/v1/payments",
        json={
            "transaction_amount": 5.5,
            "payment_method_id": "pix",
            "external_reference": reference,
            "notification_url": WEBHOOK_URL,
            "payer": {"email": "somebody@example.com"},
        },
        headers={"Authorization": f"Bearer {ACCESS_TOKEN}", "X-Idempotency-Key": "somebody"},
    )
    assert made.status_code == 201
    _charges, *before = books_of_payments(world)
    world.finish_what_is_due()
    _saved_once_more, *after = books_of_payments(world)
    assert (kept_notices(world), after) == (["STRANGE"], before)
    return int(made.json["id"])


def test_a_webhook_for_a_payment_that_is_no_orders_is_kept_as_strange(world: World):
    place_and_wait_for_the_code(world)
    somebody_else_makes_a_payment(world, "till-7")
    pay_for_it(world)
    is_paid_once(world)


def test_a_webhook_for_an_orders_payment_that_we_did_not_make_is_strange_and_the_audit_tells(
    world: World,
):
    place_and_wait_for_the_code(world)
    strange = somebody_else_makes_a_payment(world, world.orders[0])
    world.come_to_rest()
    with pytest.raises(AssertionError, match=str(strange)):
        books.check(world)


def pay_for_it(world: World) -> None:
    """The payer pays the first order's payment, and no other."""
    assert world.bank.post(f"/__fake/payments/{the_payment(world)}/approve").status_code == 200


def test_a_webhook_is_answered_while_the_provider_is_down_and_looked_into_afterwards(world: World):
    place_and_wait_for_the_code(world)
    world.bank_does("approve", 0)
    world.line.befall(troubles.ANY, troubles.connection_refused, times=troubles.FOR_GOOD)
    calls = len(world.line.said)
    assert world.webhooks.post(a_notice(world, the_payment(world))).status_code == 200
    assert len(world.line.said) == calls
    world.finish_what_is_due()
    assert (kept_notices(world), statuses(world)) == (["WAITING"], ["PENDING"])
    is_paid_once(world)
    assert set(kept_notices(world)) == {"READ"}
