"""Reading the stock and the book of its movements."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from orders_service.domain.product import StockReason
from orders_service.domain.shelf import Movement
from orders_service.infrastructure.models.product_model import products, stock, stock_movements
from orders_service.ports.page import Page
from orders_service.ports.stock_query_port import BATCHES_SHOWN, StockQueryPort, StockReport
from servicekit.database.database import Database


class StockQuery(StockQueryPort):
    """Nothing here reads what was sold piece by piece, so that a year of sales costs no more than a day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def report(self, store: str, product_id: str) -> StockReport | None:
        """What was sold is what came, less what was wasted and what is still there."""
        of_product = _of_product(store, product_id, sold=False)
        delta, wasted = stock_movements.c.delta, stock_movements.c.reason == StockReason.WASTED.value
        came = sa.select(sa.func.coalesce(sa.func.sum(delta), 0)).where(of_product)
        lost = came.where(wasted)
        same = sa.and_(products.c.store == store, products.c.id == product_id)
        statement = (
            sa.select(
                products.c.counted,
                stock,
                came.scalar_subquery().label("came"),
                lost.scalar_subquery().label("lost"),
            )
            .select_from(products.outerjoin(stock, stock.c.product_id == products.c.id))
            .where(same)
        )
        with self._database.read() as connection:
            row = connection.execute(statement).first()
            batches = _batches(connection, of_product) if row is not None else ()
        return _report(product_id, row, batches) if row is not None else None

    def movements(
        self, store: str, product_id: str, after: str | None, limit: int
    ) -> Page[Movement, str] | None:
        """One row more than asked for tells whether there is a next page."""
        conditions = [_of_product(store, product_id)]
        if after is not None:
            conditions.append(stock_movements.c.id < after)
        newest = stock_movements.c.id.desc()
        statement = sa.select(stock_movements).where(*conditions).order_by(newest).limit(limit + 1)
        known = sa.select(products.c.id).where(products.c.store == store, products.c.id == product_id)
        with self._database.read() as connection:
            if connection.scalar(known) is None:
                return None
            moved = [_movement(row) for row in connection.execute(statement)]
        return Page(tuple(moved[:limit]), moved[limit - 1].id if len(moved) > limit else None)


def _of_product(store: str, product_id: str, *, sold: bool = True) -> sa.ColumnElement[bool]:
    columns = stock_movements.c
    condition = sa.and_(columns.store == store, columns.product_id == product_id)
    # Written out: a plan made for any parameter could not use the index over those that are no sales.
    consumed = sa.literal(StockReason.CONSUMED.value, literal_execute=True)
    return condition if sold else sa.and_(condition, columns.reason != consumed)


def _batches(connection: Connection, of_product: sa.ColumnElement[bool]) -> tuple[Movement, ...]:
    batch = sa.and_(of_product, stock_movements.c.reason == StockReason.BATCH.value)
    newest = stock_movements.c.id.desc()
    statement = sa.select(stock_movements).where(batch).order_by(newest).limit(BATCHES_SHOWN)
    return tuple(_movement(row) for row in connection.execute(statement))


def _report(product_id: str, row: Row[Any], batches: tuple[Movement, ...]) -> StockReport:
    on_hand, reserved = row.on_hand or 0, row.reserved or 0
    return StockReport(
        product_id=product_id,
        counted=row.counted,
        on_hand=on_hand,
        reserved=reserved,
        sold=row.came - on_hand,
        wasted=-row.lost,
        low_at=row.low_at,
        batches=batches,
    )


def _movement(row: Row[Any]) -> Movement:
    return Movement(
        id=row.id,
        reason=StockReason(row.reason),
        delta=row.delta,
        at=row.at,
        order_id=row.order_id,
        note=row.note,
        username=row.username,
    )
