"""Payments and refunds in SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from fake_checkout.domain.card import Card
from fake_checkout.domain.errors import UnknownPayment
from fake_checkout.domain.magic import DECIDED, PAYS, PREFIX, REFUSES
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.refund import Refund
from fake_checkout.domain.standing import Standing
from fake_checkout.domain.status import Status
from fake_checkout.domain.terms import Terms
from fake_checkout.infrastructure.models import payments, refunds
from fake_checkout.infrastructure.repositories.tracking import Tracking
from fake_checkout.ports.unit_of_work_port import PaymentRepositoryPort
from servicekit.database.unit_of_work import StaleAggregate

EXPIRE = (Status.PENDING, Status.AUTHORIZED)


class PaymentRepository(PaymentRepositoryPort):
    """Payments, locked while they are worked on."""

    def __init__(self, uow: Tracking) -> None:
        self._uow = uow

    def add(self, payment: Payment) -> None:
        """Keep a new payment."""
        row = {**_terms_to_row(payment.terms), **_standing_to_row(payment.standing)}
        self._uow.connection.execute(sa.insert(payments).values(**row, version=payment.version))
        self._uow.track(payment)

    def get(self, payment_id: int) -> Payment:
        """The payment, locked until the end of this work. Raises UnknownPayment."""
        statement = sa.select(payments).where(payments.c.id == payment_id).with_for_update()
        return self._load(self._uow.connection.execute(statement).all(), payment_id)

    def save(self, payment: Payment) -> None:
        """Keep what changed, refunds too. Raises StaleAggregate where somebody else was faster."""
        seen = (payments.c.id == payment.id) & (payments.c.version == payment.version)
        row = {**_terms_to_row(payment.terms), **_standing_to_row(payment.standing)}
        changed = {**row, "version": payment.version + 1}
        connection = self._uow.connection
        if connection.execute(sa.update(payments).where(seen).values(**changed)).rowcount == 0:
            raise StaleAggregate(f"payment {payment.id}")
        kept = {refund.id: refund for refund in refunds_of(connection, [payment.id]).get(payment.id, ())}
        for refund in payment.refunds:
            if refund.id not in kept:
                connection.execute(sa.insert(refunds).values(**_refund_to_row(refund)))
            elif refund != kept[refund.id]:
                decided = sa.update(refunds).where(refunds.c.id == refund.id)
                connection.execute(decided.values(status=refund.status))
        payment.kept()
        self._uow.track(payment)

    def overdue(self, now: datetime, limit: int) -> Sequence[Payment]:
        """Pending and authorized payments whose time is over, locked.

        Those that somebody else has locked are left out.
        """
        statement = (
            sa.select(payments)
            .where(payments.c.status.in_(EXPIRE), payments.c.expires_at <= now)
            .order_by(payments.c.expires_at, payments.c.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return payments_from(self._uow.connection, self._uow.connection.execute(statement).all())

    def with_magic_payer(self, now: datetime, created_by: datetime, limit: int) -> Sequence[Payment]:
        """Payable ones created by then whose magic value tells what their payer does, locked likewise."""
        reference = payments.c.external_reference
        named = [
            wanted
            for name in (PAYS, REFUSES)
            for wanted in (reference == f"{PREFIX}{name}", reference.startswith(f"{PREFIX}{name}-"))
        ]
        # An amount says something only where no reference does.
        unnamed = reference.is_(None) | ~reference.startswith(PREFIX)
        statement = (
            sa.select(payments)
            .where(payments.c.status == Status.PENDING, payments.c.created_at <= created_by)
            .where(payments.c.expires_at > now)
            .where(sa.or_(*named, payments.c.amount.in_(DECIDED) & unnamed))
            .order_by(payments.c.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return payments_from(self._uow.connection, self._uow.connection.execute(statement).all())

    def _load(self, rows: Sequence[Row[Any]], payment_id: int) -> Payment:
        found = payments_from(self._uow.connection, rows)
        if not found:
            raise UnknownPayment(f"no payment {payment_id}")
        return found[0]


def payments_from(connection: Connection, rows: Sequence[Row[Any]]) -> list[Payment]:
    """The payments of these rows, with their refunds."""
    of_each = refunds_of(connection, [row.id for row in rows])
    return [
        Payment(_terms_from(row), _standing_from(row), of_each.get(row.id, ()), version=row.version)
        for row in rows
    ]


def refunds_of(connection: Connection, payment_ids: Iterable[int]) -> dict[int, list[Refund]]:
    """The refunds of these payments, oldest first."""
    statement = (
        sa.select(refunds)
        .where(refunds.c.payment_id.in_(list(payment_ids)))
        .order_by(refunds.c.created_at, refunds.c.id)
    )
    found: dict[int, list[Refund]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.payment_id, []).append(_refund_from(row))
    return found


def _terms_to_row(terms: Terms) -> dict[str, Any]:
    return {
        "id": terms.id,
        "collector_id": terms.collector_id,
        "amount": terms.amount,
        "description": terms.description,
        "external_reference": terms.external_reference,
        "notification_url": terms.notification_url,
        "payer": dict(terms.payer),
        "payer_id": str(terms.payer.get("id") or ""),
        "metadata": dict(terms.metadata),
        "particulars": dict(terms.particulars),
        "created_at": terms.created_at,
        "expires_at": terms.expires_at,
        "method": terms.method,
        "card": sa.null() if terms.card is None else asdict(terms.card),
        "issuer_id": terms.issuer_id,
        "installments": terms.installments,
        "captures_later": terms.captures_later,
    }


def _terms_from(row: Row[Any]) -> Terms:
    return Terms(
        id=row.id,
        collector_id=row.collector_id,
        amount=row.amount,
        description=row.description,
        external_reference=row.external_reference,
        notification_url=row.notification_url,
        payer=row.payer,
        metadata=row._mapping["metadata"],  # noqa: SLF001 - SQLAlchemy's public name for it
        particulars=row.particulars,
        created_at=row.created_at,
        expires_at=row.expires_at,
        method=row.method,
        card=None if row.card is None else Card(**row.card),
        issuer_id=row.issuer_id,
        installments=row.installments,
        captures_later=row.captures_later,
    )


def _standing_to_row(standing: Standing) -> dict[str, Any]:
    return {
        "status": standing.status.value,
        "status_detail": standing.status_detail,
        "updated_at": standing.updated_at,
        "approved_at": standing.approved_at,
        "authorized_at": standing.authorized_at,
        "transfer_id": standing.transfer_id,
    }


def _standing_from(row: Row[Any]) -> Standing:
    return Standing(
        status=Status(row.status),
        status_detail=row.status_detail,
        updated_at=row.updated_at,
        approved_at=row.approved_at,
        authorized_at=row.authorized_at,
        transfer_id=row.transfer_id,
    )


def _refund_to_row(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "payment_id": refund.payment_id,
        "amount": refund.amount,
        "created_at": refund.created_at,
        "status": refund.status,
        "source": refund.source,
    }


def _refund_from(row: Row[Any]) -> Refund:
    return Refund(
        id=row.id,
        payment_id=row.payment_id,
        amount=row.amount,
        created_at=row.created_at,
        status=cast("Any", row.status),
        source=cast("Any", row.source),
    )
