"""Orders in the database. Saving one also moves the stock, as its reservations say."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from orders_service.domain.cart_errors import CartUsed
from orders_service.domain.order import Order
from orders_service.domain.order_errors import OrderNotFound
from orders_service.domain.order_progress import OrderStatus
from orders_service.domain.payment import Payment
from orders_service.infrastructure.models.order_model import (
    order_history,
    order_lines,
    order_payments,
    orders,
    reservations,
)
from orders_service.infrastructure.repositories.insert_new import insert_new
from orders_service.infrastructure.repositories.order_mapping import (
    history_values,
    line_values,
    order_values,
    orders_of,
    payment_values,
    progress_values,
    reservation_values,
    select_orders,
)
from orders_service.infrastructure.repositories.stock_repository import StockRepository
from orders_service.ports.order_repository_port import OrderRepositoryPort, OverdueOrdersPort
from servicekit.database.unit_of_work import SqlUnitOfWork, StaleAggregate


class OrderRepository(OrderRepositoryPort):
    """Locks in one order: the order, then stock by product id, then the outbox."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow
        self._connection = uow.connection

    def add(self, order: Order) -> bool:
        """Insert it, unless its number is taken: another order may have drawn it a moment ago."""
        if not insert_new(self._connection, orders, order_values(order)):
            self._refuse_used_cart(order)
            return False
        order.pull_changes()
        self._insert_all(order_lines, line_values(order))
        self._insert_all(order_history, history_values(order, 0))
        self._insert_all(reservations, reservation_values(order))
        self._insert_all(order_payments, [payment_values(order, one) for one in order.payments])
        self._uow.track(order)
        self._uow.saved(order)
        return True

    def get(self, store: str, order_id: str) -> Order:
        """Load and lock it."""
        order = self._first(sa.and_(orders.c.id == order_id, orders.c.store == store))
        if order is None:
            raise OrderNotFound(order_id)
        return order

    def save(self, order: Order) -> None:
        """Write what changed, if the row is still as it was read."""
        changes = order.pull_changes()
        if changes is None:
            return
        seen = order.version
        order.version = seen + 1
        written = self._connection.execute(
            sa.update(orders)
            .where(orders.c.id == order.id, orders.c.version == seen)
            .values(version=order.version, **progress_values(order.progress))
        )
        if written.rowcount != 1:
            raise StaleAggregate
        self._uow.saved(order)
        self._insert_all(order_history, history_values(order, changes.history_kept))
        for payment in changes.payments:
            self._save_payment(order, payment)
        stock = StockRepository(self._connection)
        for change in changes.reservations:
            stock.settle(order, change, self._uow.now())
        for lost in changes.wasted:
            stock.waste(order, lost, self._uow.now())

    def _refuse_used_cart(self, order: Order) -> None:
        if order.terms.cart_id is not None:
            of_cart = sa.select(orders.c.id).where(orders.c.cart_id == order.terms.cart_id)
            other = self._connection.scalar(of_cart)
            if other is not None:
                raise CartUsed(other)

    def _first(
        self, condition: sa.ColumnElement[bool], *order_by: sa.Column[Any], skip: bool = False
    ) -> Order | None:
        statement = select_orders().where(condition).order_by(*order_by).limit(1)
        locked = statement.with_for_update(of=orders, skip_locked=skip)
        row = self._connection.execute(locked).first()
        if row is None:
            return None
        (order,) = orders_of(self._connection, [row])
        self._uow.track(order)
        return order

    def _save_payment(self, order: Order, payment: Payment) -> None:
        values = payment_values(order, payment)
        if not insert_new(self._connection, order_payments, values):
            same = sa.and_(order_payments.c.order_id == order.id, order_payments.c.id == payment.id)
            self._connection.execute(sa.update(order_payments).where(same).values(values))

    def _insert_all(self, table: sa.Table, rows: Sequence[dict[str, object]]) -> None:
        if rows:
            self._connection.execute(sa.insert(table), rows)


class OverdueOrders(OrderRepository, OverdueOrdersPort):
    """Each claim skips what another sweeper has locked."""

    def next_expired(self, now: datetime) -> Order | None:
        """By deadline."""
        unpaid = _is(OrderStatus.AWAITING_PAYMENT)
        return self._first(sa.and_(unpaid, orders.c.deadline <= now), orders.c.deadline, skip=True)

    def next_unanswered(self, now: datetime, patience: timedelta) -> Order | None:
        """By when its end was asked for."""
        ending = _is(OrderStatus.CANCELLING)
        since = orders.c.cancelling_since
        return self._first(sa.and_(ending, since <= now - patience), since, skip=True)

    def next_silent(self, now: datetime) -> Order | None:
        """By when the answer was due."""
        due = orders.c.answer_due_at
        return self._first(due <= now, due, skip=True)


def _is(status: OrderStatus) -> sa.ColumnElement[bool]:
    # Written out: a plan made for any parameter could not use an index over this one status.
    return orders.c.status == sa.literal(status.value, literal_execute=True)
