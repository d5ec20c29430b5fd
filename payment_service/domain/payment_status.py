"""Where an attempt stands, and why its money may have to go back."""

from enum import StrEnum

from payment_service.domain.provider import RANKS

AMOUNT_MISMATCH = "amount_mismatch"
PAID_AFTER_CLOSE = "paid_after_close"
DUPLICATE_PAYMENT = "duplicate_payment"
ORDER_CANCELLED = "order_cancelled"


class PaymentStatus(StrEnum):
    """CREATED -> PENDING -> REJECTED | CANCELLED | EXPIRED | APPROVED <-> CHARGED_BACK.

    Any of them becomes APPROVED when the provider says so after all.
    """

    CREATED = "CREATED"
    PENDING = "PENDING"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    APPROVED = "APPROVED"
    CHARGED_BACK = "CHARGED_BACK"


LIVE = (PaymentStatus.CREATED, PaymentStatus.PENDING)
PAID = (PaymentStatus.APPROVED, PaymentStatus.CHARGED_BACK)
RANK_OF = {PaymentStatus.CREATED: 0} | {PaymentStatus(status): rank for status, rank in RANKS.items()}
