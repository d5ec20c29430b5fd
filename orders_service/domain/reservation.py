"""The units of stock that an order holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class ReservationState(StrEnum):
    """HELD until paid, COMMITTED until preparation starts, then CONSUMED; RELEASED where it ends before."""

    HELD = "HELD"
    COMMITTED = "COMMITTED"
    CONSUMED = "CONSUMED"
    RELEASED = "RELEASED"


@dataclass(frozen=True, slots=True)
class Reservation:
    """Units of one counted product, over all the order's lines of it."""

    product_id: str
    quantity: int
    state: ReservationState


@dataclass(frozen=True, slots=True)
class ReservationChange:
    """A reservation left one state and entered another; stored only where it still is in the first."""

    product_id: str
    quantity: int
    left: ReservationState
    entered: ReservationState


class Reservations:
    """All reservations of one order, by product. Each is consumed or released once at most."""

    def __init__(self, reservations: Iterable[Reservation] = ()) -> None:
        self._by_product = {
            one.product_id: one for one in sorted(reservations, key=lambda one: one.product_id)
        }
        self._changes: list[ReservationChange] = []
        self._wasted: list[Reservation] = []

    @classmethod
    def hold(cls, units: Mapping[str, int]) -> "Reservations":
        """So many units of each product."""
        return cls(
            Reservation(product, quantity, ReservationState.HELD) for product, quantity in units.items()
        )

    def all(self) -> tuple[Reservation, ...]:
        """In the order in which stock rows are locked: by product id."""
        return tuple(self._by_product.values())

    def commit(self) -> None:
        """The order is paid."""
        self._move({ReservationState.HELD}, ReservationState.COMMITTED)

    def consume(self) -> None:
        """Preparation starts: the goods leave the stock."""
        self._move({ReservationState.COMMITTED}, ReservationState.CONSUMED)

    def release(self) -> None:
        """The order ends: what was not consumed may be sold again."""
        self._move({ReservationState.HELD, ReservationState.COMMITTED}, ReservationState.RELEASED)

    def waste(self) -> None:
        """The order ends after preparation has started: what was consumed was made for nobody."""
        self._wasted += [one for one in self.all() if one.state is ReservationState.CONSUMED]

    def pull_changes(self) -> tuple[ReservationChange, ...]:
        """What changed since the last call."""
        changes, self._changes = tuple(self._changes), []
        return changes

    def pull_wasted(self) -> tuple[Reservation, ...]:
        """What was wasted since the last call."""
        wasted, self._wasted = tuple(self._wasted), []
        return wasted

    def _move(self, leaving: set[ReservationState], entered: ReservationState) -> None:
        for one in self.all():
            if one.state in leaving:
                self._by_product[one.product_id] = replace(one, state=entered)
                self._changes.append(ReservationChange(one.product_id, one.quantity, one.state, entered))
