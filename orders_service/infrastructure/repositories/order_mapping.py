"""Orders to rows and back, side by side."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from orders_service.domain.client import Client
from orders_service.domain.money import CURRENCY
from orders_service.domain.order import Order
from orders_service.domain.order_line import OrderLine
from orders_service.domain.order_progress import CancelReason, OrderStatus, Progress, Step, Terms
from orders_service.domain.payment import Payment, PaymentCode, PaymentMethod, PaymentStatus
from orders_service.domain.reservation import Reservation, ReservationState
from orders_service.infrastructure.models.order_model import (
    order_history,
    order_lines,
    order_payments,
    orders,
    reservations,
)
from orders_service.infrastructure.models.people_model import clients

Values = dict[str, object]
Rows = Sequence[Row[Any]]


def select_orders() -> sa.Select[Any]:
    """The rows of orders."""
    return sa.select(orders)


def orders_of(connection: Connection, rows: Rows) -> list[Order]:
    """The orders of these rows, in their order; five queries at most, however many they are."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    lines = _children(connection, order_lines, ids, order_lines.c.position)
    history = _children(connection, order_history, ids, order_history.c.position)
    held = _children(connection, reservations, ids, reservations.c.product_id)
    payments = _children(connection, order_payments, ids, order_payments.c.attempt)
    known = _clients(connection, rows)
    return [
        Order(
            _terms(row, lines[row.id], known.get(row.client_id)),
            _progress(row, history[row.id]),
            [_reservation(one) for one in held[row.id]],
            [_payment(one) for one in payments[row.id]],
            row.version,
        )
        for row in rows
    ]


def _children(
    connection: Connection, table: sa.Table, order_ids: list[str], order_by: sa.Column[Any]
) -> dict[str, Rows]:
    children: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(sa.select(table).where(table.c.order_id.in_(order_ids)).order_by(order_by)):
        children[row.order_id].append(row)
    return defaultdict(list, children)


def _clients(connection: Connection, rows: Rows) -> dict[str, Client]:
    """Those who are known still, by id.

    Not joined to the orders: a row that waited for its lock would come with the name from before the wait,
    and the client may have been erased meanwhile.
    """
    ids = {row.client_id for row in rows if row.client_id is not None}
    if not ids:
        return {}
    known = sa.select(clients).where(clients.c.id.in_(ids), clients.c.erased_at.is_(None))
    return {row.id: Client(row.id, row.name) for row in connection.execute(known)}


def order_values(order: Order) -> Values:
    """The row of an order."""
    terms = order.terms
    return {
        "id": terms.id,
        "store": terms.store,
        "number": terms.number,
        "method": terms.method.value,
        "discount": terms.discount,
        "total": terms.total,
        "currency": CURRENCY,
        "client_id": terms.client.id if terms.client is not None else None,
        "created_at": terms.created_at,
        "deadline": terms.deadline,
        "cart_id": terms.cart_id,
        "version": order.version,
        **progress_values(order.progress),
    }


def _terms(row: Row[Any], lines: Rows, client: Client | None) -> Terms:
    return Terms(
        id=row.id,
        store=row.store,
        number=row.number,
        lines=tuple(_line(line) for line in lines),
        method=PaymentMethod(row.method),
        client=client,
        created_at=row.created_at,
        deadline=row.deadline,
        cart_id=row.cart_id,
    )


def progress_values(progress: Progress) -> Values:
    """The columns that change while the order goes on."""
    reason = progress.cancellation_reason
    return {
        "status": progress.status.value,
        "cancellation_reason": reason.value if reason is not None else None,
        "cancelling_since": progress.cancelling_since,
        "goods_used": progress.goods_used,
        "charge_closed": progress.charge_closed,
        "answer_due_at": progress.answer_due_at,
        "nudges": progress.nudges,
    }


def _progress(row: Row[Any], history: Rows) -> Progress:
    reason = row.cancellation_reason
    return Progress(
        history=tuple(Step(OrderStatus(step.status), step.at) for step in history),
        cancellation_reason=CancelReason(reason) if reason is not None else None,
        cancelling_since=row.cancelling_since,
        goods_used=row.goods_used,
        charge_closed=row.charge_closed,
        answer_due_at=row.answer_due_at,
        nudges=row.nudges,
    )


def line_values(order: Order) -> list[Values]:
    """The rows of its lines."""
    return [
        {
            "order_id": order.id,
            "position": position,
            "store": order.store,
            "product_id": line.product_id,
            "name": line.name,
            "unit_price": line.unit_price,
            "quantity": line.quantity,
            "notes": line.notes,
            "unit_discount": line.unit_discount,
            "promotion_id": line.promotion_id,
        }
        for position, line in enumerate(order.terms.lines)
    ]


def _line(row: Row[Any]) -> OrderLine:
    return OrderLine(
        product_id=row.product_id,
        name=row.name,
        unit_price=row.unit_price,
        quantity=row.quantity,
        notes=row.notes,
        unit_discount=row.unit_discount,
        promotion_id=row.promotion_id,
    )


def history_values(order: Order, kept: int) -> list[Values]:
    """The rows of its history after the first `kept` steps."""
    return [
        {
            "order_id": order.id,
            "position": position,
            "store": order.store,
            "status": step.status.value,
            "at": step.at,
        }
        for position, step in enumerate(order.progress.history)
        if position >= kept
    ]


def reservation_values(order: Order) -> list[Values]:
    """The rows of what it holds."""
    return [
        {
            "order_id": order.id,
            "product_id": one.product_id,
            "store": order.store,
            "quantity": one.quantity,
            "state": one.state.value,
        }
        for one in order.reservations
    ]


def _reservation(row: Row[Any]) -> Reservation:
    return Reservation(row.product_id, row.quantity, ReservationState(row.state))


def payment_values(order: Order, payment: Payment) -> Values:
    """The row of one attempt."""
    return {
        "order_id": order.id,
        "id": payment.id,
        "store": order.store,
        "attempt": payment.attempt,
        "status": payment.status.value,
        "method": payment.method.value,
        "amount": payment.amount,
        "sequence": payment.sequence,
        "kept": payment.kept,
        "refunded": payment.refunded,
        "qr_code": payment.code.qr_code,
        "ticket_url": payment.code.ticket_url,
        "expires_at": payment.code.expires_at,
        "code_sequence": payment.code_sequence,
    }


def _payment(row: Row[Any]) -> Payment:
    return Payment(
        id=row.id,
        attempt=row.attempt,
        status=PaymentStatus(row.status),
        method=PaymentMethod(row.method),
        amount=row.amount,
        sequence=row.sequence,
        kept=row.kept,
        refunded=row.refunded,
        code=PaymentCode(row.qr_code, row.ticket_url, row.expires_at),
        code_sequence=row.code_sequence,
    )
