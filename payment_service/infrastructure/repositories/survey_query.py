"""Counting what is under way, each time by an index that holds nothing else."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.refund import RefundStatus
from payment_service.infrastructure.models.charge_model import (
    CLOSING,
    LIVE,
    REFUND_OPEN,
    charges,
    payments,
    refunds,
)
from payment_service.ports.survey_query_port import MoneySurvey, Patience, SurveyQueryPort
from servicekit.database.database import Database

Condition = sa.ColumnElement[bool] | sa.TextClause


class SurveyQuery(SurveyQueryPort):
    """One short read. The conditions are the indexes' own words, else no index could be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def survey(self, patience: Patience) -> MoneySurvey:
        """Charges by state, attempts and refunds by status."""
        with self._database.read() as connection:
            now = self._database.clock(connection)
            count, total, oldest, late = _open_refunds(connection, now - patience.refunding)
            created = payments.c.status == PaymentStatus.CREATED
            unanswered = payments.c.created_at < now - patience.unanswered
            closing = charges.c.closing_since < now - patience.closing
            return MoneySurvey(
                refunds_open=count,
                refunds_open_total=total,
                oldest_refund=timedelta() if oldest is None else now - oldest,
                unanswered_too_long=_count(connection, payments, sa.text(LIVE), created, unanswered),
                closing_too_long=_count(connection, charges, sa.text(CLOSING), closing),
                refunding_too_long=late,
            )


def _open_refunds(connection: Connection, late: datetime) -> tuple[int, int, datetime | None, int]:
    """How many, their centavos, since when the oldest, and how many since before that time."""
    tries, ended = refunds.alias("tries"), refunds.alias("ended")
    ended_since = (
        sa.exists()
        .where(
            _for_the_same(ended),
            ended.c.status.in_(_ENDED),
            ended.c.position.between(tries.c.position, refunds.c.position),
        )
        .correlate(tries, refunds)
    )
    first_try = (
        sa.select(sa.func.min(tries.c.created_at))
        .where(
            _for_the_same(tries),
            sa.or_(tries.c.id == refunds.c.id, tries.c.status == RefundStatus.FAILED),
            ~ended_since,
        )
        .scalar_subquery()
    )
    undone = sa.select(refunds.c.amount, first_try.label("since")).where(sa.text(f"refunds.{REFUND_OPEN}"))
    found = undone.subquery()
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(found.c.amount), 0),
            sa.func.min(found.c.since),
            sa.func.coalesce(sa.func.sum(sa.case((found.c.since < late, 1), else_=0)), 0),
        )
    ).one()
    return row[0], int(row[1]), row[2], int(row[3])


_ENDED = (RefundStatus.DONE, RefundStatus.VOID)


def _for_the_same(others: sa.FromClause) -> sa.ColumnElement[bool]:
    """Refunds of the same payment, asked for by the same people for the same reason."""
    return sa.and_(*(others.c[name] == refunds.c[name] for name in ("payment_id", "reason", "by_staff")))


def _count(connection: Connection, table: sa.Table, *conditions: Condition) -> int:
    counted = sa.select(sa.func.count()).select_from(table).where(*conditions)
    return connection.execute(counted).scalar_one()
