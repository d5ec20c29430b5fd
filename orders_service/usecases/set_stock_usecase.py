"""When a manager counts a shelf, the stock is what they counted, and the difference is written down."""

from collections.abc import Callable
from dataclasses import dataclass

from orders_service.domain.product import StockReason
from orders_service.domain.shelf import Entry
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class LowMark:
    """At how many units that can be sold the stock is low; None for never."""

    units: int | None


@dataclass(frozen=True, slots=True)
class SetStock:
    """What was counted, why, and by whom. Without `low` its mark stays.

    `check` raises where what was on hand is not what the caller has seen.
    """

    store: str
    product_id: str
    on_hand: int
    reason: StockReason
    username: str
    note: str | None
    low: LowMark | None
    check: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class SetStockUseCase:
    """Sets the stock of products."""

    uow: UnitOfWorkFactory
    new_id: Callable[[], str]

    def execute(self, request: SetStock) -> None:
        """Raises ProductNotFound, BelowReserved, WasteOnlyLowers."""
        with self.uow() as uow:
            shelf = uow.stock.shelf(request.store, request.product_id)
            request.check(shelf.on_hand)
            entry = Entry(self.new_id(), uow.now(), request.username, request.note)
            shelf.count(request.on_hand, request.reason, entry)
            if request.low is not None:
                shelf.low_at = request.low.units
            uow.stock.keep(shelf)
            uow.commit()
