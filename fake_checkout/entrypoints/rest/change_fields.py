"""What a merchant wants to change of a payment, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fake_checkout.domain.terms import Amendment
from fake_checkout.entrypoints.rest.member_fields import (
    amount_of,
    expiration_from,
    metadata_from,
    notification_url_from,
    reference_from,
    require_known,
    text_from,
)
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.wire import PARAMS_ERROR

AMENDED = frozenset(
    {"metadata", "external_reference", "date_of_expiration", "description", "notification_url"}
)


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The payment is to end."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What is authorized is to be taken: `amount` centavos, or all of it."""

    amount: int | None


def refund_amount(body: Mapping[str, Any]) -> int | None:
    """Centavos to give back; None for all that is left. Raises Refused."""
    require_known(body, frozenset({"amount", "metadata", "reason"}), "")
    if "amount" not in body:
        return None
    return amount_of(body["amount"], null=4023, not_numeric=4024)


def change_from(body: Mapping[str, Any], *, snake_case: bool) -> Cancellation | Capture | Amendment:
    """What is wanted, one thing at a time. Raises Refused."""
    require_known(body, AMENDED | {"status", "capture", "transaction_amount"}, "")
    wanted = [name for name in ("status", "capture") if name in body]
    rest = AMENDED & set(body)
    if len(wanted) + bool(rest) > 1:
        raise Refused(PARAMS_ERROR, "Params Error: status, capture and other members change one at a time")
    if "capture" in body:
        return _capture(body)
    if "transaction_amount" in body:
        raise Refused(2017, "Invalid amount for update")
    if not rest:
        return _cancellation(body.get("status"))
    return Amendment(
        expires_at=expiration_from(body.get("date_of_expiration")),
        description=text_from(body.get("description"), "description"),
        external_reference=reference_from(body.get("external_reference")),
        notification_url=notification_url_from(body.get("notification_url")),
        metadata=metadata_from(body["metadata"], snake_case=snake_case) if "metadata" in body else None,
    )


def _cancellation(status: Any) -> Cancellation:
    if status is None:
        raise Refused(4017, "status attribute can't be null")
    if status != "cancelled":
        raise Refused(2016, "Invalid status for update")
    return Cancellation()


def _capture(body: Mapping[str, Any]) -> Capture:
    if body["capture"] is not True:
        raise Refused(PARAMS_ERROR, "capture attribute must be true")
    if "transaction_amount" not in body:
        return Capture(None)
    return Capture(amount_of(body["transaction_amount"], null=4002, not_numeric=4003))
