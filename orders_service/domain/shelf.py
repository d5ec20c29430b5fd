"""What the store has of one counted product, and what people do to it by hand."""

from dataclasses import dataclass
from datetime import datetime

from orders_service.domain.product import StockReason
from orders_service.domain.stock_errors import BelowReserved, TooMuchStock, WasteOnlyLowers

LARGEST_STOCK = 1_000_000
"""Units of one product that may be on hand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Who writes into the book of a shelf, when, and with which words. `id` becomes the movement's."""

    id: str
    at: datetime
    username: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """Units that came onto a shelf, or left it where `delta` is below zero.

    One that an order made names the order and no person.
    """

    id: str
    reason: StockReason
    delta: int
    at: datetime
    order_id: str | None = None
    note: str | None = None
    username: str | None = None


class Shelf:
    """Units of one product. Never fewer are on hand than orders have reserved.

    `new` is a shelf of a product that was not counted until now. `low_at` is how many units that can still be
    sold are few; None where nobody wants to be told.
    """

    def __init__(
        self,
        store: str,
        product_id: str,
        on_hand: int = 0,
        reserved: int = 0,
        low_at: int | None = None,
        *,
        new: bool = False,
    ) -> None:
        self.store = store
        self.product_id = product_id
        self.on_hand = on_hand
        self.reserved = reserved
        self.low_at = low_at
        self._new = new
        self._movements: list[Movement] = []

    def count(self, on_hand: int, reason: StockReason, entry: Entry) -> None:
        """So many are there. The difference is the movement; the same number again is none.

        The first count of a shelf is always written down: what was sold before it was not counted. Raises
        BelowReserved, WasteOnlyLowers.
        """
        if on_hand < self.reserved:
            raise BelowReserved(self.on_hand, self.reserved)
        if reason is StockReason.WASTED and on_hand > self.on_hand:
            raise WasteOnlyLowers(self.on_hand)
        if self._new or on_hand != self.on_hand:
            self._move(on_hand - self.on_hand, reason, entry)

    def open_batch(self, units: int, entry: Entry) -> Movement:
        """A batch (a whole pizza) is opened into units (slices). Raises TooMuchStock."""
        if self.on_hand + units > LARGEST_STOCK:
            raise TooMuchStock(self.on_hand, LARGEST_STOCK)
        return self._move(units, StockReason.BATCH, entry)

    def pull_movements(self) -> tuple[Movement, ...]:
        """What moved since the last call."""
        movements, self._movements = tuple(self._movements), []
        return movements

    def _move(self, delta: int, reason: StockReason, entry: Entry) -> Movement:
        self.on_hand += delta
        self._new = False
        movement = Movement(entry.id, reason, delta, entry.at, note=entry.note, username=entry.username)
        self._movements.append(movement)
        return movement
