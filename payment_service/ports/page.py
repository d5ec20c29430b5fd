"""A page of a list."""

from dataclasses import dataclass
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
PositionT = TypeVar("PositionT")


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT, PositionT]):
    """Some items, and the position after which the next page begins; None on the last page."""

    items: tuple[ItemT, ...]
    next: PositionT | None
