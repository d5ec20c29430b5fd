"""The stock on the wire."""

from typing import Annotated, TypedDict

from marshmallow import fields, validate

from orders_service.domain.order_line import LARGEST_QUANTITY
from orders_service.domain.product import StockReason
from orders_service.domain.shelf import LARGEST_STOCK, Movement
from orders_service.ports.page import Page
from orders_service.ports.stock_query_port import StockReport
from servicekit.http.documentation import Instant, PageJson, Uuid
from servicekit.http.pagination import encode_cursor
from servicekit.http.requests import StrictInteger, StrictSchema, StrictString
from servicekit.messaging.outbox import instant

LONGEST_NOTE = 140
BY_HAND = [reason.value for reason in (StockReason.SET, StockReason.ADJUSTED, StockReason.WASTED)]
"""Reasons that people give. The others are said by what they do."""


class StockSchema(StrictSchema):
    """The body of a count."""

    on_hand = StrictInteger(required=True, validate=validate.Range(0, LARGEST_STOCK))
    reason = fields.String(load_default=StockReason.SET.value, validate=validate.OneOf(BY_HAND))
    note = StrictString(longest=LONGEST_NOTE, load_default=None, allow_none=True)
    low_at = StrictInteger(allow_none=True, validate=validate.Range(0, LARGEST_STOCK))


class BatchSchema(StrictSchema):
    """The body of a batch."""

    units = StrictInteger(required=True, validate=validate.Range(1, LARGEST_QUANTITY))
    label = StrictString(shortest=1, longest=LONGEST_NOTE, required=True)


class BatchJson(TypedDict):
    """A batch that was opened into units for sale."""

    id: Uuid
    label: str | None
    units: int
    opened_at: Instant
    opened_by: str | None


class StockJson(TypedDict):
    """Where the units of a product are."""

    product_id: Uuid
    counted: Annotated[bool, "Whether units are counted at all; else the numbers say nothing."]
    on_hand: int
    reserved: int
    available: int | None
    sold: int
    wasted: int
    low_at: Annotated[int | None, "From how many on it is low."]
    low: bool
    batches: list[BatchJson]


class MovementJson(TypedDict):
    """A change of the stock, and why."""

    id: Uuid
    reason: Annotated[str, StockReason]
    delta: int
    order_id: Uuid | None
    note: str | None
    by: Annotated[str | None, "Who did it; null where nobody in person did."]
    at: Instant


def stock_json(report: StockReport) -> StockJson:
    """Where the units are."""
    return {
        "product_id": report.product_id,
        "counted": report.counted,
        "on_hand": report.on_hand,
        "reserved": report.reserved,
        "available": report.available,
        "sold": report.sold,
        "wasted": report.wasted,
        "low_at": report.low_at,
        "low": report.low,
        "batches": [batch_json(batch) for batch in report.batches],
    }


def batch_json(batch: Movement) -> BatchJson:
    """A batch that was opened; one of the demonstration has no label and was opened by nobody."""
    return {
        "id": batch.id,
        "label": batch.note,
        "units": batch.delta,
        "opened_at": instant(batch.at),
        "opened_by": batch.username,
    }


def movements_json(page: Page[Movement, str]) -> PageJson[MovementJson]:
    """A page of movements."""
    return {
        "items": [_movement_json(movement) for movement in page.items],
        "next": encode_cursor(page.next) if page.next is not None else None,
    }


def _movement_json(movement: Movement) -> MovementJson:
    return {
        "id": movement.id,
        "reason": movement.reason.value,
        "delta": movement.delta,
        "order_id": movement.order_id,
        "note": movement.note,
        "by": movement.username,
        "at": instant(movement.at),
    }
