"""Amounts as the API takes and shows them, and as pages say them."""

import re
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

_WRITTEN = re.compile(r"[0-9]{1,8}(\.[0-9]{1,20})?")


def format_centavos(centavos: int) -> str:
    """Centavos as a decimal string with two places: 5990 is "59.90"."""
    sign = "-" if centavos < 0 else ""
    reais, cents = divmod(abs(centavos), 100)
    return f"{sign}{reais}.{cents:02d}"


def reais(centavos: int) -> str:
    """Centavos as a page says them: 599000 is "R$ 5.990,00"."""
    whole = f"{centavos // 100:,}".replace(",", ".")
    return f"R$\N{NO-BREAK SPACE}{whole},{centavos % 100:02d}"


class Centavos(fields.Field[int]):
    """Reais, as a text of digits or a JSON number, with two places at most; becomes centavos.

    `lowest` and `highest` are in centavos. No amount passes through a binary float: the reader of JSON
    bodies makes a Decimal of a number with a fraction.
    """

    def __init__(self, *, lowest: int, highest: int, **options: Any) -> None:
        super().__init__(**options)
        self._lowest = lowest
        self._highest = highest
        self.json_schema = {
            "description": (
                f"From {format_centavos(lowest)} to {format_centavos(highest)}, with two places at most."
            ),
            "oneOf": [
                {"type": "string", "format": "amount", "pattern": r"^[0-9]{1,8}(\.[0-9]{1,2})?$"},
                {"type": "number", "minimum": lowest / 100, "maximum": highest / 100, "multipleOf": 0.01},
            ],
        }

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> int:
        if isinstance(value, str) and _WRITTEN.fullmatch(value):
            value = Decimal(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValidationError("Not an amount.")
        if not self._lowest <= value * 100 <= self._highest:
            lowest, highest = format_centavos(self._lowest), format_centavos(self._highest)
            raise ValidationError(f"Not an amount from {lowest} to {highest}.")
        if value != round(Decimal(value), 2):
            raise ValidationError("An amount has at most two places.")
        return int(value * 100)
