"""What no call settles at once: errors that stay, keys that are forgotten, a provider that wants time."""

from typing import Any

import pytest
import requests
from structlog.testing import capture_logs

from tests.simulation import books, troubles
from tests.simulation.stories import (
    STORIES,
    a_part_goes_back,
    at_provider,
    buy,
    buy_and_cancel,
    is_paid_once,
    is_refunded_once,
    order,
    pay,
    place,
    place_and_wait_for_the_code,
    refunds,
    spoken_of,
    statuses,
)
from tests.simulation.world import DEADLINE_SECONDS, PATIENCE_SECONDS, World

A_DAY_AND_MORE = 25 * 3600
"""The provider forgets a key after 24 hours."""
in_every_call = pytest.mark.parametrize("call", STORIES)
about_a_payment = pytest.mark.parametrize("call", ["create", "search", "read", "read back"])


def keys(requests_made: list[requests.PreparedRequest]) -> set[str]:
    return {request.headers["x-idempotency-key"] for request in requests_made}


def test_a_5xx_that_is_replayed_for_the_key_of_a_payment_is_settled_by_looking(world: World):
    place(world)
    world.line.befall(troubles.CREATE, troubles.server_error_kept_for_its_key(), times=troubles.FOR_GOOD)
    pay(world)
    assert len(world.line.made(troubles.CREATE)) == 1
    is_paid_once(world)


def test_a_5xx_that_is_replayed_for_the_key_of_a_refund_is_settled_by_looking(world: World):
    buy_and_cancel(world)
    world.line.befall(troubles.REFUND, troubles.server_error_kept_for_its_key(), times=troubles.FOR_GOOD)
    world.wait_until(lambda: spoken_of(world, "payment.refunded.v1", "refund_id"))
    assert len(world.line.made(troubles.REFUND)) == 1
    is_refunded_once(world)


def test_a_key_that_is_answered_with_5xx_for_good_holds_no_stock_for_good(world: World):
    place(world)
    blow = world.line.befall(troubles.CREATE, troubles.server_error_before, times=troubles.FOR_GOOD)
    world.wait(seconds=DEADLINE_SECONDS)
    assert order(world)["status"] == "CANCELLING"
    world.wait(seconds=PATIENCE_SECONDS)
    assert (order(world)["status"], order(world)["cancellation_reason"]) == ("CANCELLED", "expired")
    assert (statuses(world), len(keys(world.line.made(troubles.CREATE)))) == (["CREATED"], 1)
    assert blow.struck > 1
    world.come_to_rest()
    assert {payment["status"] for payment in at_provider(world)} <= {"cancelled"}
    books.check(world)


def test_a_payment_whose_key_is_forgotten_is_looked_for_before_it_is_made_again(world: World):
    place(world)
    world.line.befall(troubles.CREATE, troubles.time_out_after)
    world.line.befall(troubles.SEARCH, troubles.connection_refused, times=troubles.FOR_GOOD)
    world.finish_what_is_due()
    world.wait(seconds=A_DAY_AND_MORE)
    world.come_to_rest()
    assert len(at_provider(world)) == len(world.line.made(troubles.CREATE)) == 1
    books.check(world)


def test_a_refund_whose_key_is_forgotten_is_looked_for_before_it_is_made_again(world: World):
    buy_and_cancel(world)
    world.line.befall(troubles.REFUND, troubles.time_out_after)
    world.line.befall(troubles.ANY, troubles.connection_refused, times=troubles.FOR_GOOD)
    world.finish_what_is_due()
    world.wait(seconds=A_DAY_AND_MORE)
    assert refunds(world)[0][0] == "IN_PROCESS"
    is_refunded_once(world)
    assert len(world.line.made(troubles.REFUND)) == 1


def test_a_part_of_the_money_whose_key_is_forgotten_is_looked_for_before_it_goes_back_again(world: World):
    buy(world)
    a_part_goes_back(world, 100)
    world.line.befall(troubles.REFUND, troubles.time_out_after)
    world.line.befall(troubles.ANY, troubles.connection_refused, times=troubles.FOR_GOOD)
    world.finish_what_is_due()
    world.wait(seconds=A_DAY_AND_MORE)
    world.come_to_rest()
    a_part_is_back(world)


def test_a_search_that_does_not_find_yet_what_was_made_makes_no_second_payment(world: World):
    place(world)
    world.line.befall(troubles.CREATE, troubles.time_out_after)
    world.line.befall(troubles.SEARCH, troubles.retold(lambda told: told | {"results": []}))
    pay(world)
    assert len(world.line.made(troubles.CREATE)) == 2
    is_paid_once(world)


def test_a_list_that_does_not_tell_yet_what_was_returned_returns_it_no_second_time(world: World):
    buy(world)
    a_part_goes_back(world, 100)
    world.line.befall(troubles.REFUND, troubles.time_out_after)
    world.line.befall(troubles.LIST, troubles.retold(lambda _told: []))
    world.finish_what_is_due()
    world.wait_until(lambda: len(world.line.made(troubles.REFUND)) == 2)
    world.come_to_rest()
    a_part_is_back(world)


