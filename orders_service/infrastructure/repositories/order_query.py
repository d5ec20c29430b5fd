"""Reading orders and their sagas."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row

from orders_service.domain.order import Order
from orders_service.domain.order_progress import OrderStatus
from orders_service.infrastructure.database import CONSUMER, SOURCE, inbox, outbox
from orders_service.infrastructure.models.order_model import orders
from orders_service.infrastructure.repositories.order_mapping import orders_of, select_orders
from orders_service.ports.order_query_port import OrderQueryPort, QueuePosition, SagaEvent
from orders_service.ports.page import Page
from servicekit.database.database import Database


class OrderQuery(OrderQueryPort):
    """Nothing here locks a row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, store: str, order_id: str) -> Order | None:
        """By its id."""
        same = sa.and_(orders.c.id == order_id, orders.c.store == store)
        with self._database.read() as connection:
            rows = connection.execute(select_orders().where(same)).all()
            return next(iter(orders_of(connection, rows)), None)

    def queue(
        self, store: str, statuses: Sequence[OrderStatus], after: QueuePosition | None, limit: int
    ) -> Page[Order, QueuePosition]:
        """One row more than asked for tells whether there is a next page."""
        places = {status.value: place for place, status in enumerate(statuses)}
        place = sa.case(places, value=orders.c.status)
        conditions = [orders.c.store == store, orders.c.status.in_(places)]
        if after is not None:
            start = (places[after.status.value], after.created_at, after.order_id)
            conditions.append(_beyond((place, orders.c.created_at, orders.c.id), start))
        statement = select_orders().where(*conditions)
        statement = statement.order_by(place, orders.c.created_at, orders.c.id).limit(limit + 1)
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
            found = orders_of(connection, rows[:limit])
        return Page(tuple(found), _position(found[-1]) if len(rows) > limit else None)

    def saga(self, store: str, order_id: str) -> Sequence[SagaEvent]:
        """The outbox and the inbox, side by side."""
        said = sa.select(outbox).where(outbox.c.subject == order_id, outbox.c.store == store)
        heard = sa.select(inbox).where(
            inbox.c.subject == order_id, inbox.c.store == store, inbox.c.consumer == CONSUMER
        )
        with self._database.read() as connection:
            events = [_said(row) for row in connection.execute(said)]
            events += [_heard(row) for row in connection.execute(heard)]
        return sorted(events, key=lambda event: (event.time, event.id))


def _beyond(columns: Sequence[sa.ColumnElement[Any]], start: Sequence[object]) -> sa.ColumnElement[bool]:
    """Whether a row comes after the start, column by column."""
    column, value = columns[0], start[0]
    if len(columns) == 1:
        return column > value
    return sa.or_(column > value, sa.and_(column == value, _beyond(columns[1:], start[1:])))


def _position(order: Order) -> QueuePosition:
    return QueuePosition(order.status, order.terms.created_at, order.id)


def _said(row: Row[Any]) -> SagaEvent:
    return SagaEvent(row.id, row.type, SOURCE, row.time, row.causationid, None, None, row.data)


def _heard(row: Row[Any]) -> SagaEvent:
    return SagaEvent(
        row.id, row.type, row.source, row.time, row.causationid, row.handled_at, row.attempts, row.data
    )
