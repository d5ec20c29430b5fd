"""The ways that an order can go, each as a person would walk it, and where it must end."""

from collections.abc import Callable
from dataclasses import dataclass

from standalone.demo_client import Answer, DemoClient


class WrongEnd(Exception):
    """The order ended otherwise than it should."""


@dataclass(frozen=True, slots=True)
class Story:
    """One order's way. `lesson` says what it shows of the saga; `waits`, that it takes a whole deadline."""

    title: str
    lesson: str
    play: Callable[[DemoClient], None]
    waits: bool = False


def _paid(client: DemoClient) -> None:
    _order_with_code(client)
    client.pay()
    client.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    _require(client.order_id in client.kitchen_queue(), "the order is not in the kitchen's queue")
    for status in ("IN_PREPARATION", "READY", "FINISHED"):
        client.cook(status)
    _end(client, "FINISHED", None, refunded=False)


def _rejected(client: DemoClient) -> None:
    _order_with_code(client)
    for attempt in (1, 2, 3):
        _wait_for_code(client, attempt)
        client.refuse()
        client.wait_for(f"attempt {attempt} rejected", _payment_is("REJECTED", attempt))
        if attempt < 3:  # noqa: PLR2004 - the instance allows three
            client.try_again()
    _end(client, "CANCELLED", "payment_rejected", refunded=False)


def _expired(client: DemoClient) -> None:
    _order_with_code(client)
    _end(client, "CANCELLED", "expired", refunded=False)


def _cancelled_before_paying(client: DemoClient) -> None:
    _order_with_code(client)
    client.cancel()
    _end(client, "CANCELLED", "customer", refunded=False)


def _cancelled_after_paying(client: DemoClient) -> None:
    _order_with_code(client)
    client.pay()
    client.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    client.cancel()
    _end(client, "CANCELLED", "customer", refunded=True)


def _paid_after_cancellation(client: DemoClient) -> None:
    _order_with_code(client)
    client.cancel()
    client.wait_for("CANCELLED", lambda order: order["status"] == "CANCELLED")
    client.pay(force=True)
    _end(client, "CANCELLED", "customer", refunded=True)


def _card_refused(client: DemoClient) -> None:
    client.place_order("card")
    client.pay_by_card("FUND")
    client.wait_for("attempt 1 rejected", _payment_is("REJECTED", 1))
    client.pay_by_card("APRO")
    client.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    _require(client.order()["payment"]["method"] == "card", "it was not the card that paid")
    client.cancel()
    _end(client, "CANCELLED", "customer", refunded=True)


STORIES = (
    Story("Paid, cooked, picked up", "Each service does its step when it hears of the other's.", _paid),
    Story("Refused by the bank until no attempt is left", "The last refusal releases the stock.", _rejected),
    Story(
        "Nobody pays",
        "The code dies at the provider first; only then is the stock released.",
        _expired,
        waits=True,
    ),
    Story("Cancelled before paying", "The same, by the customer's wish.", _cancelled_before_paying),
    Story("Cancelled after paying", "The compensation of a payment is a refund.", _cancelled_after_paying),
    Story("One card refused, another taken", "Money of a card goes back like any other.", _card_refused),
    Story("Paid after the cancellation", "Late money goes back by itself.", _paid_after_cancellation),
)


def _order_with_code(client: DemoClient) -> None:
    client.place_order()
    _wait_for_code(client, 1)


def _wait_for_code(client: DemoClient, attempt: int) -> None:
    client.wait_for(f"the Pix code of attempt {attempt}", _payment_is("PENDING", attempt))


def _payment_is(status: str, attempt: int) -> Callable[[Answer], bool]:
    def true_of(order: Answer) -> bool:
        payment = order["payment"]
        return payment is not None and (payment["status"], payment["attempt"]) == (status, attempt)

    return true_of


def _end(client: DemoClient, status: str, reason: str | None, *, refunded: bool) -> None:
    """Wait for the end, and see that everything about it is as it should be."""

    def ended(order: Answer) -> bool:
        returned = order["payment"]["refunded"] if order["payment"] else "0.00"
        return order["status"] == status and returned == (order["total"] if refunded else "0.00")

    order = client.wait_for(f"{status}{', refunded' if refunded else ''}", ended)
    found = order["cancellation_reason"]
    _require(found == reason, f"the reason is {found}, not {reason}")
    visible = client.order_id in client.kitchen_queue()
    _require(not visible, "the kitchen still sees the order")


def _require(true: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not true:
        raise WrongEnd(otherwise)
