"""Orders on the wire."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, TypedDict

from marshmallow import ValidationError, fields, validate, validates_schema

from orders_service.domain.client import Client
from orders_service.domain.money import CURRENCY
from orders_service.domain.order import Order
from orders_service.domain.order_line import LARGEST_QUANTITY, OrderLine, WantedItem
from orders_service.domain.order_progress import KITCHEN_QUEUE, CancelReason, OrderStatus
from orders_service.domain.payment import Payment, PaymentMethod, PaymentStatus
from orders_service.entrypoints.rest.catalogue_schemas import PageSchema
from orders_service.entrypoints.rest.cpf_field import CpfField
from orders_service.ports.order_query_port import QueuePosition, SagaEvent
from orders_service.ports.page import Page
from servicekit.http.documentation import Instant, PageJson, Reais, Url, Uuid, Words
from servicekit.http.money import format_centavos
from servicekit.http.pagination import Cursor, encode_cursor
from servicekit.http.requests import StrictInteger, StrictSchema, StrictString, UuidString
from servicekit.messaging.outbox import instant

MOST_ITEMS = 100
LONGEST_NOTES = 140


class ItemSchema(StrictSchema):
    """One of the things wanted. Whether the product exists, the catalogue knows."""

    product_id = StrictString(longest=64, required=True)
    quantity = StrictInteger(required=True, validate=validate.Range(1, LARGEST_QUANTITY))
    notes = StrictString(longest=LONGEST_NOTES, load_default=None, allow_none=True)


class ClientSchema(StrictSchema):
    """Who orders."""

    cpf = CpfField(required=True)


class PaymentChoiceSchema(StrictSchema):
    """How it will be paid."""

    method = fields.Enum(PaymentMethod, by_value=True, load_default=PaymentMethod.PIX)


class CheckoutSchema(StrictSchema):
    """The body of a checkout: the items, or the cart that they are in."""

    items = fields.List(fields.Nested(ItemSchema), validate=validate.Length(1, MOST_ITEMS))
    cart_id = UuidString()
    client = fields.Nested(ClientSchema, load_default=None, allow_none=True)
    payment = fields.Nested(PaymentChoiceSchema, load_default={"method": PaymentMethod.PIX})

    json_rules: ClassVar = {"oneOf": [{"required": ["items"]}, {"required": ["cart_id"]}]}

    @validates_schema
    def _either(self, body: dict[str, Any], **_options: Any) -> None:
        if "items" not in body and "cart_id" not in body:
            raise ValidationError("Missing data for required field.", "items")
        if "items" in body and "cart_id" in body:
            raise ValidationError("Not together with items.", "cart_id")


class StatusSchema(StrictSchema):
    """The body of a step in the kitchen."""

    status = fields.Enum(OrderStatus, by_value=True, required=True)


class NothingSchema(StrictSchema):
    """A body without members."""


class QueueSchema(PageSchema):
    """`?status=`."""

    status = fields.Enum(OrderStatus, by_value=True, load_default=None)
    cursor = Cursor(3)


class LineJson(TypedDict):
    """A line of an order: the product as it was when it was ordered."""

    product_id: Uuid
    name: str
    quantity: int
    unit_price: Reais
    total: Reais
    notes: str | None


class OrderClientJson(TypedDict):
    """Whose order it is."""

    id: Uuid
    name: Annotated[str, "The first name."]


class OrderPaymentJson(TypedDict):
    """The kept attempt to pay, else the newest."""

    id: Annotated[str, "As payment_service calls it."]
    status: Annotated[str, PaymentStatus]
    method: Annotated[str, PaymentMethod]
    qr_code: Annotated[str | None, "Pix, to be copied and pasted."]
    qr_code_url: Url | None
    ticket_url: Annotated[Url | None, "A page to pay at."]
    expires_at: Instant | None
    attempt: int
    refunded: Reais


class StepJson(TypedDict):
    """When an order came into a state."""

    status: Annotated[str, OrderStatus]
    at: Instant


class OrderJson(TypedDict):
    """An order."""

    id: Uuid
    number: Annotated[str, "What is called at the counter."]
    store: str
    status: Annotated[str, OrderStatus]
    items: list[LineJson]
    subtotal: Reais
    discount: Reais
    total: Reais
    currency: Annotated[str, Words(const=CURRENCY)]
    client: OrderClientJson | None
    payment: Annotated[OrderPaymentJson | None, "Null until there is an attempt."]
    history: list[StepJson]
    created_at: Instant
    expires_at: Annotated[Instant, "Until when it can be paid."]
    cancellation_reason: Annotated[str | None, CancelReason]
    version: int


class SagaEventJson(TypedDict):
    """An event of an order's saga, and what became of it."""

    id: str
    type: str
    source: str
    time: Instant
    causationid: str | None
    handled_at: Instant | None
    attempts: Annotated[int | None, "How often its handler tried; null where nobody here has to hear it."]
    data: Annotated[dict[str, Any], "By the schema of its type: see events.md."]


