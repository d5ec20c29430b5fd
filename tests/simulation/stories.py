"""One saga for each call to the provider: up to where the call is due, and on to the end that it must have.

The line for webhooks is cut in all of them, so that nothing but the call itself brings news.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from payment_service.usecases.request_refund_usecase import RequestRefund
from servicekit.database.database import Database
from tests.simulation import books, troubles
from tests.simulation.line import Call, Trouble
from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Story:
    """`lead_up` comes to where the call is due next; `end` goes on, and says what must be true at rest."""

    call: Call
    lead_up: Callable[[World], None]
    end: Callable[[World], None]

    def tell(self, world: World, trouble: Trouble, *, times: int = 1) -> None:
        """The saga, in which this befalls the call; in between nobody may have taken it for a no."""
        self.lead_up(world)
        blow = world.line.befall(self.call, trouble, times=times)
        world.wait_until(lambda: blow.struck == times)
        nobody_took_it_for_a_no(world)
        self.end(world)


# What people see, and what the books say


def order(world: World, which: int = 0) -> dict[str, Any]:
    """An order as its customer sees it."""
    answer = world.kiosk.get(f"/orders/{world.orders[which]}")
    assert answer.status_code == 200
    return answer.json


def at_provider(world: World, which: int = 0) -> list[dict[str, Any]]:
    """What the provider has of an order: payments with their refunds, oldest first."""
    payments = world.bank.get("/__fake/books").json["payments"]
    ours = [one for one in payments if one["external_reference"] == world.orders[which]]
    return sorted(ours, key=lambda one: one["date_created"])


def rows(database: Database, statement: str) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(sa.text(statement)).all())


def statuses(world: World) -> list[str]:
    """Of every attempt, as payment_service has it."""
    found = rows(world.payment_service.database, "SELECT status FROM payments ORDER BY created_at, number")
    return [row.status for row in found]


def refunds(world: World) -> list[tuple[str, int, str]]:
    """Status, centavos and reason of every refund, as payment_service has it."""
    found = rows(world.payment_service.database, "SELECT * FROM refunds ORDER BY created_at, position")
    return [(row.status, row.amount, row.reason) for row in found]


def spoken_of(world: World, event_type: str, member: str) -> set[str]:
    """What events of this type told of; each may have been said again and again."""
    of_type = f"SELECT data FROM outbox WHERE type = '{event_type}'"  # noqa: S608 - a constant
    return {json.loads(row.data)[member] for row in rows(world.payment_service.database, of_type)}


def centavos(reais: str) -> int:
    return int(reais.replace(".", ""))


def nobody_took_it_for_a_no(world: World) -> None:
    """Neither an attempt nor a refund was given up, and no customer was told so."""
    assert "REJECTED" not in statuses(world)
    assert "FAILED" not in [status for status, *_ in refunds(world)]
    assert not spoken_of(world, "payment.rejected.v1", "payment_id")
    assert not spoken_of(world, "payment.refund_failed.v1", "refund_id")


# What people do


def place(world: World) -> None:
    """A customer orders one piece."""
    world.webhooks.cut = True
    world.place(world.counted_product(), 1)
    assert world.orders


def place_and_wait_for_the_code(world: World) -> None:
    place(world)
    world.finish_what_is_due()
    assert order(world)["payment"]["qr_code"]


def pay(world: World) -> None:
    """As soon as there is a code."""
    world.wait_until(lambda: (order(world)["payment"] or {}).get("qr_code"))
    world.bank_does("approve", 0)


def place_and_pay(world: World) -> None:
    place_and_wait_for_the_code(world)
    pay(world)


def buy(world: World) -> None:
    """Order and pay, until the order is received."""
    place_and_pay(world)
    world.wait_until(lambda: order(world)["status"] == "RECEIVED")


def buy_and_cancel(world: World) -> None:
    buy(world)
    world.cancel(0)


def a_part_goes_back(world: World, amount: int) -> None:
    """Staff give back so many centavos of the payment there is."""
    (payment,) = rows(world.payment_service.database, "SELECT id FROM payments")
    world.payment_service.usecases.request_refund.execute(
        RequestRefund("default", payment.id, amount, "cold")
    )


# How it must end


def is_paid_once(world: World) -> None:
    """One payment, kept; its customer sees it."""
    world.come_to_rest()
    seen = order(world)
    (payment,) = at_provider(world)
    assert (seen["status"], seen["payment"]["status"]) == ("RECEIVED", "APPROVED")
    assert seen["payment"]["refunded"] == "0.00"
    assert (payment["status"], payment["refunds"]) == ("approved", [])
    assert statuses(world) == ["APPROVED"]
    assert (len(spoken_of(world, "payment.approved.v1", "payment_id")), refunds(world)) == (1, [])
    books.check(world)


def is_cancelled_unpaid(world: World) -> None:
    """One payment, ended there before its stock was released here."""
    world.come_to_rest()
    seen = order(world)
    (payment,) = at_provider(world)
    assert (seen["status"], seen["cancellation_reason"]) == ("CANCELLED", "customer")
    assert (payment["status"], payment["refunds"]) == ("cancelled", [])
    assert (statuses(world), refunds(world)) == (["CANCELLED"], [])
    books.check(world)


def is_refunded_once(world: World, reason: str = "order_cancelled") -> None:
    """One payment, given back by one refund, for this reason; its customer sees it."""
    world.come_to_rest()
    seen = order(world)
    (payment,) = at_provider(world)
    (refund,) = payment["refunds"]
    assert (seen["status"], seen["payment"]["refunded"]) == ("CANCELLED", seen["total"])
    assert (payment["status"], refund["amount"]) == ("refunded", payment["transaction_amount"])
    done = [one for one in refunds(world) if one[0] == "DONE"]
    assert done == [("DONE", centavos(seen["total"]), reason)]
    assert len(spoken_of(world, "payment.refunded.v1", "refund_id")) == 1
    books.check(world)


def _lose_the_first_answer(world: World) -> None:
    place(world)
    world.line.befall(troubles.CREATE, troubles.time_out_after)
    world.finish_what_is_due()


def _lose_the_refunds_answer(world: World) -> None:
    buy_and_cancel(world)
    world.line.befall(troubles.REFUND, troubles.time_out_after)
    world.finish_what_is_due()


def _cancel_unpaid(world: World) -> None:
    place_and_wait_for_the_code(world)
    world.cancel(0)


def _pay_and_be_received(world: World) -> None:
    pay(world)
    is_paid_once(world)


STORIES = {
    "create": Story(troubles.CREATE, place, _pay_and_be_received),
    "search": Story(troubles.SEARCH, _lose_the_first_answer, _pay_and_be_received),
    "read": Story(troubles.READ, place_and_pay, is_paid_once),
    "cancel": Story(troubles.CANCEL, _cancel_unpaid, is_cancelled_unpaid),
    "read back": Story(troubles.READ, _cancel_unpaid, is_cancelled_unpaid),
    "refund": Story(troubles.REFUND, buy_and_cancel, is_refunded_once),
    "list": Story(troubles.LIST, _lose_the_refunds_answer, is_refunded_once),
}
"""By the call that the fault is to befall."""
