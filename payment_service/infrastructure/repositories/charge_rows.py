"""A charge as rows and back: each mapping in both directions, side by side."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from payment_service.domain.charge_record import ChargeRecord, ChargeState, HeardAnswer, Terms
from payment_service.domain.payment import Payment
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import ProviderStatus
from payment_service.domain.refund import Refund, RefundStatus
from payment_service.domain.work import Work

Values = dict[str, Any]


def charge_values(record: ChargeRecord) -> Values:
    """The row of a charge, but its version."""
    terms = record.terms
    return {
        "order_id": terms.order_id,
        "store": terms.store,
        "state": record.state,
        "reason": record.reason,
        "closing_since": record.closing_since,
        "total": terms.total,
        "currency": terms.currency,
        "method": terms.method,
        "deadline": terms.deadline,
        "attempts_allowed": terms.attempts_allowed,
        "finished": record.finished,
        "remind_at": record.remind_at,
        "reminders": record.reminders,
        "created_at": record.created_at,
        "next_at": record.next_at,
    }


def charge_record(row: Row[Any], payments: Sequence[Payment]) -> ChargeRecord:
    """The charge that a row holds."""
    terms = Terms(
        order_id=row.order_id,
        store=row.store,
        total=row.total,
        currency=row.currency,
        method=row.method,
        deadline=row.deadline,
        attempts_allowed=row.attempts_allowed,
    )
    return ChargeRecord(
        terms=terms,
        created_at=row.created_at,
        state=ChargeState(row.state),
        reason=row.reason,
        closing_since=row.closing_since,
        finished=row.finished,
        remind_at=row.remind_at,
        reminders=row.reminders,
        payments=tuple(payments),
    )


def payment_values(terms: Terms, payment: Payment) -> Values:
    """The row of an attempt."""
    return {
        "id": payment.id,
        "order_id": terms.order_id,
        "store": terms.store,
        "number": payment.number,
        "method": payment.method,
        "amount": payment.amount,
        "status": payment.status,
        "detail": payment.detail,
        "created_at": payment.created_at,
        "expires_at": payment.expires_at,
        "collector": payment.collector,
        "sealed_card": payment.sealed_card,
        "sent_at": payment.sent_at,
        "provider_id": payment.provider_id,
        "at_provider": payment.at_provider,
        "provider_updated_at": payment.provider_updated_at,
        "held": payment.held,
        "qr_code": payment.qr_code,
        "ticket_url": payment.ticket_url,
        "approved_at": payment.approved_at,
        "paid_at": payment.paid_at,
        "kept": payment.kept,
        "unwanted": payment.unwanted,
        "return_reason": payment.return_reason,
        **work_values(payment.work),
    }


def payment_of(row: Row[Any], refunds: Sequence[Refund]) -> Payment:
    """The attempt that a row holds."""
    return Payment(
        id=row.id,
        number=row.number,
        method=row.method,
        amount=row.amount,
        status=PaymentStatus(row.status),
        detail=row.detail,
        created_at=row.created_at,
        expires_at=row.expires_at,
        collector=row.collector,
        sealed_card=row.sealed_card,
        sent_at=row.sent_at,
        provider_id=row.provider_id,
        at_provider=None if row.at_provider is None else ProviderStatus(row.at_provider),
        provider_updated_at=row.provider_updated_at,
        held=row.held,
        qr_code=row.qr_code,
        ticket_url=row.ticket_url,
        approved_at=row.approved_at,
        paid_at=row.paid_at,
        kept=row.kept,
        unwanted=row.unwanted,
        return_reason=row.return_reason,
        work=work_of(row),
        refunds=tuple(refunds),
    )


def refund_values(terms: Terms, payment_id: str, position: int, refund: Refund) -> Values:
    """The row of a refund; `position` is its place among those of its payment."""
    return {
        "id": refund.id,
        "payment_id": payment_id,
        "position": position,
        "order_id": terms.order_id,
        "store": terms.store,
        "amount": refund.amount,
        "reason": refund.reason,
        "by_staff": refund.by_staff,
        "status": refund.status,
        "failure": refund.failure,
        "provider_id": refund.provider_id,
        "created_at": refund.created_at,
        "done_at": refund.done_at,
        "returned_at": refund.returned_at,
        **work_values(refund.work),
    }


def refund_of(row: Row[Any]) -> Refund:
    """The refund that a row holds."""
    return Refund(
        id=row.id,
        amount=row.amount,
        reason=row.reason,
        by_staff=row.by_staff,
        status=RefundStatus(row.status),
        failure=row.failure,
        provider_id=row.provider_id,
        created_at=row.created_at,
        done_at=row.done_at,
        returned_at=row.returned_at,
        work=work_of(row),
    )


def work_values(work: Work) -> Values:
    """The columns of what is to be asked."""
    return {
        "next_at": work.next_at,
        "tries": work.tries,
        "lease": work.lease,
        "leased_until": work.leased_until,
    }


def work_of(row: Row[Any]) -> Work:
    """What is to be asked."""
    return Work(row.next_at, row.tries, row.lease, row.leased_until)


def answer_values(terms: Terms, heard: HeardAnswer, answer_id: str) -> Values:
    """The row that proves what the provider said: never what it knows of the payer."""
    answer = heard.answer
    return {
        "id": answer_id,
        "payment_id": heard.payment_id,
        "order_id": terms.order_id,
        "store": terms.store,
        "provider_id": answer.id,
        "status": answer.status,
        "detail": answer.detail,
        "amount": answer.amount,
        "currency": answer.currency,
        "reference": answer.reference,
        "heard_at": heard.at,
    }
