"""One order for each end that an order can have, driven through the real applications."""

from collections.abc import Callable, Mapping
from typing import Any

from payment_service.usecases.request_refund_usecase import RequestRefund
from tests.simulation.world import ATTEMPTS, DEADLINE_SECONDS, World

Drive = Callable[[World], None]
TOKEN = {"Authorization": "Bearer APP_USR-1-010126-sim-100200300"}


def _placed(world: World) -> None:
    """The newest order, R$ 33.90 for something that is made and two of something that is counted."""
    menu = {one["name"]: one["id"] for one in world.kiosk.get("/products?limit=200").json["items"]}
    items = [
        {"product_id": menu["X-Salada"], "quantity": 1},
        {"product_id": menu["Água mineral"], "quantity": 1},
        {"product_id": menu["Água mineral"], "quantity": 1, "notes": "sem gás"},
    ]
    answer = world.kiosk.post("/orders/checkout", json={"items": items, "payment": {"method": "pix"}})
    assert answer.status_code == 201, answer.text
    world.orders.append(answer.json["id"])
    world.wait(seconds=1)


def _paid(world: World) -> None:
    _placed(world)
    _bank(world, "approve")


def _cooked(world: World, steps: int) -> None:
    _paid(world)
    for _step in range(steps):
        world.cook(-1)
        world.wait(seconds=1)


def _attempts(world: World) -> list[dict[str, Any]]:
    """At the provider, of the newest order, oldest first."""
    told = world.bank.get("/__fake/books").json["payments"]
    ours = [payment for payment in told if payment["external_reference"] == world.orders[-1]]
    return sorted(ours, key=lambda payment: payment["metadata"]["attempt"])


def _bank(world: World, verb: str, attempt: int = -1, **said: Any) -> None:
    number = _attempts(world)[attempt]["id"]
    answer = world.bank.post(f"/__fake/payments/{number}/{verb}", json=said)
    assert answer.status_code == 200, answer.text
    world.wait(seconds=1)


def _charged_back(world: World, status_detail: str) -> None:
    _bank(world, "chargeback", status_detail=status_detail)


def _returned_by_staff(world: World, centavos: int) -> None:
    payment_id = _attempts(world)[-1]["metadata"]["payment_id"]
    request = RequestRefund("default", payment_id, centavos, "cold")
    world.payment_service.usecases.request_refund.execute(request)
    world.wait(seconds=1)


def _returned_by_others(world: World, reais: float) -> None:
    """Somebody gives money back in the provider's own pages."""
    number = _attempts(world)[-1]["id"]
    headers = {**TOKEN, "X-Idempotency-Key": f"by-hand-{number}"}
    answer = world.bank.post(f"/v1/payments/{number}/refunds", json={"amount": reais}, headers=headers)
    assert answer.status_code == 201, answer.text
    world.wait(seconds=1)


def _cancelled(world: World) -> None:
    world.cancel(-1)
    world.wait(seconds=1)


def awaiting(world: World) -> None:
    """Waits for its payer."""
    _placed(world)


def finished(world: World) -> None:
    """Eaten."""
    _cooked(world, 3)


def preparing(world: World) -> None:
    """In the kitchen."""
    _cooked(world, 1)


def received(world: World) -> None:
    """Paid."""
    _paid(world)


def expired(world: World) -> None:
    """Nobody paid."""
    _placed(world)
    world.wait(seconds=DEADLINE_SECONDS)
    world.wait(seconds=1)


def rejected(world: World) -> None:
    """Refused until no attempt was left."""
    _placed(world)
    _bank(world, "reject")
    for _attempt in range(ATTEMPTS - 1):
        world.try_again(-1)
        world.wait(seconds=1)
        _bank(world, "reject")


def paid_at_second_try(world: World) -> None:
    """The first attempt was refused."""
    _placed(world)
    _bank(world, "reject")
    world.try_again(-1)
    world.wait(seconds=1)
    _bank(world, "approve")


def paid_twice(world: World) -> None:
    """The attempt that was refused is paid after all; its money goes back."""
    paid_at_second_try(world)
    _bank(world, "approve", attempt=0, force=True)


def cancelled_unpaid(world: World) -> None:
    """By its customer."""
    _placed(world)
    _cancelled(world)


def cancelled_paid(world: World) -> None:
    """By its customer, who gets the money back."""
    _paid(world)
    _cancelled(world)


def paid_after_cancel(world: World) -> None:
    """The bank was late; the money goes back."""
    cancelled_unpaid(world)
    _bank(world, "approve", force=True)


def wasted(world: World) -> None:
    """Cancelled by the store after it was made."""
    _cooked(world, 2)
    world.cancel_by_store(-1)
    world.wait(seconds=1)


def partly_returned(world: World) -> None:
    """Staff gave some of the money back."""
    _cooked(world, 1)
    _returned_by_staff(world, 100)


def partly_returned_then_cancelled(world: World) -> None:
    """The system gave back what was left."""
    partly_returned(world)
    world.cancel_by_store(-1)
    world.wait(seconds=1)


def returned_by_others(world: World) -> None:
    """Somebody gave money back at the provider."""
    _cooked(world, 1)
    _returned_by_others(world, 1.5)


def charged_back(world: World) -> None:
    """The payer's bank took the money."""
    _cooked(world, 3)
    _charged_back(world, "settled")


def reimbursed(world: World) -> None:
    """It took the money, and gave it again."""
    _cooked(world, 1)
    _charged_back(world, "in_process")
    _charged_back(world, "reimbursed")


def reimbursed_after_cancel(world: World) -> None:
    """The money that was given again goes back to its payer."""
    _paid(world)
    _charged_back(world, "in_process")
    _cancelled(world)
    _charged_back(world, "reimbursed")


def sold_otherwise(world: World) -> None:
    """No order at all: the same account sells something by another program."""
    body = {
        "transaction_amount": 10,
        "payment_method_id": "pix",
        "payer": {"email": "a@example.com"},
        "external_reference": "counter-7",
    }
    headers = {**TOKEN, "X-Idempotency-Key": "counter-7"}
    answer = world.bank.post("/v1/payments", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert world.bank.post(f"/__fake/payments/{answer.json['id']}/approve").status_code == 200


ENDS: Mapping[str, Drive] = {
    drive.__name__: drive
    for drive in (
        finished,
        preparing,
        received,
        expired,
        rejected,
        paid_at_second_try,
        paid_twice,
        cancelled_unpaid,
        cancelled_paid,
        paid_after_cancel,
        wasted,
        partly_returned,
        partly_returned_then_cancelled,
        returned_by_others,
        charged_back,
        reimbursed,
        reimbursed_after_cancel,
        sold_otherwise,
    )
}
"""Where an order stays; besides, `awaiting`."""
