"""The events of a charge, made from what it knows of an attempt."""

from collections.abc import Iterator, Sequence

from payment_service.domain.charge_record import ChargeRecord, ChargeState
from payment_service.domain.events import (
    ChargeEvent,
    PaymentApproved,
    PaymentChargedBack,
    PaymentClosed,
    PaymentCreated,
    PaymentRefunded,
    PaymentRefundFailed,
    PaymentRejected,
)
from payment_service.domain.payment import Payment
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.refund import Refund, RefundStatus


def created(payment: Payment) -> PaymentCreated:
    """It can be paid by its code, or is a card that the bank still looks at."""
    return PaymentCreated(
        payment_id=payment.id,
        attempt=payment.number,
        status=payment.status,
        method=payment.method,
        amount=payment.amount,
        qr_code=payment.qr_code,
        ticket_url=payment.ticket_url,
        expires_at=payment.expires_at,
    )


def approved(payment: Payment) -> PaymentApproved:
    """It is the kept one."""
    return PaymentApproved(
        payment_id=payment.id,
        attempt=payment.number,
        status=payment.status,
        method=payment.method,
        amount=payment.amount,
    )


def rejected(payment: Payment, attempts_left: int) -> PaymentRejected:
    """It ended without money."""
    return PaymentRejected(
        payment_id=payment.id,
        attempt=payment.number,
        status=payment.status,
        method=payment.method,
        amount=payment.amount,
        reason=payment.detail or payment.status.lower(),
        attempts_left=attempts_left,
    )


def closed(payments: Sequence[Payment]) -> PaymentClosed:
    """No money is kept; about the attempt that tells most of it, if there ever was one."""
    if not payments:
        return PaymentClosed(payment_id=None, attempt=None, status=None, method=None, amount=None)
    payment = max(payments, key=lambda one: (one.is_paid, one.number))
    return PaymentClosed(
        payment_id=payment.id,
        attempt=payment.number,
        status=payment.status,
        method=payment.method,
        amount=payment.amount,
    )


def charged_back(payment: Payment, *, reimbursed: bool) -> PaymentChargedBack:
    """The provider took its money, or gave it back to us."""
    return PaymentChargedBack(
        payment_id=payment.id,
        attempt=payment.number,
        status=payment.status,
        method=payment.method,
        amount=payment.amount,
        reimbursed=reimbursed,
    )


def refunded(payment: Payment, refund: Refund) -> PaymentRefunded:
    """Money of it went back."""
    return PaymentRefunded(
        payment_id=payment.id,
        attempt=payment.number,
        status=payment.status,
        method=payment.method,
        amount=payment.amount,
        refund_id=refund.id,
        refunded_total=payment.refunded,
        reason=refund.told_reason,
    )


def refund_failed(payment: Payment, refund: Refund) -> PaymentRefundFailed:
    """The provider refused to give money of it back."""
    return PaymentRefundFailed(
        payment_id=payment.id,
        attempt=payment.number,
        status=payment.status,
        method=payment.method,
        amount=payment.amount,
        refund_id=refund.id,
        refunded_total=payment.refunded,
        reason=refund.told_reason,
    )


def money_moved(before: Payment, after: Payment) -> Iterator[ChargeEvent]:
    """What is new about money that was taken back or given back."""
    taken = after.status is PaymentStatus.CHARGED_BACK
    if after.is_paid and taken is not (before.status is PaymentStatus.CHARGED_BACK):
        yield charged_back(after, reimbursed=not taken)
    known = {refund.id: refund.status for refund in before.refunds}
    for refund in after.refunds:
        if refund.status is known.get(refund.id):
            continue
        if refund.status is RefundStatus.DONE:
            yield refunded(after, refund)
        elif refund.status is RefundStatus.FAILED:
            yield refund_failed(after, refund)


def all_refunds(payments: Sequence[Payment]) -> Iterator[ChargeEvent]:
    """Every refund that is done, told again."""
    for payment in payments:
        for refund in payment.refunds:
            if refund.status is RefundStatus.DONE:
                yield refunded(payment, refund)


def known(record: ChargeRecord) -> Iterator[ChargeEvent]:
    """What the order waits to hear of its attempts, as far as there is anything to say, told again."""
    newest = record.live or record.payments[-1]
    if record.kept is not None:
        yield approved(record.kept)
    elif record.state is ChargeState.OPEN and newest.is_paid:
        yield from all_refunds([newest])
    elif record.state is ChargeState.OPEN and not newest.is_live:
        yield rejected(newest, record.attempts_left)
    elif record.state is ChargeState.OPEN and newest.is_shown:
        yield created(newest)
