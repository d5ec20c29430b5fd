"""What this service reads of the payment service's events: no more than it needs, and blind to the rest."""

from typing import Any

from marshmallow import fields, validate

from orders_service.domain.payment import AttemptTold, PaymentCode, PaymentMethod, PaymentStatus
from servicekit.messaging.envelope import Envelope
from servicekit.messaging.event_data import EventData, Instant

MOST_CENTAVOS = 10**12
MOST_ATTEMPTS = 10**6


def _centavos() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST_CENTAVOS))


class AttemptSchema(EventData):
    """What every event about an attempt says."""

    payment_id = fields.String(required=True, validate=validate.Length(1, 64))
    attempt = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_ATTEMPTS))
    status = fields.Enum(PaymentStatus, by_value=True, required=True)
    method = fields.Enum(PaymentMethod, by_value=True, required=True)
    amount = _centavos()


class CreatedSchema(AttemptSchema):
    """payment.created."""

    qr_code = fields.String(load_default=None, allow_none=True)
    ticket_url = fields.String(load_default=None, allow_none=True)
    expires_at = Instant(load_default=None, allow_none=True)


class RejectedSchema(AttemptSchema):
    """payment.rejected."""

    attempts_left = fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST_ATTEMPTS))


class RefundSchema(AttemptSchema):
    """payment.refunded and payment.refund_failed."""

    refunded_total = _centavos()


def attempt_of(data: dict[str, Any], envelope: Envelope) -> AttemptTold:
    """The attempt that the event is about."""
    return AttemptTold(
        payment_id=data["payment_id"],
        attempt=data["attempt"],
        status=data["status"],
        method=data["method"],
        amount=data["amount"],
        sequence=envelope.sequence,
    )


def code_of(data: dict[str, Any]) -> PaymentCode:
    """What a customer pays with."""
    return PaymentCode(data["qr_code"], data["ticket_url"], data["expires_at"])