def a_part_is_back(world: World) -> None:
    """One real, once; the order has it that way as well."""
    (payment,) = at_provider(world)
    assert [refund["amount"] for refund in payment["refunds"]] == [1]
    assert order(world)["payment"]["refunded"] == "1.00"
    books.check(world)


@in_every_call
def test_a_429_is_not_asked_again_before_its_retry_after(world: World, call: str):
    story = STORIES[call]
    story.lead_up(world)
    blow = world.line.befall(story.call, troubles.too_many_requests(60))
    world.wait_until(lambda: blow.struck)
    made = len(world.line.said)
    world.wait(seconds=59)
    assert len(world.line.said) == made
    world.wait(seconds=1)
    assert len(world.line.said) > made
    story.end(world)


@about_a_payment
def test_an_unknown_status_is_no_answer_and_is_told(world: World, call: str):
    story = STORIES[call]
    with capture_logs() as logs:
        story.tell(world, troubles.retold(lambda told: _in_each(told, status="teleported")))
    alerts = [log for log in logs if log["event"] == "provider_answer_not_understood"]
    assert [log["log_level"] for log in alerts] == ["error"]


@in_every_call
def test_a_new_member_of_an_answer_is_passed_over(world: World, call: str):
    STORIES[call].tell(world, troubles.retold(lambda told: _in_each(told, of_tomorrow={"deep": [1]})))


def _in_each(told: object, **members: object) -> object:
    """The same answer, with these members in each payment or refund that it tells of."""
    if isinstance(told, list):
        return [{**one, **members} for one in told]
    assert isinstance(told, dict)
    if "results" in told:
        return {**told, "results": _in_each(told["results"], **members)}
    return {**told, **members}


def test_a_refund_that_the_provider_still_works_on_is_open_and_not_done(world: World):
    buy_and_cancel(world)
    world.line.befall(troubles.REFUND, troubles.retold(lambda told: {**told, "status": "in_process"}))
    world.finish_what_is_due()
    assert (refunds(world)[0][0], order(world)["payment"]["refunded"]) == ("IN_PROCESS", "0.00")
    is_refunded_once(world)
    assert len(world.line.made(troubles.REFUND)) == 1


def test_a_refund_that_is_refused_for_want_of_money_is_tried_with_a_new_key_until_it_is_done(world: World):
    buy_and_cancel(world)
    world.line.befall(troubles.REFUND, troubles.declined(400, 2031), times=3)
    world.finish_what_is_due()
    assert order(world)["payment"]["refunded"] == "0.00"
    world.wait_until(lambda: order(world)["payment"]["refunded"] != "0.00")
    assert [status for status, *_ in refunds(world)] == ["FAILED", "FAILED", "FAILED", "DONE"]
    assert len(keys(world.line.made(troubles.REFUND))) == 4
    is_refunded_once(world)


def test_an_answer_that_tells_of_another_orders_payment_is_not_believed(world: World):
    place_and_wait_for_the_code(world)
    (other,) = at_provider(world)
    world.line.befall(troubles.CREATE, troubles.retold(lambda _told: other))
    world.place(world.counted_product(), 1)
    world.finish_what_is_due()
    assert statuses(world) == ["PENDING", "CREATED"]
    world.wait_until(lambda: statuses(world) == ["PENDING", "PENDING"])
    (own,) = at_provider(world, 1)
    assert order(world, 1)["payment"]["qr_code"] == code_of(own) != code_of(other)
    world.come_to_rest()
    books.check(world)


def code_of(payment: dict[str, Any]) -> str:
    return str(payment["point_of_interaction"]["transaction_data"]["qr_code"])


def test_an_answer_with_another_payments_refund_is_not_believed(world: World):
    buy_and_cancel(world)
    world.come_to_rest()
    (refunded,) = at_provider(world)
    world.place(world.counted_product(), 1)
    world.finish_what_is_due()
    pay_another(world)
    world.line.befall(troubles.READ, troubles.retold(lambda told: told | {"refunds": refunded["refunds"]}))
    world.wait_until(lambda: order(world, 1)["status"] == "RECEIVED")
    world.come_to_rest()
    assert [status for status, *_ in refunds(world)] == ["DONE"]
    books.check(world)


@pytest.mark.parametrize("odd", [{"id": 1, "amount": 0.1, "status": "lost"}, 7], ids=["status", "type"])
def test_an_odd_refund_does_not_hide_the_payment_that_it_is_told_with(world: World, odd: object):
    place_and_wait_for_the_code(world)
    world.bank_does("approve", 0)
    world.line.befall(troubles.READ, troubles.retold(lambda told: told | {"refunds": [odd]}))
    world.wait_until(lambda: order(world)["status"] == "RECEIVED")
    is_paid_once(world)


def test_a_time_that_no_clock_shows_is_passed_over(world: World):
    for call in (troubles.CREATE, troubles.READ):
        odd = {"date_of_expiration": "9999-12-31T23:59:59-04:00", "date_last_updated": "soon"}
        world.line.befall(call, troubles.retold(lambda told, odd=odd: told | odd))
    place_and_wait_for_the_code(world)
    pay(world)
    is_paid_once(world)


def pay_another(world: World) -> None:
    """The newest order is paid."""
    (payment,) = at_provider(world, -1)
    assert world.bank.post(f"/__fake/payments/{payment['id']}/approve").status_code == 200
