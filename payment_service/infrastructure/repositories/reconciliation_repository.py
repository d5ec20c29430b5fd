"""Comparisons with the provider's books in SQL."""

import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row
from sqlalchemy.dialects import postgresql, sqlite

from payment_service.domain.provider_account import Payee
from payment_service.domain.reconciliation import Reconciliation, Statement
from payment_service.infrastructure.models.reconciliation_model import reconciliations
from payment_service.infrastructure.repositories.charge_rows import Values, work_of, work_values
from payment_service.ports.reconciliation_ports import ReconciliationRepositoryPort

PLATFORM = ""
"""Stands for its store and its number: both are part of a key."""


class ReconciliationRepository(ReconciliationRepositoryPort):
    """A row for each day and account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, payee: Payee, limit: int) -> tuple[Reconciliation, ...]:
        """By the key."""
        known = sa.select(reconciliations).where(_of(payee))
        newest = known.order_by(reconciliations.c.day.desc()).limit(limit)
        return tuple(reconciliation_of(row) for row in self._connection.execute(newest))

    def add(self, reconciliation: Reconciliation) -> None:
        """Whoever comes second changes nothing."""
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        values = _values(reconciliation)
        self._connection.execute(insert(reconciliations).values(values).on_conflict_do_nothing())

    def get(self, payee: Payee, day: date) -> Reconciliation | None:
        """By the key."""
        wanted = sa.select(reconciliations).where(_of(payee), reconciliations.c.day == day)
        row = self._connection.execute(wanted.with_for_update()).first()
        return None if row is None else reconciliation_of(row)

    def next_due(self, now: datetime) -> Reconciliation | None:
        """The longest waiting, past those that somebody else has."""
        free = sa.or_(reconciliations.c.leased_until.is_(None), reconciliations.c.leased_until <= now)
        row = self._connection.execute(
            sa.select(reconciliations)
            .where(reconciliations.c.next_at <= now, free)
            .order_by(reconciliations.c.next_at, *reconciliations.primary_key)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        return None if row is None else reconciliation_of(row)

    def save(self, reconciliation: Reconciliation) -> None:
        """By the key."""
        this = sa.and_(_of(reconciliation.payee), reconciliations.c.day == reconciliation.day)
        self._connection.execute(sa.update(reconciliations).where(this).values(_values(reconciliation)))


def _of(payee: Payee) -> ColumnElement[bool]:
    return sa.and_(
        reconciliations.c.store == (payee.store or PLATFORM),
        reconciliations.c.collector == (payee.collector or PLATFORM),
    )


def _values(one: Reconciliation) -> Values:
    theirs = {
        store: [sums.charged, sums.refunded, sums.charged_back] for store, sums in sorted(one.theirs.items())
    }
    return {
        "day": one.day,
        "store": one.payee.store or PLATFORM,
        "collector": one.payee.collector or PLATFORM,
        "rounds": one.rounds,
        "seen": one.seen,
        "last_id": one.last_id,
        "compared": one.compared,
        "repaired": one.repaired,
        "unsettled": one.unsettled,
        "theirs": json.dumps(theirs),
        "finished_at": one.finished_at,
        **work_values(one.work),
    }


def reconciliation_of(row: Row[Any]) -> Reconciliation:
    """The comparison that a row holds."""
    return Reconciliation(
        payee=Payee(row.store or None, row.collector or None),
        day=row.day,
        rounds=row.rounds,
        seen=row.seen,
        last_id=row.last_id,
        compared=row.compared,
        repaired=row.repaired,
        unsettled=row.unsettled,
        theirs={store: Statement(*sums) for store, sums in json.loads(row.theirs).items()},
        finished_at=row.finished_at,
        work=work_of(row),
    )
