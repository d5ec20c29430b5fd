"""Our books, to be compared with the provider's, straight from SQL."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row

from payment_service.domain.provider import WITH_MONEY, ProviderStatus
from payment_service.domain.provider_account import Payee
from payment_service.domain.reconciliation import (
    BookEntry,
    Reconciliation,
    Statement,
    day_of,
)
from payment_service.domain.refund import RefundStatus
from payment_service.infrastructure.models.account_model import provider_accounts
from payment_service.infrastructure.models.charge_model import charges, payments, refunds
from payment_service.infrastructure.models.reconciliation_model import reconciliations
from payment_service.infrastructure.repositories.reconciliation_repository import reconciliation_of
from payment_service.ports.reconciliation_ports import OurBooksPort, Stretch
from servicekit.database.database import Database

HERE = sa.func.coalesce(payments.c.held, payments.c.amount)
NUMBER_ORDER = (sa.func.length(payments.c.provider_id), payments.c.provider_id)
"""Numbers that are texts, in the order of numbers."""
_number = sa.tuple_(*NUMBER_ORDER)
DONE = refunds.c.status == RefundStatus.DONE
RETURNED = (
    sa.select(sa.func.coalesce(sa.func.sum(refunds.c.amount), 0))
    .where(refunds.c.payment_id == payments.c.id, DONE)
    .correlate(payments)
    .scalar_subquery()
)
"""What had gone back of a payment, which no bank takes once more."""


class BooksQuery(OurBooksPort):
    """Reads, each from one snapshot. `platform`: the number of the platform's account, where it is known."""

    def __init__(self, database: Database, platform: str | None) -> None:
        self._database = database
        self._platform = platform

    def payees(self) -> tuple[Payee, ...]:
        """The platform's first."""
        own = sa.select(provider_accounts.c.store, provider_accounts.c.collector)
        others = own.where(provider_accounts.c.collector != (self._platform or ""))
        with self._database.read() as connection:
            rows = connection.execute(others.order_by(*own.selected_columns)).all()
        return (Payee(), *(Payee(row.store, row.collector) for row in rows))

    def entries(
        self, payee: Payee, stretch: Stretch, since: datetime, ids: Collection[str], limit: int
    ) -> tuple[BookEntry, ...]:
        """In the order of their numbers."""
        # Each by an index of its own: of a long history hardly anything changed since then.
        told = payments.c.provider_updated_at
        undated = sa.and_(told.is_(None), payments.c.created_at >= since)
        wanted = sa.and_(sa.or_(payments.c.provider_id.in_(ids), told >= since, undated), *_within(stretch))
        return self._entries(payee, wanted, limit)

    def entry(self, payee: Payee, provider_id: str) -> BookEntry | None:
        """By its number."""
        return next(iter(self._entries(payee, payments.c.provider_id == provider_id, 1)), None)

    def _entries(self, payee: Payee, wanted: ColumnElement[bool], limit: int) -> tuple[BookEntry, ...]:
        found = sa.select(payments).where(payments.c.provider_id.is_not(None), self._paid(payee), wanted)
        with self._database.read() as connection:
            rows = connection.execute(found.order_by(*NUMBER_ORDER).limit(limit)).all()
            returned = _returned(connection, [row.id for row in rows])
        return tuple(_entry(row, returned[row.id]) for row in rows)

    def known_orders(self, payee: Payee, order_ids: Collection[str]) -> frozenset[str]:
        """By their charges."""
        known = sa.select(charges.c.order_id).where(charges.c.order_id.in_(order_ids))
        if payee.store is not None:
            known = known.where(charges.c.store == payee.store)
        with self._database.read() as connection:
            return frozenset(connection.execute(known).scalars())

    def statement(self, payee: Payee, day: date) -> Mapping[str, Statement]:
        """Three sums for each store."""
        begin, end = day_of(day)

        def sums(connection: Connection, amount: Any, on: sa.Column[Any], *where: Any) -> dict[str, int]:
            query = sa.select(payments.c.store, sa.func.sum(amount)).where(
                on >= begin, on < end, self._paid(payee), *where
            )
            return {
                store: int(total) for store, total in connection.execute(query.group_by(payments.c.store))
            }

        came = payments.c.at_provider.in_(WITH_MONEY)
        taken = payments.c.at_provider == ProviderStatus.CHARGED_BACK
        of_payment = refunds.c.payment_id == payments.c.id
        with self._database.read() as connection:
            charged = sums(connection, HERE, payments.c.paid_at, came)
            refunded = sums(connection, refunds.c.amount, refunds.c.returned_at, DONE, of_payment)
            charged_back = sums(connection, HERE - RETURNED, payments.c.provider_updated_at, taken)
        return {
            store: Statement(charged.get(store, 0), refunded.get(store, 0), charged_back.get(store, 0))
            for store in sorted(charged.keys() | refunded.keys() | charged_back.keys())
        }

    def reconciliations(self, days: int) -> tuple[Reconciliation, ...]:
        """By the key."""
        newest = sa.select(reconciliations.c.day).distinct().order_by(reconciliations.c.day.desc())
        wanted = reconciliations.c.day.in_(newest.limit(days))
        order = (reconciliations.c.day.desc(), reconciliations.c.store, reconciliations.c.collector)
        with self._database.read() as connection:
            rows = connection.execute(sa.select(reconciliations).where(wanted).order_by(*order)).all()
        return tuple(reconciliation_of(row) for row in rows)

    def _paid(self, payee: Payee) -> ColumnElement[bool]:
        if payee.store is None:
            return sa.or_(payments.c.collector.is_(None), payments.c.collector == self._platform)
        return sa.and_(payments.c.store == payee.store, payments.c.collector == payee.collector)


def _within(stretch: Stretch) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if stretch.after is not None:
        bounds.append(_number > sa.tuple_(len(stretch.after), stretch.after))
    if stretch.upto is not None:
        bounds.append(_number <= sa.tuple_(len(stretch.upto), stretch.upto))
    return bounds


def _returned(connection: Connection, payment_ids: Sequence[str]) -> Mapping[str, dict[str, int]]:
    done = sa.select(refunds.c.payment_id, refunds.c.provider_id, refunds.c.amount)
    returned: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(done.where(refunds.c.payment_id.in_(payment_ids), DONE)):
        returned[row.payment_id][row.provider_id] = row.amount
    return returned


def _entry(row: Row[Any], returned: Mapping[str, int]) -> BookEntry:
    return BookEntry(
        store=row.store,
        order_id=row.order_id,
        payment_id=row.id,
        provider_id=row.provider_id,
        status=None if row.at_provider is None else ProviderStatus(row.at_provider),
        amount=row.amount if row.held is None else row.held,
        paid_at=row.paid_at,
        updated_at=row.provider_updated_at,
        refunds=returned,
    )
