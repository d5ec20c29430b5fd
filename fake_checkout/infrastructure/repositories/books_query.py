"""The books, read without locks."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from fake_checkout.domain.card import CardToken
from fake_checkout.domain.delivery import Notification
from fake_checkout.domain.errors import UnknownPayment, UnknownRefund
from fake_checkout.domain.faults import Faults
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.refund import Refund
from fake_checkout.infrastructure.models import deliveries, notifications, payments, requests
from fake_checkout.infrastructure.repositories.card_token_repository import (
    card_token_from,
    card_token_row,
)
from fake_checkout.infrastructure.repositories.notification_repository import (
    delivery_from,
    is_due,
    notification_from,
)
from fake_checkout.infrastructure.repositories.payment_repository import payments_from
from fake_checkout.infrastructure.repositories.workbench_repository import (
    read_faults,
    read_offset,
    read_switches,
    request_from,
)
from fake_checkout.ports.books_query_port import (
    BooksQueryPort,
    FoundPayments,
    LoggedDelivery,
    PaymentSearch,
)
from fake_checkout.ports.unit_of_work_port import RecordedRequest
from servicekit.database.clock import Clock, database_clock
from servicekit.database.database import Database

COLUMNS = {
    "id": payments.c.id,
    "date_created": payments.c.created_at,
    "date_last_updated": payments.c.updated_at,
    "date_approved": payments.c.approved_at,
    "money_release_date": payments.c.approved_at,
}
"""What the provider's names stand for; money that comes by Pix is released at once."""


class BooksQuery(BooksQueryPort):
    """Reads, each from one snapshot."""

    def __init__(self, database: Database, clock: Clock = database_clock) -> None:
        self._database = database
        self._clock = clock

    def payment(self, payment_id: int) -> Payment:
        """The payment with its refunds. Raises UnknownPayment."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(payments).where(payments.c.id == payment_id)).all()
            found = payments_from(connection, rows)
        if not found:
            raise UnknownPayment(f"no payment {payment_id}")
        return found[0]

    def card_token(self, token_id: str) -> CardToken:
        """The token. Raises UnknownCardToken."""
        with self._database.read() as connection:
            return card_token_from(connection.execute(card_token_row(token_id)).first(), token_id)

    def search(self, wanted: PaymentSearch) -> FoundPayments:
        """The payments that fit."""
        conditions = _conditions(wanted)
        column = COLUMNS[wanted.sort]
        order = column.asc() if wanted.ascending else column.desc()
        page = sa.select(payments).where(*conditions).order_by(order.nulls_last(), payments.c.id.desc())
        with self._database.read() as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(payments).where(*conditions))
            rows = connection.execute(page.limit(wanted.limit).offset(wanted.offset)).all()
            return FoundPayments(total or 0, tuple(payments_from(connection, rows)))

    def refund(self, payment_id: int, refund_id: int) -> Refund:
        """One refund. Raises UnknownPayment or UnknownRefund."""
        for refund in self.payment(payment_id).refunds:
            if refund.id == refund_id:
                return refund
        raise UnknownRefund(f"payment {payment_id} has no refund {refund_id}")

    def every_payment(self, *, newest: int | None = None) -> Sequence[Payment]:
        """All (or the newest) payments, newest first."""
        statement = sa.select(payments).order_by(payments.c.created_at.desc(), payments.c.id.desc())
        with self._database.read() as connection:
            return payments_from(connection, connection.execute(statement.limit(newest)).all())

    def payments_after(self, payment_id: int, limit: int) -> Sequence[Payment]:
        """The next payments by number."""
        later = sa.select(payments).where(payments.c.id > payment_id).order_by(payments.c.id)
        with self._database.read() as connection:
            return payments_from(connection, connection.execute(later.limit(limit)).all())

    def deliveries(self, payment_ids: Sequence[int] | None = None) -> Sequence[LoggedDelivery]:
        """The attempts about these payments, or all, oldest first."""
        newest = notifications.c.attempt == deliveries.c.attempt + 1
        statement = (
            sa.select(deliveries, sa.case((newest, notifications.c.next_at)).label("next_at"))
            .join(notifications, notifications.c.id == deliveries.c.notification_id)
            .order_by(deliveries.c.number)
        )
        if payment_ids is not None:
            statement = statement.where(deliveries.c.payment_id.in_(payment_ids))
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return [LoggedDelivery(delivery_from(row), row.next_at) for row in rows]

    def untold(self, payment_ids: Sequence[int]) -> Sequence[Notification]:
        """What merchants are to be told of these payments and was never tried, soonest first."""
        waiting = (notifications.c.attempt == 0) & notifications.c.next_at.is_not(None)
        statement = (
            sa.select(notifications)
            .where(notifications.c.payment_id.in_(payment_ids), waiting)
            .order_by(notifications.c.next_at, notifications.c.id)
        )
        with self._database.read() as connection:
            return [notification_from(row) for row in connection.execute(statement).all()]

    def requests(self) -> Sequence[RecordedRequest]:
        """The calls that were recorded, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(requests).order_by(requests.c.number)).all()
        return [request_from(row) for row in rows]

    def faults(self) -> Faults:
        """The rules in force."""
        with self._database.read() as connection:
            return read_faults(connection)

    def switches(self) -> Mapping[str, str]:
        """The switches that testers turned, with their positions."""
        with self._database.read() as connection:
            return read_switches(connection)

    def offset(self) -> timedelta:
        """How far the virtual clock is from the real one."""
        with self._database.read() as connection:
            return read_offset(connection)

    def now(self) -> datetime:
        """The virtual time, UTC."""
        with self._database.read() as connection:
            return self._clock(connection) + read_offset(connection)

    def is_being_told(self, payment_id: int) -> bool:
        """Whether a merchant is now being told, or is at once to be told, something new of this payment."""
        of_payment = (notifications.c.payment_id == payment_id) & (notifications.c.attempt == 0)
        with self._database.read() as connection:
            now = self._clock(connection) + read_offset(connection)
            fresh = of_payment & (notifications.c.next_at <= now)
            return bool(connection.scalar(sa.select(sa.exists().where(fresh))))

    def notification_is_due(self) -> bool:
        """Whether claiming one is worth a try."""
        with self._database.read() as connection:
            real_now = self._clock(connection)
            due = is_due(real_now + read_offset(connection), real_now)
            return bool(connection.scalar(sa.select(sa.exists().where(due))))


def _conditions(wanted: PaymentSearch) -> list[sa.ColumnElement[bool]]:
    equal: list[tuple[sa.Column[Any], str | int | None]] = [
        (payments.c.collector_id, wanted.collector_id),
        (payments.c.external_reference, wanted.external_reference),
        (payments.c.status, wanted.status),
        (payments.c.method, wanted.method),
        (payments.c.payer_id, wanted.payer_id),
    ]
    conditions = [column == value for column, value in equal if value is not None]
    if wanted.within is not None:
        column = COLUMNS[wanted.within.column]
        if wanted.within.begin is not None:
            conditions.append(column >= wanted.within.begin)
        if wanted.within.end is not None:
            conditions.append(column <= wanted.within.end)
    return conditions
