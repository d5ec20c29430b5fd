"""Payments and refunds as JSON."""

from datetime import UTC, date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from payment_service.domain.payment_status import PaymentStatus
from payment_service.ports.payment_query_port import PaymentView, RefundView
from servicekit.http.money import Centavos, format_centavos
from servicekit.http.pagination import Cursor, Limit
from servicekit.http.requests import StrictInteger, StrictSchema, StrictString, UuidString

LONGEST_REASON = 140
LARGEST_AMOUNT = 999_999_999
"""Centavos."""


class _Identification(StrictSchema):
    type = StrictString(longest=8, required=True)
    number = StrictString(longest=32, required=True)


class _Payer(StrictSchema):
    email = StrictString(longest=254)
    first_name = StrictString(longest=100)
    last_name = StrictString(longest=100)
    identification = fields.Nested(_Identification)


class PaymentRequestSchema(StrictSchema):
    """Another attempt. What only cards need is known, so that it is refused as such."""

    order_id = UuidString(required=True)
    method = fields.String(required=True, validate=validate.OneOf(["pix", "card"]))
    token = StrictString(longest=128)
    installments = StrictInteger(validate=validate.Range(1, 36))
    payer = fields.Nested(_Payer)


class RefundRequestSchema(StrictSchema):
    """A refund: without amount, of all that is left."""

    amount = Centavos(lowest=1, highest=LARGEST_AMOUNT, load_default=None)
    reason = StrictString(longest=LONGEST_REASON, shortest=1, load_default=None)


class Instant(fields.Field[datetime]):
    """A time with its zone; becomes UTC."""

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> datetime:
        try:
            instant = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise ValidationError("Not a time.") from error
        if instant.tzinfo is None:
            raise ValidationError("Not a time with its zone.")
        try:
            return instant.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError("Not a time in UTC.") from error


class PaymentCursor(Cursor):
    """The time and the id of a page's last payment."""

    def __init__(self) -> None:
        super().__init__(parts=2)

    def _deserialize(self, value: Any, *context: Any, **options: Any) -> Any:
        at, payment_id = super()._deserialize(value, *context, **options)
        return Instant().deserialize(at), payment_id


class ListSchema(StrictSchema):
    """A store's payments by status and day."""

    order_id = UuidString(load_default=None)
    status = fields.Enum(PaymentStatus, load_default=None)
    day = fields.Date(
        load_default=None,
        format="iso",
        validate=validate.Range(max=date.max, max_inclusive=False, error="Not a day that ends."),
    )
    limit = Limit()
    cursor = PaymentCursor()


def payment_json(view: PaymentView, store_url: str) -> dict[str, object]:
    """An attempt as the contract shows it."""
    code_url = f"{store_url}/payments/{view.id}/qr.svg"
    return {
        "id": view.id,
        "order_id": view.order_id,
        "attempt": view.attempt,
        "status": view.status,
        "status_detail": view.status_detail,
        "method": view.method,
        "amount": format_centavos(view.amount),
        "refunded": format_centavos(view.refunded),
        "qr_code": view.qr_code,
        "qr_code_url": None if view.qr_code is None else code_url,
        "ticket_url": view.ticket_url,
        "provider_id": view.provider_id,
        "created_at": _time(view.created_at),
        "expires_at": _time(view.expires_at),
    }


def refund_json(view: RefundView) -> dict[str, object]:
    """A refund as the contract shows it."""
    return {
        "id": view.id,
        "payment_id": view.payment_id,
        "amount": format_centavos(view.amount),
        "status": view.status,
        "reason": view.reason,
        "created_at": _time(view.created_at),
    }


def _time(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
