"""Money that comes late, twice, or in another amount; money that goes back; money that is taken back."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.simulation import books, troubles
from tests.simulation.line import Trouble
from tests.simulation.stories import (
    a_part_goes_back,
    at_provider,
    buy,
    centavos,
    is_cancelled_unpaid,
    is_paid_once,
    is_refunded_once,
    order,
    pay,
    place_and_pay,
    place_and_wait_for_the_code,
    refunds,
    rows,
    spoken_of,
    statuses,
)
from tests.simulation.world import DEADLINE_SECONDS, World

both_ways = pytest.mark.parametrize("centavo", [-1, 1], ids=["one less", "one more"])
wherever_the_answer_is_lost = pytest.mark.parametrize(
    "trouble",
    [troubles.time_out_before, troubles.time_out_after, troubles.server_error_after, troubles.cut_json],
    ids=lambda trouble: trouble.__name__,
)


def test_a_payment_approved_after_the_cancel_goes_back_once_and_in_full(world: World):
    place_and_wait_for_the_code(world)
    world.cancel(0)
    world.finish_what_is_due()
    assert order(world)["status"] == "CANCELLED"
    world.bank_does("approve", 0, force=True)
    is_refunded_once(world, "paid_after_close")
    assert order(world)["cancellation_reason"] == "customer"


def test_a_payment_approved_after_the_expiry_goes_back_once_and_in_full(world: World):
    place_and_wait_for_the_code(world)
    world.wait(seconds=DEADLINE_SECONDS)
    assert order(world)["status"] == "CANCELLED"
    world.bank_does("approve", 0, force=True)
    is_refunded_once(world, "paid_after_close")
    assert order(world)["cancellation_reason"] == "expired"


def test_a_payment_approved_while_the_cancel_is_under_way_goes_back_once_and_in_full(world: World):
    place_and_wait_for_the_code(world)
    world.line.befall(troubles.CANCEL, troubles.first(lambda: world.bank_does("approve", 0)))
    world.cancel(0)
    world.finish_what_is_due()
    is_refunded_once(world)
    assert not spoken_of(world, "payment.approved.v1", "payment_id")


def test_a_payment_approved_between_the_cancel_and_the_look_after_it_goes_back_once_and_in_full(world: World):
    place_and_wait_for_the_code(world)
    late = troubles.first(lambda: world.bank_does("approve", 0, force=True))
    world.line.befall(troubles.READ, late)
    world.cancel(0)
    world.finish_what_is_due()
    is_refunded_once(world)


def test_a_payment_approved_while_the_expiry_is_under_way_is_kept(world: World):
    place_and_wait_for_the_code(world)
    world.line.befall(troubles.CANCEL, troubles.first(lambda: world.bank_does("approve", 0)))
    world.wait(seconds=DEADLINE_SECONDS)
    is_paid_once(world)


def test_of_two_attempts_approved_the_first_is_kept_and_the_other_goes_back_in_full(world: World):
    place_and_wait_for_the_code(world)
    world.bank_does("reject", 0)
    world.wait_until(lambda: order(world)["payment"]["status"] == "REJECTED")
    world.try_again(0)
    world.wait_until(lambda: order(world)["payment"]["status"] == "PENDING")
    world.bank_does("approve", 1)
    world.wait_until(lambda: order(world)["status"] == "RECEIVED")
    world.bank_does("approve", 0, force=True)
    world.come_to_rest()
    late, kept = at_provider(world)
    assert (late["status"], [one["amount"] for one in late["refunds"]]) == (
        "refunded",
        [late["transaction_amount"]],
    )
    assert (kept["status"], kept["refunds"]) == ("approved", [])
    assert [(status, reason) for status, _, reason in refunds(world)] == [("DONE", "duplicate_payment")]
    seen = order(world)
    assert (seen["status"], seen["payment"]["attempt"], seen["payment"]["refunded"]) == (
        "RECEIVED",
        2,
        "0.00",
    )
    books.check(world)


@both_ways
def test_a_payment_made_with_an_amount_off_by_one_centavo_is_ended_and_never_kept(world: World, centavo: int):
    def other_amount(request: Any, ask: Any) -> Any:
        total = str(centavos(order(world)["total"]) / 100)
        wrong = str((centavos(order(world)["total"]) + centavo) / 100)
        assert total in request.body
        request.body = request.body.replace(total, wrong)
        request.headers["Content-Length"] = str(len(request.body))
        return ask(request)

    world.line.befall(troubles.CREATE, other_amount)
    world.webhooks.cut = True
    world.place(world.counted_product(), 1)
    world.wait_until(lambda: at_provider(world) and at_provider(world)[0]["status"] == "cancelled")
    assert (order(world)["status"], order(world)["payment"]["qr_code"]) == ("AWAITING_PAYMENT", None)
    pay_the_second_attempt(world)
    assert refunds(world) == []


@both_ways
def test_a_payment_approved_with_an_amount_off_by_one_centavo_goes_back_and_is_never_kept(
    world: World, centavo: int
):
    place_and_wait_for_the_code(world)
    with world.provider.database.transaction() as transaction:
        transaction.connection.execute(sa.text(f"UPDATE payments SET amount = amount + ({centavo})"))  # noqa: S608 - a number
        transaction.commit()
    came = centavos(order(world)["total"]) + centavo
    world.bank_does("approve", 0)
    is_sent_back_as_a_mismatch(world, came)


@pytest.mark.parametrize(
    "told",
    [
        {"currency_id": "ARS"},
        {"external_reference": "another order"},
        {"external_reference": None},
        {"collector_id": 999},
    ],
    ids=["currency", "reference", "no reference", "account"],
)
def test_a_payment_approved_that_is_not_the_one_asked_for_goes_back_and_is_never_kept(
    world: World, told: dict[str, Any]
):
    place_and_pay(world)
    came = centavos(order(world)["total"])
    world.line.befall(troubles.READ, troubles.retold(lambda answer: answer | told))
    is_sent_back_as_a_mismatch(world, came)


def is_sent_back_as_a_mismatch(world: World, came: int) -> None:
    """The attempt counts, its money goes back, and the next one may be paid."""
    world.wait_until(lambda: spoken_of(world, "payment.refunded.v1", "refund_id"))
    assert (statuses(world), spoken_of(world, "payment.approved.v1", "payment_id")) == (["REJECTED"], set())
    assert refunds(world) == [("DONE", came, "amount_mismatch")]
    (payment,) = at_provider(world)
    assert (payment["status"], len(payment["refunds"])) == ("refunded", 1)
    assert order(world)["status"] == "AWAITING_PAYMENT"
    pay_the_second_attempt(world)
    assert refunds(world) == [("DONE", came, "amount_mismatch")]


def pay_the_second_attempt(world: World) -> None:
    """What is wrong with one attempt stands in the way of no other."""
    world.wait(seconds=1)
    world.try_again(0)
    world.wait_until(lambda: order(world)["payment"]["attempt"] == 2 and order(world)["payment"]["qr_code"])
    world.bank_does("approve", 1)
    world.come_to_rest()
    assert order(world)["status"] == "RECEIVED"
    assert statuses(world) == ["REJECTED", "APPROVED"]
    books.check(world)


@wherever_the_answer_is_lost
def test_parts_that_go_back_go_back_once_each(world: World, trouble: Trouble):
    buy(world)
    for amount in (100, 100, 250):
        a_part_goes_back(world, amount)
    world.line.befall(troubles.REFUND, trouble, times=2)
    world.come_to_rest()
    (payment,) = at_provider(world)
    assert sorted(refund["amount"] for refund in payment["refunds"]) == [1, 1, 2.5]
    assert order(world)["payment"]["refunded"] == "4.50"
    world.cancel(0)
    world.come_to_rest()
    assert order(world)["payment"]["refunded"] == order(world)["total"]
    assert refunds(world)[-1][2] == "order_cancelled"
    books.check(world)


def test_money_taken_back_after_delivery_is_recorded_once_and_not_sent_back_as_well(world: World):
    buy(world)
    for _step in range(3):
        world.cook(0)
    world.come_to_rest()
    world.bank_does("chargeback", 0)
    world.wait(hours=25)
    world.wait(hours=25)
    seen = order(world)
    assert (seen["status"], seen["payment"]["status"]) == ("FINISHED", "CHARGED_BACK")
    assert len(spoken_of(world, "payment.charged_back.v1", "payment_id")) == 1
    (recorded,) = rows(
        world.payment_service.database, "SELECT * FROM provider_answers WHERE status = 'CHARGED_BACK'"
    )
    assert recorded.detail == "in_process"
    world.come_to_rest()
    assert (statuses(world), refunds(world)) == (["CHARGED_BACK"], [])
    books.check(world)


@pytest.mark.parametrize(
    ("price", "pieces"), [(1, 1), (10, 3), (29, 1), (1999, 1), (3333, 3), (333_333_300, 3)]
)
def test_every_centavo_of_an_amount_arrives_and_goes_back(world: World, price: int, pieces: int):
    product = world.counted_product()
    with world.orders_service.database.transaction() as transaction:
        change = sa.text("UPDATE products SET price = :price WHERE id = :id")
        transaction.connection.execute(change, {"price": price, "id": product})
        transaction.commit()
    world.place(product, pieces)
    pay(world)
    world.wait_until(lambda: order(world)["status"] == "RECEIVED")
    assert centavos(order(world)["total"]) == pieces * price
    world.cancel(0)
    is_refunded_once(world)


def test_nothing_goes_back_that_never_came(world: World):
    place_and_wait_for_the_code(world)
    world.cancel(0)
    is_cancelled_unpaid(world)
    assert world.line.made(troubles.REFUND) == []
