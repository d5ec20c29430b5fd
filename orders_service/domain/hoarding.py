"""How much of the stock may be held without being paid for.

A hold costs nothing, so whoever wants to harm a store could hold all of it. Nothing is counted by address: a
kiosk serves many customers from one. What nameless customers may hold, nameless hoarders may; so of every
larger shelf a part is kept for clients who say who they are and have left nothing unpaid of late.
"""

from dataclasses import dataclass
from datetime import timedelta

from orders_service.domain.order_errors import CrowdedProduct, HeldByUnpaidOrders, TooManyUnpaidOrders

REMEMBERED = timedelta(days=1)
"""How long somebody who has left an order unpaid is no customer for whom a part is kept."""
MOST_OF_KEPT_PART = 4
"""Units of a product that one order may take of the part that is kept."""


@dataclass(frozen=True, slots=True)
class UnpaidUnits:
    """Units of one product: those that an order wants, those that unpaid orders hold, with it, and the rest.

    `sellable` are all that are not paid for yet: what unpaid orders hold, and what nobody does.
    """

    product_id: str
    requested: int
    held: int
    sellable: int


@dataclass(frozen=True, slots=True)
class UnpaidHolds:
    """What is unpaid of the things of an order, and of its client, if it has one; the order included.

    `open_orders` of the client wait for their payment or their end; `left_orders` ended without any.
    """

    open_orders: int = 0
    left_orders: int = 0
    units: tuple[UnpaidUnits, ...] = ()

    @property
    def reliable(self) -> bool:
        """Whether somebody is known, and has nothing else unpaid, now or of late."""
        return self.open_orders == 1 and not self.left_orders


@dataclass(frozen=True, slots=True)
class HoldLimits:
    """Unpaid orders together may hold `share_percent` of what is sellable, and `free_units` in any case."""

    orders_per_client: int
    free_units: int
    share_percent: int

    def check(self, holds: UnpaidHolds) -> None:
        """Whether an order may be among these. Raises TooManyUnpaidOrders, HeldByUnpaidOrders."""
        if holds.open_orders > self.orders_per_client:
            raise TooManyUnpaidOrders(self.orders_per_client)
        crowded = [
            CrowdedProduct(one.product_id, one.requested, self._allowed(one))
            for one in holds.units
            if one.held > self._together(one) and not (holds.reliable and one.requested <= MOST_OF_KEPT_PART)
        ]
        if crowded:
            raise HeldByUnpaidOrders(crowded)

    def _together(self, units: UnpaidUnits) -> int:
        return max(self.free_units, units.sellable * self.share_percent // 100)

    def _allowed(self, units: UnpaidUnits) -> int:
        by_others = units.held - units.requested
        return max(self._together(units) - by_others, 0)
