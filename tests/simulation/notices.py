"""The provider's notices in a test's hand, and what became of them."""

import itertools
import json
from dataclasses import replace
from typing import Any

from fake_checkout.domain.delivery import signature
from tests.simulation.line import Notice
from tests.simulation.stories import at_provider, order, rows
from tests.simulation.world import WEBHOOK_SECRET, World

UNKNOWN = 404_404_404_404
"""A payment that there is not."""
_request_ids = itertools.count(1)


def a_notice(world: World, payment_id: int, **claims: Any) -> Notice:
    """A notice as the provider signs it now; its body may claim anything."""
    request_id = f"request-{next(_request_ids)}"
    now = world.clock.time
    signed = signature(WEBHOOK_SECRET, data_id=str(payment_id), request_id=request_id, sent_at=now)
    content = {"type": "payment", "action": "payment.updated", "data": {"id": str(payment_id)}, **claims}
    return Notice(
        "/payments/webhook",
        f"data.id={payment_id}&type=payment",
        json.dumps(content).encode(),
        {"Content-Type": "application/json", "X-Request-Id": request_id, "X-Signature": signed},
    )


def with_header(notice: Notice, **headers: str) -> Notice:
    """The same notice with other headers; an underscore stands for the dash."""
    return replace(notice, headers=notice.headers | {k.replace("_", "-"): v for k, v in headers.items()})


def the_payment(world: World) -> int:
    """The provider's id of the one payment there is."""
    (payment,) = at_provider(world)
    return int(payment["id"])


def kept_notices(world: World) -> list[str]:
    """The state of each notice that was stored."""
    found = rows(world.payment_service.database, "SELECT state FROM notifications ORDER BY received_at, id")
    return [row.state for row in found]


def books_of_payments(world: World) -> list[Any]:
    """Everything that payment_service has, notices aside."""
    tables = ("charges", "payments", "refunds", "provider_answers", "outbox")
    return [rows(world.payment_service.database, f"SELECT * FROM {table}") for table in tables]  # noqa: S608 - constants


def buy_what_was_placed(world: World) -> None:
    world.bank_does("approve", 0)
    world.wait_until(lambda: order(world)["status"] == "RECEIVED")
