"""Stock in the database. Every change is conditional on what it leaves, so that twice is once."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from orders_service.domain.catalogue_errors import ProductNotFound
from orders_service.domain.hoarding import REMEMBERED, UnpaidHolds, UnpaidUnits
from orders_service.domain.order import Order
from orders_service.domain.product import StockReason
from orders_service.domain.reservation import Reservation, ReservationChange, ReservationState
from orders_service.domain.shelf import Movement, Shelf
from orders_service.domain.stock_errors import Shortage
from orders_service.infrastructure.models.order_model import reservations
from orders_service.infrastructure.models.product_model import products, stock, stock_movements
from orders_service.infrastructure.repositories.insert_new import insert_new
from orders_service.infrastructure.repositories.unpaid import unpaid_of_client, unpaid_of_products
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

    def unpaid(self, order: Order) -> UnpaidHolds:
        """One question: of the few rows that are unpaid, by their own indexes."""
        client, wanted = order.terms.client, {one.product_id: one.quantity for one in order.reservations}
        if client is None and not wanted:
            return UnpaidHolds()
        since = order.terms.created_at - REMEMBERED
        of_client = unpaid_of_client(order.store, client.id if client is not None else "", since)
        of_products = unpaid_of_products(order.store, sorted(wanted))
        statement = sa.select(of_client, of_products).select_from(of_client.outerjoin(of_products, sa.true()))
        rows = self._connection.execute(statement).all()
        units = (
            UnpaidUnits(row.product_id, wanted[row.product_id], row.held, row.available + row.held)
            for row in rows
            if row.product_id is not None
        )
        return UnpaidHolds(rows[0].open_orders, rows[0].left_orders, tuple(units))

    def receive(self, store: str, product_id: str, units: int, reason: StockReason, at: datetime) -> None:
        """Add to what is on hand."""
        same = sa.and_(stock.c.product_id == product_id, stock.c.store == store)
        self._connection.execute(sa.update(stock).where(same).values(on_hand=stock.c.on_hand + units))
        self._move(store, product_id, units, reason, at, order_id=None)

    def shelf(self, store: str, product_id: str) -> Shelf:
        """Lock its row; where there is none, begin to count."""
        shelf = self._locked(store, product_id)
        if shelf is not None:
            return shelf
        same = sa.and_(products.c.id == product_id, products.c.store == store)
        began = {"counted": True, "version": products.c.version + 1}
        # Whoever else begins at this moment waits here for the row of the product.
        if self._connection.execute(sa.update(products).where(same).values(began)).rowcount != 1:
            raise ProductNotFound(product_id)
        row: dict[str, object] = {"product_id": product_id, "store": store, "on_hand": 0, "reserved": 0}
        if insert_new(self._connection, stock, row):
            return Shelf(store, product_id, new=True)
        return self.shelf(store, product_id)

    def _locked(self, store: str, product_id: str) -> Shelf | None:
        same = sa.and_(stock.c.product_id == product_id, stock.c.store == store)
        # Not against foreign keys: orders of the product need not wait before they reserve it.
        row = self._connection.execute(sa.select(stock).where(same).with_for_update(key_share=True)).first()
        return None if row is None else Shelf(store, product_id, row.on_hand, row.reserved, row.low_at)

    def keep(self, shelf: Shelf) -> None:
        """Write the row, which is locked."""
        same = sa.and_(stock.c.product_id == shelf.product_id, stock.c.store == shelf.store)
        values = {"on_hand": shelf.on_hand, "low_at": shelf.low_at}
        self._connection.execute(sa.update(stock).where(same).values(values))
        for movement in shelf.pull_movements():
            self._insert(shelf.store, shelf.product_id, movement)

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
        return self._insert(store, product_id, Movement(new_id(), reason, delta, at, order_id))

    def _insert(self, store: str, product_id: str, movement: Movement) -> bool:
        values: dict[str, object] = {
            "id": movement.id,
            "store": store,
            "product_id": product_id,
            "reason": movement.reason.value,
            "delta": movement.delta,
            "order_id": movement.order_id,
            "at": movement.at,
            "note": movement.note,
            "username": movement.username,
        }
        return insert_new(self._connection, stock_movements, values)
