"""How much of a payment may be given back, and by whom."""

from payment_service.domain.errors import (
    InvalidAmount,
    NotRefundable,
    RefundTooLarge,
    WholeRefundBeforeFinished,
)
from payment_service.domain.payment import Payment
from payment_service.domain.payment_status import PaymentStatus


def amount_for_staff(payment: Payment, amount: int | None, *, finished: bool) -> int:
    """The centavos that staff may return now: `amount`, or all that is left.

    Raises InvalidAmount, NotRefundable where no money is here, RefundTooLarge past what is left, and
    WholeRefundBeforeFinished where refunds would add up to the whole while the order is still worked on.
    """
    if amount is not None and amount <= 0:
        raise InvalidAmount("a refund is at least one centavo")
    if payment.status is not PaymentStatus.APPROVED:
        raise NotRefundable(f"the payment is {payment.status}")
    left = payment.refundable
    asked = left if amount is None else amount
    if not left or asked > left:
        raise RefundTooLarge("the refund is more than what is left of the payment", left)
    if not finished and payment.given_back + asked >= payment.amount:
        raise WholeRefundBeforeFinished("cancel the order to return all of its money")
    return asked
