"""What the store sells."""

import unicodedata
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from orders_service.domain.money import LARGEST_TOTAL

LARGEST_PRICE = LARGEST_TOTAL
"""Centavos. Nobody could pay for one unit of what costs more."""


class StockReason(StrEnum):
    """Why what is on hand changed: it was counted, opened from a batch, corrected, prepared or lost."""

    SET = "set"
    BATCH = "batch"
    ADJUSTED = "adjusted"
    CONSUMED = "consumed"
    WASTED = "wasted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEdit:
    """What is to change of a product; None leaves it as it is."""

    name: str | None = None
    description: str | None = None
    category: str | None = None
    price: int | None = None
    active: bool | None = None

    @property
    def needs_category(self) -> bool:
        """Whether it puts the product into a category, or back into one that may be gone by now."""
        return self.category is not None or self.active is True


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on the menu. `price` in centavos; `counted` products are sold while units are in stock.

    Orders keep a copy of what they were placed with, so that no change here reaches them. `version` counts
    how often it has been saved.
    """

    id: str
    store: str
    name: str
    description: str
    category: str
    price: int
    counted: bool
    active: bool = True
    image: str | None = None
    version: int = 1

    def edited(self, edit: ProductEdit) -> "Product":
        """With what the edit names."""
        named = {field.name: getattr(edit, field.name) for field in fields(edit)}
        changes: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
        return replace(self, **changes)

    def retired(self) -> "Product":
        """Off the menu; whoever has its id can still see it, and it can be brought back."""
        return replace(self, active=False)

    def illustrated(self, image_hash: str) -> "Product":
        """With the image of this hash as its picture."""
        return replace(self, image=image_hash)

    def searchable(self) -> str:
        """What a search looks through."""
        return folded(f"{self.name} {self.description}")


def folded(text: str) -> str:
    """Without case and accents, so that `acai` finds `Açaí`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
