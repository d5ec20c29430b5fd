"""What can go wrong about what is there to sell."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders_service.domain.errors import DomainError


@dataclass(frozen=True, slots=True)
class Shortage:
    """More units were asked of a product than are available."""

    product_id: str
    requested: int
    available: int


class InsufficientStock(DomainError):
    """Some products are short. Nothing was reserved."""

    slug = "insufficient-stock"
    kind = "conflict"
    title = "Insufficient stock"

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__("There is not enough in stock. Nothing was reserved.")
        self.shortages = list(shortages)

    def members(self) -> dict[str, object]:
        """What is short, and by how much."""
        return {
            "shortages": [
                {"product_id": one.product_id, "requested": one.requested, "available": one.available}
                for one in self.shortages
            ]
        }


class BelowReserved(DomainError):
    """Fewer units would be on hand than orders have reserved."""

    slug = "below-reserved"
    kind = "conflict"
    title = "Below what is reserved"

    def __init__(self, on_hand: int, reserved: int) -> None:
        super().__init__(f"Orders have reserved {reserved} of these. Cancel some of them first, or wait.")
        self.on_hand = on_hand
        self.reserved = reserved

    def members(self) -> dict[str, object]:
        """What is there, and how many of it are promised."""
        return {"on_hand": self.on_hand, "reserved": self.reserved}


class WasteOnlyLowers(DomainError):
    """More units would be on hand for being wasted."""

    slug = "waste-only-lowers"
    kind = "conflict"
    title = "Waste only lowers the stock"

    def __init__(self, on_hand: int) -> None:
        super().__init__(f"There are {on_hand} on hand, and waste cannot make that more.")
        self.on_hand = on_hand

    def members(self) -> dict[str, object]:
        """What is there."""
        return {"on_hand": self.on_hand}


class TooMuchStock(DomainError):
    """More units of one product would be on hand than can be."""

    slug = "too-much-stock"
    kind = "conflict"
    title = "Too much stock"

    def __init__(self, on_hand: int, most: int) -> None:
        super().__init__(f"There are {on_hand} on hand; {most} is the most that can be.")
        self.on_hand = on_hand
        self.most = most

    def members(self) -> dict[str, object]:
        """What is there, and what may be."""
        return {"on_hand": self.on_hand, "most": self.most}
