"""What this service reads of the orders' events: no more than it needs, and blind to the rest."""

from typing import Any

from marshmallow import fields, validate

from payment_service.domain.charge_record import CURRENCY, Terms
from servicekit.messaging.envelope import Envelope
from servicekit.messaging.event_data import EventData, Instant

MOST_CENTAVOS = 10**12
LONGEST_WORD = 64


def _word() -> fields.String:
    return fields.String(required=True, validate=validate.Regexp(rf"^[a-zA-Z_]{{1,{LONGEST_WORD}}}\Z"))


class PlacedSchema(EventData):
    """order.placed: what is to be paid."""

    total = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_CENTAVOS))
    currency = fields.String(required=True, validate=validate.Equal(CURRENCY))
    method = _word()
    deadline = Instant(required=True)


class EndingSchema(PlacedSchema):
    """order.cancel_requested and order.cancelled."""

    reason = _word()


class StatusSchema(EventData):
    """order.status_changed."""

    status = _word()


def terms_of(data: dict[str, Any], envelope: Envelope, attempts: int) -> Terms:
    """What is to be paid for the order, and how often that may be tried."""
    return Terms(
        order_id=envelope.subject,
        store=envelope.store,
        total=data["total"],
        currency=data["currency"],
        method=data["method"],
        deadline=data["deadline"],
        attempts_allowed=attempts,
    )
