"""The stock on the wire."""

from typing import Any

from marshmallow import fields, validate

from orders_service.domain.order_line import LARGEST_QUANTITY
from orders_service.domain.product import StockReason
from orders_service.domain.shelf import LARGEST_STOCK, Movement
from orders_service.ports.page import Page
from orders_service.ports.stock_query_port import StockReport
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


def stock_json(report: StockReport) -> dict[str, Any]:
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


def batch_json(batch: Movement) -> dict[str, Any]:
    """A batch that was opened; one of the demonstration has no label and was opened by nobody."""
    return {
        "id": batch.id,
        "label": batch.note,
        "units": batch.delta,
        "opened_at": instant(batch.at),
        "opened_by": batch.username,
    }


def movements_json(page: Page[Movement, str]) -> dict[str, Any]:
    """A page of movements."""
    return {
        "items": [_movement_json(movement) for movement in page.items],
        "next": encode_cursor(page.next) if page.next is not None else None,
    }


def _movement_json(movement: Movement) -> dict[str, Any]:
    return {
        "id": movement.id,
        "reason": movement.reason.value,
        "delta": movement.delta,
        "order_id": movement.order_id,
        "note": movement.note,
        "by": movement.username,
        "at": instant(movement.at),
    }
