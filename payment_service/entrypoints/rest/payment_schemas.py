"""Payments and refunds as JSON."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, TypedDict

from marshmallow import ValidationError, fields, validate, validates_schema

from payment_service.domain.payment import CARD, PIX
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.refund import RefundStatus
from payment_service.ports.payment_query_port import OpenRefund, PaymentView, Position, RefundView
from servicekit.http.documentation import Instant as InstantText
from servicekit.http.documentation import Reais, Url, Uuid, Words
from servicekit.http.money import Centavos, format_centavos
from servicekit.http.pagination import Cursor, Limit, encode_cursor
from servicekit.http.requests import StrictInteger, StrictSchema, StrictString, UuidString

LONGEST_REASON = 140
LONGEST_SECRET = 512
LARGEST_AMOUNT = 999_999_999
"""Centavos."""


SHORTEST_SECRET = 16
NEEDED = "Missing data for required field."
ONLY_CARDS = "Only for cards."


def _secret(shortest: int) -> fields.String:
    """As headers can carry it."""
    return fields.String(required=True, validate=validate.Regexp(rf"[!-~]{{{shortest},{LONGEST_SECRET}}}\Z"))


class _Identification(StrictSchema):
    type = StrictString(longest=8, required=True)
    number = StrictString(longest=32, required=True)


class _Payer(StrictSchema):
    email = StrictString(longest=254)
    first_name = StrictString(longest=100)
    last_name = StrictString(longest=100)
    identification = fields.Nested(_Identification)


class PaymentRequestSchema(StrictSchema):
    """Another attempt. A card needs its token, and nothing but a card has one."""

    order_id = UuidString(required=True)
    method = fields.String(required=True, validate=validate.OneOf([PIX, CARD]))
    token = StrictString(shortest=1, longest=128)
    installments = StrictInteger(validate=validate.Range(1, 36))
    payer = fields.Nested(_Payer)

    json_rules: ClassVar = {
        "if": {"properties": {"method": {"const": CARD}}},
        "then": {"required": ["token"]},
        "else": {"properties": {"token": False, "installments": False, "payer": False}},
    }

    @validates_schema
    def _fits_method(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("method") == CARD and "token" not in data:
            raise ValidationError(NEEDED, "token")
        of_cards = {"token", "installments", "payer"} & set(data)
        if data.get("method") == PIX and of_cards:
            raise ValidationError({name: [ONLY_CARDS] for name in sorted(of_cards)})


class AccountSchema(StrictSchema):
    """A store's own account at the provider."""

    access_token = _secret(shortest=1)
    webhook_secret = _secret(shortest=SHORTEST_SECRET)
    public_key = _secret(shortest=1)


class RefundRequestSchema(StrictSchema):
    """A refund: without amount, of all that is left."""

    amount = Centavos(lowest=1, highest=LARGEST_AMOUNT, load_default=None)
    reason = StrictString(longest=LONGEST_REASON, shortest=1, load_default=None)


class Instant(fields.Field[datetime]):
    """A time with its zone; becomes UTC."""

    json_schema: ClassVar = {"type": "string", "format": "date-time"}

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
    """The time and the id of a page's last item."""

    def __init__(self) -> None:
        super().__init__(parts=2)

    def _deserialize(self, value: Any, *context: Any, **options: Any) -> Any:
        at, payment_id = super()._deserialize(value, *context, **options)
        return Instant().deserialize(at), payment_id


class OpenRefundsSchema(StrictSchema):
    """A store's open refunds."""

    status = fields.String(load_default="open", validate=validate.Equal("open"))
    limit = Limit()
    cursor = PaymentCursor()


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


class PaymentJson(TypedDict):
    """An attempt to pay an order."""

    id: Uuid
    order_id: Uuid
    attempt: int
    status: Annotated[str, PaymentStatus]
    status_detail: Annotated[str | None, "The provider's word for why."]
    method: Annotated[str, Words(enum=(PIX, CARD))]
    amount: Reais
    refunded: Reais
    qr_code: Annotated[str | None, "Pix, to be copied and pasted."]
    qr_code_url: Url | None
    ticket_url: Annotated[Url | None, "The provider's page to pay at."]
    provider_id: str | None
    created_at: InstantText
    expires_at: InstantText


class RefundJson(TypedDict):
    """Money that goes back, or has gone."""

    id: Uuid
    payment_id: Uuid
    amount: Reais
    status: Annotated[str, RefundStatus]
    reason: str
    created_at: InstantText


class OpenRefundJson(RefundJson):
    """A refund that is not done, and what is known of why."""

    order_id: Uuid
    tries: int
    next_at: InstantText | None


class AccountJson(TypedDict):
    """Whether the store has an account of its own at the provider; nothing of it is ever shown."""

    set_at: Annotated[InstantText | None, "Since when; null: it is paid through the platform's."]


def payment_json(view: PaymentView, store_url: str) -> PaymentJson:
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


def refund_json(view: RefundView) -> RefundJson:
    """A refund as the contract shows it."""
    return {
        "id": view.id,
        "payment_id": view.payment_id,
        "amount": format_centavos(view.amount),
        "status": view.status,
        "reason": view.reason,
        "created_at": _time(view.created_at),
    }


def open_refund_json(one: OpenRefund) -> OpenRefundJson:
    """A refund that is not done, and what is known of why."""
    return {
        **refund_json(one.refund),
        "order_id": one.order_id,
        "tries": one.tries,
        "next_at": None if one.next_at is None else _time(one.next_at),
    }


def end_json(position: Position | None) -> str | None:
    """Where the next page begins, as its cursor."""
    return None if position is None else encode_cursor(position[0].isoformat(), position[1])


def account_json(set_at: datetime | None) -> AccountJson:
    """Since when the store has an account of its own, if it has."""
    return {"set_at": None if set_at is None else _time(set_at)}


def _time(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
