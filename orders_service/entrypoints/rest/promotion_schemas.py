"""Promotions on the wire."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, ClassVar, TypedDict

from marshmallow import ValidationError, fields, post_load, validates_schema

from orders_service.domain.money import LARGEST_TOTAL
from orders_service.domain.promotion import (
    WHOLE,
    Amount,
    OneProduct,
    Percentage,
    Promotion,
    Reduction,
    Target,
    WholeCategory,
)
from orders_service.entrypoints.rest.product_schemas import LONGEST_CATEGORY, LONGEST_NAME, Line
from orders_service.ports.page import Page
from servicekit.http.documentation import Instant, PageJson, Reais, Uuid, Words
from servicekit.http.money import Centavos, format_centavos
from servicekit.http.pagination import encode_cursor
from servicekit.http.requests import StrictSchema, StrictString, UuidString
from servicekit.messaging.outbox import instant

YEARS = range(2000, 3000)
"""What is outside is a slip of the pen, and not every database and time zone can tell of it."""
MEANINGS: dict[str, tuple[str, Callable[[Any], Target | Reduction]]] = {
    "product_id": ("target", OneProduct),
    "category": ("target", WholeCategory),
    "percentage": ("reduction", Percentage),
    "amount": ("reduction", Amount),
}
PAIRS = (("product_id", "category"), ("percentage", "amount"))
_WRITTEN = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII
)


class WrittenTime(fields.Field[datetime]):
    """A time as in RFC 3339; seconds and the offset may be left out. Without an offset it stays without."""

    json_schema: ClassVar = {
        "type": "string",
        "format": "written-time",
        "description": "RFC 3339, seconds and offset may be left out: then it is the store's time.",
        "pattern": _WRITTEN.pattern.replace(r"\d", "[0-9]").join(("^", "$")),
    }

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> datetime:
        try:
            written = datetime.fromisoformat(_written(value))
        except ValueError as error:
            raise ValidationError("Not a time such as 2026-11-21T18:00:00-03:00.") from error
        if written.year not in YEARS:
            raise ValidationError(f"Not a time in the years {YEARS[0]} to {YEARS[-1]}.")
        return written


def _written(value: object) -> str:
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        raise ValueError("not a time as RFC 3339 writes it")
    return value.upper()


def _pairs_as(*ways: Callable[[str, str], dict[str, Any]]) -> dict[str, Any]:
    """That each pair is named in one of these ways, in JSON Schema."""
    return {"allOf": [{"oneOf": [way(*pair) for way in ways]} for pair in PAIRS]}


def _first_alone(one: str, other: str) -> dict[str, Any]:
    return {"required": [one], "properties": {one: {"not": {"type": "null"}}, other: {"type": "null"}}}


def _second_alone(one: str, other: str) -> dict[str, Any]:
    return _first_alone(other, one)


def _neither(one: str, other: str) -> dict[str, Any]:
    return {"properties": {one: False, other: False}}


class PromotionEditSchema(StrictSchema):
    """The body of a change: only what it names is changed.

    A product takes the place of a category, and a percentage that of an amount; null is not to name it.
    """

    name = Line(shortest=1, longest=LONGEST_NAME)
    product_id = UuidString(allow_none=True)
    category = StrictString(shortest=1, longest=LONGEST_CATEGORY, allow_none=True)
    # Hundredths of a per cent are read as those of a real are.
    percentage = Centavos(lowest=1, highest=WHOLE, allow_none=True)
    amount = Centavos(lowest=1, highest=LARGEST_TOTAL, allow_none=True)
    starts_at = WrittenTime()
    ends_at = WrittenTime()

    required_pairs = False
    json_rules: ClassVar = _pairs_as(_first_alone, _second_alone, _neither)

    @validates_schema
    def _name_one_of_each_pair(self, data: dict[str, Any], **_options: Any) -> None:
        errors: dict[str, list[str]] = {}
        for pair in PAIRS:
            asked = self.required_pairs or any(name in data for name in pair)
            if asked and sum(data.get(name) is not None for name in pair) != 1:
                errors |= {name: [f"Name either {' or '.join(pair)}."] for name in pair}
        if errors:
            raise ValidationError(errors)

    @post_load
    def _say_it_in_the_domains_words(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for name, value in data.items():
            if name not in MEANINGS:
                said[name] = value
            elif value is not None:
                member, meaning = MEANINGS[name]
                said[member] = meaning(value)
        return said


class NewPromotionSchema(PromotionEditSchema):
    """The body of a new promotion."""

    name = Line(shortest=1, longest=LONGEST_NAME, required=True)
    starts_at = WrittenTime(required=True)
    ends_at = WrittenTime(required=True)

    required_pairs = True
    json_rules: ClassVar = _pairs_as(_first_alone, _second_alone)


class PromotionJson(TypedDict):
    """A promotion: of a product or of a category, by a percentage or by an amount."""

    id: Uuid
    name: str
    product_id: Uuid | None
    category: str | None
    percentage: Annotated[str | None, Words(pattern=r"^[0-9]+\.[0-9]{2}$"), "Per cent, with two places."]
    amount: Reais | None
    starts_at: Instant
    ends_at: Instant
    version: Annotated[int, "What the ETag says."]


def promotion_json(promotion: Promotion) -> PromotionJson:
    """A promotion, for the manager."""
    target, reduction = promotion.target, promotion.reduction
    percentage = reduction.basis_points if isinstance(reduction, Percentage) else None
    amount = reduction.centavos if isinstance(reduction, Amount) else None
    return {
        "id": promotion.id,
        "name": promotion.name,
        "product_id": target.product_id if isinstance(target, OneProduct) else None,
        "category": target.category if isinstance(target, WholeCategory) else None,
        "percentage": format_centavos(percentage) if percentage is not None else None,
        "amount": format_centavos(amount) if amount is not None else None,
        "starts_at": instant(promotion.starts_at),
        "ends_at": instant(promotion.ends_at),
        "version": promotion.version,
    }


def promotions_json(page: Page[Promotion, str]) -> PageJson[PromotionJson]:
    """A page of promotions."""
    return {
        "items": [promotion_json(promotion) for promotion in page.items],
        "next": encode_cursor(page.next) if page.next is not None else None,
    }
