"""What the store sells."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class StockReason(StrEnum):
    """Why what is on hand changed: it was counted, opened from a batch, corrected, prepared or lost."""

    SET = "set"
    BATCH = "batch"
    ADJUSTED = "adjusted"
    CONSUMED = "consumed"
    WASTED = "wasted"


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on the menu. `price` in centavos; `counted` products are sold while units are in stock."""

    id: str
    store: str
    name: str
    description: str
    category: str
    price: int
    counted: bool
    active: bool = True
    image: str | None = None

    def searchable(self) -> str:
        """What a search looks through."""
        return folded(f"{self.name} {self.description}")


def folded(text: str) -> str:
    """Without case and accents, so that `acai` finds `Açaí`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
