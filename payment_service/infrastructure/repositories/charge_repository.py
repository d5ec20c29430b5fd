"""Charges in SQL."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from payment_service.domain.charge import Charge
from payment_service.domain.charge_record import ChargeRecord, Terms
from payment_service.domain.errors import UnknownCharge, UnknownPayment
from payment_service.domain.payment import Payment
from payment_service.domain.provider import ProviderPayment
from payment_service.domain.refund import Refund
from payment_service.infrastructure.models.charge_model import charges, payments, provider_answers, refunds
from payment_service.infrastructure.repositories.charge_rows import (
    Values,
    answer_values,
    charge_record,
    charge_values,
    payment_of,
    payment_values,
    refund_of,
    refund_values,
)
from payment_service.ports.charge_repository_port import (
    ChargeRepositoryPort,
    ContradictingAnswer,
    DueChargesPort,
)
from servicekit.database.unit_of_work import SqlUnitOfWork, StaleAggregate
from servicekit.ids import new_id


class _Charges:
    """Loading a charge with all that belongs to it, after its row was locked."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    def _load(self, row: Row[Any]) -> Charge:
        charge = Charge(record_of(self._uow.connection, row), row.version)
        self._uow.track(charge)
        return charge


class ChargeRepository(_Charges, ChargeRepositoryPort):
    """Charges by store and order."""

    def opened(self, terms: Terms, now: datetime) -> Charge:
        """Whoever comes second waits for the first, and then finds the charge."""
        values = charge_values(Charge.opened(terms, now).record) | {"version": 1}
        connection = self._uow.connection
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        connection.execute(insert(charges).values(values).on_conflict_do_nothing())
        return self.get(terms.store, terms.order_id)

    def get(self, store: str, order_id: str) -> Charge:
        """By its key."""
        row = self._lock(sa.and_(charges.c.store == store, charges.c.order_id == order_id))
        if row is None:
            raise UnknownCharge("this order is not known here, or not yet")
        return self._load(row)

    def of_payment(self, store: str, payment_id: str) -> Charge:
        """By one of its attempts."""
        of_attempt = sa.select(payments.c.order_id).where(
            payments.c.store == store, payments.c.id == payment_id
        )
        row = self._lock(charges.c.order_id.in_(of_attempt))
        if row is None:
            raise UnknownPayment("no such payment")
        return self._load(row)

    def of_answer(self, answer: ProviderPayment, store: str | None) -> Charge | None:
        """By what the provider tells."""
        known = sa.select(payments.c.order_id).where(payments.c.provider_id == answer.id)
        in_store = sa.true() if store is None else charges.c.store == store
        row = self._lock(sa.and_(charges.c.order_id.in_(known), in_store))
        if row is None:
            row = self._lock(sa.and_(charges.c.order_id == answer.reference, in_store))
        return None if row is None else self._load(row)

    def save(self, charge: Charge) -> None:
        """Only rows that changed are written."""
        try:
            self._save(charge)
        except IntegrityError as error:
            raise ContradictingAnswer(type(error.orig).__name__) from error
        charge.saved()

    def _save(self, charge: Charge) -> None:
        record, before = charge.record, charge.stored
        self._save_charge(charge)
        self._write(payments, list(_payment_rows(record)), list(_payment_rows(before)))
        self._write(refunds, list(_refund_rows(record)), list(_refund_rows(before)))
        heard = [answer_values(record.terms, one, new_id()) for one in charge.pull_heard()]
        if heard:
            self._uow.connection.execute(sa.insert(provider_answers), heard)

    def _save_charge(self, charge: Charge) -> None:
        result = self._uow.connection.execute(
            sa.update(charges)
            .where(charges.c.order_id == charge.subject, charges.c.version == charge.version)
            .values(charge_values(charge.record) | {"version": charge.version + 1})
        )
        if result.rowcount != 1:
            raise StaleAggregate

    def _write(self, table: sa.Table, rows: list[Values], before: list[Values]) -> None:
        """Changes first: an attempt must have ended before another can be live.

        Of a row no more is written than what changed: a card may have been sealed again meanwhile.
        """
        known = {row["id"]: row for row in before}
        for row in rows:
            old = known.get(row["id"], row)
            changed = {name: value for name, value in row.items() if value != old[name]}
            if changed:
                self._uow.connection.execute(sa.update(table).where(table.c.id == row["id"]).values(changed))
        fresh = [row for row in rows if row["id"] not in known]
        if fresh:
            self._uow.connection.execute(sa.insert(table), fresh)

    def _lock(self, condition: ColumnElement[bool]) -> Row[Any] | None:
        return self._uow.connection.execute(sa.select(charges).where(condition).with_for_update()).first()


class DueCharges(_Charges, DueChargesPort):
    """Charges whose time has come; those that somebody else has locked are passed over."""

    def next_due(self, now: datetime) -> Charge | None:
        """By when the provider is to be asked."""
        return self._next(charges.c.next_at, now)

    def next_silent(self, now: datetime) -> Charge | None:
        """By when the order is to be reminded."""
        return self._next(charges.c.remind_at, now)

    def _next(self, when: sa.Column[datetime | None], now: datetime) -> Charge | None:
        row = self._uow.connection.execute(
            sa.select(charges)
            .where(when <= now)
            .order_by(when, charges.c.order_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        return None if row is None else self._load(row)


def record_of(connection: Connection, row: Row[Any]) -> ChargeRecord:
    """The charge that a row holds, with all that belongs to it."""
    return charge_record(row, _payments(connection, row.order_id))


def _payments(connection: Connection, order_id: str) -> list[Payment]:
    of_order = sa.select(payments).where(payments.c.order_id == order_id).order_by(payments.c.number)
    rows = connection.execute(of_order).all()
    returned: dict[str, list[Refund]] = defaultdict(list)
    if any(row.provider_id is not None for row in rows):
        of_payments = sa.select(refunds).where(refunds.c.order_id == order_id)
        for refund in connection.execute(of_payments.order_by(refunds.c.position)):
            returned[refund.payment_id].append(refund_of(refund))
    return [payment_of(row, returned[row.id]) for row in rows]


def _payment_rows(record: ChargeRecord) -> Iterator[Values]:
    for payment in record.payments:
        yield payment_values(record.terms, payment)


def _refund_rows(record: ChargeRecord) -> Iterator[Values]:
    for payment in record.payments:
        for position, refund in enumerate(payment.refunds):
            yield refund_values(record.terms, payment.id, position, refund)
