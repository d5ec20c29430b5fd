"""Looking at many orders at once: one query finds what is new, and what is new is then read as a whole."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from orders_service.domain.order import Order
from orders_service.domain.order_progress import KITCHEN_QUEUE, OrderStatus
from orders_service.infrastructure.models.order_model import orders as table
from orders_service.infrastructure.repositories.order_mapping import orders_of, select_orders
from orders_service.ports.order_watch_port import (
    QUEUE_AT_MOST,
    OrderKey,
    OrderWatchPort,
    QueuedOrder,
    Sighting,
)
from servicekit.database.database import Database

CHUNK = 1000
"""Orders that one query is asked for."""
PLACES = {status.value: place for place, status in enumerate(KITCHEN_QUEUE)}

Rows = Sequence[Row[Any]]


class OrderWatch(OrderWatchPort):
    """All of one look is seen as of one moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(
        self,
        orders: Collection[OrderKey],
        in_full: Collection[str],
        in_short: Collection[str],
        seen: Mapping[OrderKey, int],
    ) -> Sighting:
        """First what there is, then what is new of it."""
        with self._database.read() as connection:
            queued = _queued(connection, {*in_full, *in_short})
            watched = [row for row in _by_id(connection, orders) if (row.store, row.id) in orders]
            wanted = [*watched, *(row for store in in_full for row in queued[store])]
            new = {row.id for row in wanted if seen.get((row.store, row.id)) != row.version}
            found = _whole(connection, new)
        queues = {store: _queue(queued[store]) for store in (*in_full, *in_short)}
        return Sighting(found, queues)


def _by_id(connection: Connection, orders: Collection[OrderKey]) -> Rows:
    versions: sa.Select[Any] = sa.select(table.c.id, table.c.store, table.c.version)
    return [
        row
        for ids in _chunks([order_id for _store, order_id in orders])
        for row in connection.execute(versions.where(table.c.id.in_(ids)))
    ]


def _queued(connection: Connection, stores: Collection[str]) -> Mapping[str, Rows]:
    """By store, in the order of the queue."""
    queues: dict[str, list[Row[Any]]] = defaultdict(list)
    if not stores:
        return queues
    columns = table.c
    in_queue = (sa.case(PLACES, value=columns.status), columns.created_at, columns.id)
    position = sa.func.row_number().over(partition_by=columns.store, order_by=in_queue).label("position")
    numbered = (
        sa.select(columns.id, columns.store, columns.number, columns.status, columns.version, position)
        .where(columns.store.in_(stores), columns.status.in_(PLACES))
        .subquery()
    )
    first = sa.select(numbered).where(numbered.c.position <= QUEUE_AT_MOST).order_by(numbered.c.position)
    for row in connection.execute(first):
        queues[row.store].append(row)
    return queues


def _whole(connection: Connection, ids: Collection[str]) -> list[Order]:
    orders: list[Order] = []
    for some in _chunks(sorted(ids)):
        rows = connection.execute(select_orders().where(table.c.id.in_(some))).all()
        orders += orders_of(connection, rows)
    return orders


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _queue(rows: Rows) -> tuple[QueuedOrder, ...]:
    return tuple(QueuedOrder(row.id, row.number, OrderStatus(row.status), row.version) for row in rows)
