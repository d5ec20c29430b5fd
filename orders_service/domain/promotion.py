"""A promotion: for a while, one product or a whole category costs less."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from orders_service.domain.catalogue_errors import EmptyWindow
from orders_service.domain.local_time import instant_of
from orders_service.domain.product import Product

WHOLE = 10_000
"""Basis points in 100 %."""


@dataclass(frozen=True, slots=True)
class OneProduct:
    """The promotion is for this product."""

    product_id: str

    def covers(self, product: Product) -> bool:
        """Whether the product is the one."""
        return product.id == self.product_id


@dataclass(frozen=True, slots=True)
class WholeCategory:
    """The promotion is for every product of this category."""

    category: str

    def covers(self, product: Product) -> bool:
        """Whether the product is in the category."""
        return product.category == self.category


@dataclass(frozen=True, slots=True)
class Percentage:
    """A part of the price in basis points, 1 to 10,000: 1,250 are 12.5 %."""

    basis_points: int

    def off(self, price: int) -> int:
        """Centavos that one unit costs less: rounded half up, so that half a centavo is the customer's."""
        return (price * self.basis_points + WHOLE // 2) // WHOLE


@dataclass(frozen=True, slots=True)
class Amount:
    """So many centavos, above 0."""

    centavos: int

    def off(self, price: int) -> int:
        """Centavos that one unit costs less: never more than it costs."""
        return min(self.centavos, price)


Target = OneProduct | WholeCategory
Reduction = Percentage | Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionEdit:
    """What is to change of a promotion; None leaves it as it is. Times may be written without an offset."""

    name: str | None = None
    target: Target | None = None
    reduction: Reduction | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def in_utc(self, zone: ZoneInfo) -> "PromotionEdit":
        """With its times as instants, where those without an offset are of this zone."""
        starts_at = instant_of(self.starts_at, zone) if self.starts_at is not None else None
        ends_at = instant_of(self.ends_at, zone) if self.ends_at is not None else None
        return replace(self, starts_at=starts_at, ends_at=ends_at)


@dataclass(frozen=True, slots=True)
class Promotion:
    """What is taken off of what, from `starts_at` until just before `ends_at`, both in UTC.

    `version` is how often it was saved.
    """

    id: str
    store: str
    name: str
    target: Target
    reduction: Reduction
    starts_at: datetime
    ends_at: datetime
    version: int = 1

    def __post_init__(self) -> None:
        """Raises EmptyWindow."""
        if self.starts_at >= self.ends_at:
            raise EmptyWindow("A promotion starts before it ends.")

    def runs(self, now: datetime) -> bool:
        """Whether it counts at this moment."""
        return self.starts_at <= now < self.ends_at

    def edited(self, edit: PromotionEdit) -> "Promotion":
        """The next version, with what the edit names. Raises EmptyWindow."""
        named = {field.name: getattr(edit, field.name) for field in fields(edit)}
        changes: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
        return replace(self, **changes, version=self.version + 1)
