"""What this service tells the others. The fields of an event are the `data` that is published.

Money in centavos. `amount` is always that of the payment; `refunded_total` is what of it has gone back so
far.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """What every event about an attempt says."""

    type: ClassVar[str]

    payment_id: str
    attempt: int
    status: str
    method: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCreated(PaymentEvent):
    """An attempt stands at the provider: to be paid by this code until `expires_at`, or by a card."""

    type: ClassVar[str] = "payment.created.v1"

    qr_code: str | None
    ticket_url: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentApproved(PaymentEvent):
    """The money came, and this payment is the one that is kept."""

    type: ClassVar[str] = "payment.approved.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRejected(PaymentEvent):
    """An attempt ended without money, unasked; how many more the charge allows."""

    type: ClassVar[str] = "payment.rejected.v1"

    reason: str
    attempts_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentClosed:
    """The charge is closed: no money is kept, and none will be. All null when no attempt was ever made."""

    type: ClassVar[str] = "payment.closed.v1"

    payment_id: str | None
    attempt: int | None
    status: str | None
    method: str | None
    amount: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefunded(PaymentEvent):
    """The provider has returned money to the payer."""

    type: ClassVar[str] = "payment.refunded.v1"

    refund_id: str
    refunded_total: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefundFailed(PaymentEvent):
    """The provider refused to return money; it will be asked again."""

    type: ClassVar[str] = "payment.refund_failed.v1"

    refund_id: str
    refunded_total: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentChargedBack(PaymentEvent):
    """The provider took the money back, or (`reimbursed`) gave it to us again."""

    type: ClassVar[str] = "payment.charged_back.v1"

    reimbursed: bool


ChargeEvent = PaymentEvent | PaymentClosed
