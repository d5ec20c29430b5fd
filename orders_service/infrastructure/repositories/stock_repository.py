"""Stock in the database. Every change is conditional on what it leaves, so that twice is once."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from orders_service.domain.errors import Shortage
from orders_service.domain.order import Order
from orders_service.domain.product import StockReason
from orders_service.domain.reservation import Reservation, ReservationChange, ReservationState
from orders_service.infrastructure.models.order_model import reservations
from orders_service.infrastructure.models.product_model import stock, stock_movements
from orders_service.infrastructure.repositories.insert_new import insert_new
from orders_service.ports.product_repository_port import StockPort
from servicekit.ids import new_id


class StockRepository(StockPort):
    """Rows are locked by product id, so that two orders never wait for each other."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reserve(self, order: Order) -> Sequence[Shortage]:
        """Each update waits for whoever holds the row, and then sees what is left."""
        short = [self._reserve(order.store, one) for one in order.reservations]
        return [shortage for shortage in short if shortage is not None]

    def _reserve(self, store: str, wanted: Reservation) -> Shortage | None:
        columns = stock.c
        same = sa.and_(columns.product_id == wanted.product_id, columns.store == store)
        available = columns.on_hand - columns.reserved
        taken = self._connection.execute(
            sa.update(stock)
            .where(same, available >= wanted.quantity)
            .values(reserved=columns.reserved + wanted.quantity)
        )
        if taken.rowcount == 1:
            return None
        left = self._connection.scalar(sa.select(available).where(same))
        return Shortage(wanted.product_id, wanted.quantity, left or 0)

    def receive(self, store: str, product_id: str, units: int, reason: StockReason, at: datetime) -> None:
        """Add to what is on hand."""
        same = sa.and_(stock.c.product_id == product_id, stock.c.store == store)
        self._connection.execute(sa.update(stock).where(same).values(on_hand=stock.c.on_hand + units))
        self._move(store, product_id, units, reason, at, order_id=None)

    def settle(self, order: Order, change: ReservationChange, at: datetime) -> None:
        """Store a change of a reservation, and what it means for the stock, unless that was done before."""
        same = sa.and_(
            reservations.c.order_id == order.id,
            reservations.c.product_id == change.product_id,
            reservations.c.state == change.left.value,
        )
        changed = self._connection.execute(
            sa.update(reservations).where(same).values(state=change.entered.value)
        )
        if changed.rowcount == 1 and change.entered is not ReservationState.COMMITTED:
            self._give_up(order, change, at)

    def _give_up(self, order: Order, change: ReservationChange, at: datetime) -> None:
        used = change.quantity if change.entered is ReservationState.CONSUMED else 0
        self._connection.execute(
            sa.update(stock)
            .where(stock.c.product_id == change.product_id)
            .values(reserved=stock.c.reserved - change.quantity, on_hand=stock.c.on_hand - used)
        )
        if used:
            self._move(order.store, change.product_id, -used, StockReason.CONSUMED, at, order_id=order.id)

    def waste(self, order: Order, lost: Reservation, at: datetime) -> None:
        """Count as wasted what was counted as consumed, unless that was done before. The shelf stays."""
        units, where = lost.quantity, (order.store, lost.product_id)
        if self._move(*where, -units, StockReason.WASTED, at, order_id=order.id):
            self._move(*where, units, StockReason.CONSUMED, at, order_id=order.id)

    def _move(
        self,
        store: str,
        product_id: str,
        delta: int,
        reason: StockReason,
        at: datetime,
        *,
        order_id: str | None,
    ) -> bool:
        values: dict[str, object] = {
            "id": new_id(),
            "store": store,
            "product_id": product_id,
            "reason": reason.value,
            "delta": delta,
            "order_id": order_id,
            "at": at,
        }
        return insert_new(self._connection, stock_movements, values)
