"""What the restaurant was told of an order's payments. It shows them; it decides nothing about money.

Events come in any order and more than once. Each is merged by a rule that does not care: the status by rank,
then by the speaker's sequence; what was refunded as the largest told. So any order of arrival ends the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class PaymentMethod(StrEnum):
    """How the customer pays."""

    PIX = "pix"
    CARD = "card"


class PaymentStatus(StrEnum):
    """Where an attempt stands."""

    CREATED = "CREATED"
    PENDING = "PENDING"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    APPROVED = "APPROVED"
    CHARGED_BACK = "CHARGED_BACK"


_RANK = {
    PaymentStatus.CREATED: 0,
    PaymentStatus.PENDING: 1,
    PaymentStatus.REJECTED: 2,
    PaymentStatus.CANCELLED: 2,
    PaymentStatus.EXPIRED: 2,
    PaymentStatus.APPROVED: 3,
    PaymentStatus.CHARGED_BACK: 3,
}


@dataclass(frozen=True, slots=True)
class AttemptTold:
    """What every event about an attempt says. `amount` in centavos; `sequence` is the speaker's version."""

    payment_id: str
    attempt: int
    status: PaymentStatus
    method: PaymentMethod
    amount: int
    sequence: int


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """What a customer pays with: the text of the QR code, a page, and until when."""

    qr_code: str | None
    ticket_url: str | None
    expires_at: datetime | None


NO_CODE = PaymentCode(None, None, None)


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt, as far as it was told. `kept` once it is the one that pays; `refunded` in centavos."""

    id: str
    attempt: int
    status: PaymentStatus
    method: PaymentMethod
    amount: int
    sequence: int
    kept: bool = False
    refunded: int = 0
    code: PaymentCode = NO_CODE
    code_sequence: int = 0

    @classmethod
    def first_told(cls, told: AttemptTold) -> "Payment":
        """An attempt that nothing was known of."""
        return cls(told.payment_id, told.attempt, told.status, told.method, told.amount, told.sequence)

    def told(self, told: AttemptTold) -> "Payment":
        """With the status told, unless a later or higher one is known."""
        known, new = (
            (_RANK[status], sequence, status)
            for status, sequence in ((self.status, self.sequence), (told.status, told.sequence))
        )
        return replace(self, status=told.status, sequence=told.sequence) if new > known else self

    def with_code(self, code: PaymentCode, sequence: int) -> "Payment":
        """With the code told, unless a later one is known."""
        return replace(self, code=code, code_sequence=sequence) if sequence > self.code_sequence else self

    @property
    def owes_refund(self) -> bool:
        """Whether money was kept and not all of it went back. What was charged back is not ours to return."""
        return self.kept and self.status is PaymentStatus.APPROVED and self.refunded < self.amount


class Payments:
    """Every attempt told of one order."""

    def __init__(self, payments: Iterable[Payment] = ()) -> None:
        self._by_id = {payment.id: payment for payment in payments}
        self._changed: dict[str, Payment] = {}

    def all(self) -> tuple[Payment, ...]:
        """By number of the attempt."""
        return tuple(sorted(self._by_id.values(), key=lambda payment: (payment.attempt, payment.id)))

    def shown(self) -> Payment | None:
        """The attempt that pays, else the newest; None where none was told."""
        payments = self.all()
        kept = [payment for payment in payments if payment.kept]
        return next(iter(kept or reversed(payments)), None)

    def owe_refund(self) -> bool:
        """Whether money that was kept is still here."""
        return any(payment.owes_refund for payment in self._by_id.values())

    def note(
        self,
        told: AttemptTold,
        *,
        code: PaymentCode | None = None,
        kept: bool = False,
        refunded: int = 0,
    ) -> bool:
        """Merge what was told. Whether anything is known now that was not."""
        known = self._by_id.get(told.payment_id)
        base = (known or Payment.first_told(told)).told(told)
        if code is not None:
            base = base.with_code(code, told.sequence)
        merged = replace(base, kept=base.kept or kept, refunded=max(base.refunded, refunded))
        if merged == known:
            return False
        self._by_id[merged.id] = self._changed[merged.id] = merged
        return True

    def pull_changes(self) -> tuple[Payment, ...]:
        """The attempts about which something is new since the last call."""
        changed, self._changed = tuple(self._changed.values()), {}
        return changed
