"""Reading the stock, without locking or changing it."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

from orders_service.domain.shelf import Movement
from orders_service.ports.page import Page

BATCHES_SHOWN = 20
"""The newest; those before them are among the movements."""


@dataclass(frozen=True, slots=True)
class StockReport:
    """What became of all units of a product: on hand, sold or wasted. Zeros where it is not counted."""

    product_id: str
    counted: bool
    on_hand: int
    reserved: int
    sold: int
    wasted: int
    low_at: int | None
    batches: tuple[Movement, ...]

    @property
    def available(self) -> int | None:
        """Units that can be sold now; None where they are not counted."""
        return self.on_hand - self.reserved if self.counted else None

    @property
    def low(self) -> bool:
        """Whether somebody should see to it."""
        return self.available is not None and self.low_at is not None and self.available <= self.low_at


class StockQueryPort(Protocol):
    """The stock of a store. Either gives None where the store has no product of this id."""

    @abstractmethod
    def report(self, store: str, product_id: str) -> StockReport | None:
        """Where the units of a product are, and its newest batches."""
        raise NotImplementedError

    @abstractmethod
    def movements(
        self, store: str, product_id: str, after: str | None, limit: int
    ) -> Page[Movement, str] | None:
        """Every change of what is on hand, newest first, after the movement of this id."""
        raise NotImplementedError
