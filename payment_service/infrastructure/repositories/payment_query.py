"""What people and clients see of payments, straight from SQL."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Row, Select

from payment_service.domain.errors import UnknownPayment
from payment_service.domain.refund import RefundStatus
from payment_service.infrastructure.models.charge_model import REFUND_OPEN, payments, refunds
from payment_service.ports.page import Page
from payment_service.ports.payment_query_port import (
    OpenRefund,
    PaymentQueryPort,
    PaymentView,
    Position,
    RefundView,
)
from servicekit.database.database import Database

REFUNDED = (
    sa.select(sa.func.coalesce(sa.func.sum(refunds.c.amount), 0))
    .where(refunds.c.payment_id == payments.c.id, refunds.c.status == RefundStatus.DONE)
    .scalar_subquery()
)

# In the words of the index that holds no others, or it could not be used.
_UNDONE = sa.select(refunds).where(sa.text(REFUND_OPEN)).order_by(refunds.c.created_at, refunds.c.id)


class PaymentQuery(PaymentQueryPort):
    """One read each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def payment(self, store: str, payment_id: str) -> PaymentView:
        """By its id."""
        found = self._payments(_views().where(payments.c.store == store, payments.c.id == payment_id))
        if not found:
            raise UnknownPayment("no such payment")
        return found[0]

    def of_order(self, store: str, order_id: str) -> tuple[PaymentView, ...]:
        """By the order."""
        of_order = _views().where(payments.c.store == store, payments.c.order_id == order_id)
        return self._payments(of_order.order_by(payments.c.number.desc()))

    def page(
        self, store: str, status: str | None, day: date | None, limit: int, after: Position | None
    ) -> Page[PaymentView, Position]:
        """By keyset: time and id."""
        newest_first = _views().order_by(payments.c.created_at.desc(), payments.c.id.desc())
        chosen = newest_first.where(payments.c.store == store, *_narrowed(status, day, after))
        found = self._payments(chosen.limit(limit + 1))
        items = found[:limit]
        end = (items[-1].created_at, items[-1].id) if len(found) > limit else None
        return Page(items, end)

    def refunds(self, store: str, payment_id: str) -> tuple[RefundView, ...]:
        """By the payment."""
        self.payment(store, payment_id)
        of_payment = sa.select(refunds).where(refunds.c.payment_id == payment_id)
        with self._database.read() as connection:
            rows = connection.execute(of_payment.order_by(refunds.c.position)).all()
        return tuple(_refund_view(row) for row in rows)

    def open_refunds_of(self, store: str, limit: int, after: Position | None) -> Page[OpenRefund, Position]:
        """By keyset: time and id."""
        undone = _UNDONE.where(refunds.c.store == store)
        if after is not None:
            at, refund_id = after
            same_instant = sa.and_(refunds.c.created_at == at, refunds.c.id > refund_id)
            undone = undone.where(sa.or_(refunds.c.created_at > at, same_instant))
        found = self._undone(undone.limit(limit + 1))
        items = found[:limit]
        end = (items[-1].refund.created_at, items[-1].refund.id) if len(found) > limit else None
        return Page(items, end)

    def open_refunds(self) -> tuple[OpenRefund, ...]:
        """By their state."""
        return self._undone(_UNDONE)

    def _undone(self, statement: Select[Any]) -> tuple[OpenRefund, ...]:
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return tuple(
            OpenRefund(row.store, row.order_id, _refund_view(row), row.tries, row.failure, row.next_at)
            for row in rows
        )

    def _payments(self, statement: Select[Any]) -> tuple[PaymentView, ...]:
        with self._database.read() as connection:
            return tuple(_payment_view(row) for row in connection.execute(statement))


def _views() -> Select[Any]:
    return sa.select(payments, REFUNDED.label("refunded"))


def _narrowed(status: str | None, day: date | None, after: Position | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if status is not None:
        conditions.append(payments.c.status == status)
    if day is not None:
        begin = datetime.combine(day, time(), UTC)
        conditions += [payments.c.created_at >= begin, payments.c.created_at < begin + timedelta(days=1)]
    if after is not None:
        at, payment_id = after
        earlier = payments.c.created_at < at
        same_instant = sa.and_(payments.c.created_at == at, payments.c.id < payment_id)
        conditions.append(sa.or_(earlier, same_instant))
    return conditions


def _payment_view(row: Row[Any]) -> PaymentView:
    return PaymentView(
        id=row.id,
        order_id=row.order_id,
        attempt=row.number,
        status=row.status,
        status_detail=row.detail,
        method=row.method,
        amount=row.amount,
        refunded=int(row.refunded),
        qr_code=row.qr_code,
        ticket_url=row.ticket_url,
        provider_id=row.provider_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _refund_view(row: Row[Any]) -> RefundView:
    return RefundView(
        id=row.id,
        payment_id=row.payment_id,
        amount=row.amount,
        status=row.status,
        reason=row.reason,
        created_at=row.created_at,
    )