class TimelineJson(TypedDict):
    """An order's saga, in causal order."""

    items: list[SagaEventJson]


def wanted_items(items: list[dict[str, Any]]) -> tuple[WantedItem, ...]:
    """The items of a checkout; empty notes are none."""
    return tuple(
        WantedItem(item["product_id"], item["quantity"], (item["notes"] or "").strip() or None)
        for item in items
    )


def order_json(order: Order, store_url: str) -> OrderJson:
    """An order as everybody sees it who may."""
    terms, progress = order.terms, order.progress
    reason = progress.cancellation_reason
    return {
        "id": order.id,
        "number": terms.number,
        "store": order.store,
        "status": order.status.value,
        "items": [_line_json(line) for line in terms.lines],
        "subtotal": format_centavos(terms.subtotal),
        "discount": format_centavos(terms.discount),
        "total": format_centavos(terms.total),
        "currency": CURRENCY,
        "client": _client_json(terms.client),
        "payment": None if order.payment is None else _payment_json(order.payment, store_url),
        "history": [{"status": step.status.value, "at": instant(step.at)} for step in progress.history],
        "created_at": instant(terms.created_at),
        "expires_at": instant(terms.deadline),
        "cancellation_reason": reason.value if reason is not None else None,
        "version": order.version,
    }


def _client_json(client: Client | None) -> OrderClientJson | None:
    """What is called at the counter. Whoever checks out by a CPF has shown no right to the whole name."""
    return {"id": client.id, "name": client.first_name} if client is not None else None


def _line_json(line: OrderLine) -> LineJson:
    return {
        "product_id": line.product_id,
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": format_centavos(line.unit_price),
        "total": format_centavos(line.total),
        "notes": line.notes,
    }


def _payment_json(payment: Payment, store_url: str) -> OrderPaymentJson:
    code = payment.code
    has_code = code.qr_code is not None
    return {
        "id": payment.id,
        "status": payment.status.value,
        "method": payment.method.value,
        "qr_code": code.qr_code,
        "qr_code_url": f"{store_url}/payments/{payment.id}/qr.svg" if has_code else None,
        "ticket_url": code.ticket_url,
        "expires_at": instant(code.expires_at) if code.expires_at is not None else None,
        "attempt": payment.attempt,
        "refunded": format_centavos(payment.refunded),
    }


def orders_json(page: Page[Order, QueuePosition], store_url: str) -> PageJson[OrderJson]:
    """A page of orders."""
    return {
        "items": [order_json(order, store_url) for order in page.items],
        "next": None if page.next is None else _cursor(page.next),
    }


def _cursor(position: QueuePosition) -> str:
    return encode_cursor(position.status.value, position.created_at.isoformat(), position.order_id)


def position_of(cursor: list[str] | None, status: OrderStatus | None) -> QueuePosition | None:
    """The position that a cursor stands for. Raises ValueError for a cursor of another list."""
    if cursor is None:
        return None
    position = QueuePosition(OrderStatus(cursor[0]), instant_of(cursor[1]), cursor[2])
    in_this_list = position.status is status if status is not None else position.status in KITCHEN_QUEUE
    if not in_this_list:
        raise ValueError("a cursor of another list")
    return position


def instant_of(text: str) -> datetime:
    """The instant of a cursor, in UTC. Raises ValueError."""
    written = datetime.fromisoformat(text)
    if written.tzinfo is None:
        raise ValueError("no instant without a zone")
    try:
        return written.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("no such instant in UTC") from error


def timeline_json(events: tuple[SagaEvent, ...]) -> TimelineJson:
    """An order's saga."""
    return {"items": [_event_json(event) for event in events]}


def _event_json(event: SagaEvent) -> SagaEventJson:
    return {
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "time": instant(event.time),
        "causationid": event.causationid,
        "handled_at": instant(event.handled_at) if event.handled_at is not None else None,
        "attempts": event.attempts,
        "data": event.data,
    }
