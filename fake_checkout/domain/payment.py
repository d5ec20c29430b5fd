"""A Pix payment as the provider sees it.

States and their details: https://www.mercadopago.com.br/developers, "payment status".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from fake_checkout.domain.errors import (
    ActionNotValid,
    ExpirationNotValid,
    RefundNotValid,
    RefundTooLarge,
    RefundTooLate,
    UnknownStatusDetail,
)
from fake_checkout.domain.refund import Refund

MAX_AMOUNT = 999_999_900
"""Centavos: 9,999,999 reais, the most that the provider takes by Pix."""
DEFAULT_LIFE = timedelta(hours=24)
SHORTEST_LIFE = timedelta(minutes=30)
LONGEST_LIFE = timedelta(days=30)
TRANSIT = timedelta(minutes=1)
"""What a request may lose on its way: who asks for the shortest life asks before we read it."""
REFUND_WINDOW = timedelta(days=180)

Particulars = Mapping[str, Any]
Action = Literal["payment.created", "payment.updated"]


class Status(StrEnum):
    """Where a payment stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"


REJECTIONS = frozenset(
    {
        "bank_error",
        "bank_rejected",
        "cc_rejected_high_risk",
        "cc_rejected_insufficient_amount",
        "cc_rejected_other_reason",
        "insufficient_amount",
        "rejected_by_bank",
        "rejected_by_regulations",
        "rejected_high_risk",
        "rejected_insufficient_data",
        "rejected_other_reason",
    }
)
CHARGEBACKS = frozenset({"in_process", "settled", "reimbursed"})
UNPAID = frozenset({Status.PENDING, Status.REJECTED, Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed when the payment was created; it never changes. `amount` in centavos.

    `particulars` are the members that the provider keeps and tells again without giving them a meaning.
    """

    id: int
    collector_id: int
    amount: int
    created_at: datetime
    expires_at: datetime
    payer: Particulars
    description: str | None = None
    external_reference: str | None = None
    notification_url: str | None = None
    metadata: Particulars = field(default_factory=dict)
    particulars: Particulars = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the payment stands. `transfer_id` is the bank's end-to-end id, once money has come."""

    status: Status
    status_detail: str
    updated_at: datetime
    approved_at: datetime | None = None
    transfer_id: str | None = None


def expiry(now: datetime, asked: datetime | None) -> datetime:
    """Until when a code created now can be paid.

    Raises ExpirationNotValid where less than 30 minutes or more than 30 days were asked.
    """
    if asked is None:
        return now + DEFAULT_LIFE
    if not SHORTEST_LIFE - TRANSIT <= asked - now <= LONGEST_LIFE + TRANSIT:
        message = "date_of_expiration must lie between 30 minutes and 30 days from now"
        raise ExpirationNotValid(message)
    return asked


class Payment:
    """A payment and its refunds. What was refunded never exceeds what was paid.

    Every change is recorded, for the merchant to be notified of.
    """

    def __init__(
        self, terms: Terms, standing: Standing, refunds: Sequence[Refund] = (), *, version: int = 1
    ) -> None:
        """A payment as it was kept; a new one is made by `create`."""
        self._terms = terms
        self._standing = standing
        self._refunds = tuple(refunds)
        self._version = version
        self._changes: list[Action] = []

    @classmethod
    def create(cls, terms: Terms) -> "Payment":
        """A payment that waits for its payer."""
        payment = cls(terms, Standing(Status.PENDING, "pending_waiting_transfer", terms.created_at))
        payment._changes.append("payment.created")
        return payment

    @property
    def id(self) -> int:
        """The number by which everybody knows it."""
        return self._terms.id

    @property
    def terms(self) -> Terms:
        """What never changes."""
        return self._terms

    @property
    def standing(self) -> Standing:
        """Status, detail and since when."""
        return self._standing

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self._standing.status

    @property
    def refunds(self) -> tuple[Refund, ...]:
        """Oldest first."""
        return self._refunds

    @property
    def version(self) -> int:
        """How often it has been kept; whoever keeps it compares."""
        return self._version

    @property
    def refunded(self) -> int:
        """Centavos given back so far."""
        return sum(refund.amount for refund in self._refunds)

    @property
    def is_payable(self) -> bool:
        """Whether its payer may still decide."""
        return self.status is Status.PENDING

    def approve(self, now: datetime, *, force: bool = False) -> None:
        """The payer pays. `force`: the bank is late and pays what had already ended without money.

        Raises ActionNotValid when the payment has ended or its time is over.
        """
        payable = self.status is Status.PENDING and now < self._terms.expires_at
        if not (payable or (force and self.status in UNPAID)):
            raise ActionNotValid(self._cannot("be paid"))
        transfer_id = f"PIXE18236120{now:%Y%m%d%H%M}s{self.id:011x}"
        self._stand(Status.APPROVED, "accredited", now, approved_at=now, transfer_id=transfer_id)

    def reject(self, status_detail: str, now: datetime) -> None:
        """The bank refuses. Raises UnknownStatusDetail, or ActionNotValid once it has ended."""
        if status_detail not in REJECTIONS:
            message = f"status_detail must be one of {', '.join(sorted(REJECTIONS))}"
            raise UnknownStatusDetail(message)
        self._require_pending("be rejected")
        self._stand(Status.REJECTED, status_detail, now)

    def cancel(self, now: datetime) -> None:
        """The merchant gives up waiting. Raises ActionNotValid once it has ended."""
        self._require_pending("be cancelled")
        self._stand(Status.CANCELLED, "by_collector", now)

    def expire(self, now: datetime) -> None:
        """Nobody paid in time. Raises ActionNotValid once it has ended."""
        self._require_pending("expire")
        self._stand(Status.CANCELLED, "expired", now)

    def charge_back(self, status_detail: str, now: datetime) -> None:
        """The payer's bank takes the money back (`in_process`, `settled`), or returns it (`reimbursed`).

        Raises UnknownStatusDetail, or ActionNotValid without money or after the case was decided.
        """
        if status_detail not in CHARGEBACKS:
            message = f"status_detail must be one of {', '.join(sorted(CHARGEBACKS))}"
            raise UnknownStatusDetail(message)
        opens = self.status is Status.APPROVED and status_detail != "reimbursed"
        decides = (self.status, self._standing.status_detail) == (Status.CHARGED_BACK, "in_process")
        if not (opens or (decides and status_detail != "in_process")):
            raise ActionNotValid(self._cannot(f"be charged back ({status_detail})"))
        self._stand(Status.CHARGED_BACK, status_detail, now)

    def refund(self, refund_id: int, amount: int | None, now: datetime) -> Refund:
        """Give back `amount` centavos, or all that is left.

        Money that a chargeback took and that was reimbursed is here again. Raises RefundNotValid without
        money here, RefundTooLate 180 days after it came, RefundTooLarge past what is left.
        """
        approved_at = self._standing.approved_at
        reimbursed = (self.status, self._standing.status_detail) == (Status.CHARGED_BACK, "reimbursed")
        if not (self.status is Status.APPROVED or reimbursed) or approved_at is None:
            raise RefundNotValid(self._cannot("be refunded"))
        if now - approved_at > REFUND_WINDOW:
            message = f"payment {self.id} was approved more than {REFUND_WINDOW.days} days ago"
            raise RefundTooLate(message)
        left = self._terms.amount - self.refunded
        if amount is not None and amount > left:
            message = f"{amount} centavos were asked back and {left} are left"
            raise RefundTooLarge(message)
        refund = Refund(refund_id, self.id, left if amount is None else amount, now)
        self._refunds += (refund,)
        if refund.amount == left:
            self._stand(Status.REFUNDED, "refunded", now)
        else:
            self._stand(Status.APPROVED, "partially_refunded", now)
        return refund

    def pull_changes(self) -> tuple[Action, ...]:
        """What happened since the last call, for the merchant's notifications."""
        changes = tuple(self._changes)
        self._changes.clear()
        return changes

    def kept(self) -> None:
        """It has been kept once more."""
        self._version += 1

    def _require_pending(self, verb: str) -> None:
        if self.status is not Status.PENDING:
            raise ActionNotValid(self._cannot(verb))

    def _cannot(self, verb: str) -> str:
        return f"payment {self.id} is {self.status} ({self._standing.status_detail}) and cannot {verb}"

    def _stand(self, status: Status, status_detail: str, now: datetime, **more: Any) -> None:
        self._standing = replace(
            self._standing, status=status, status_detail=status_detail, updated_at=now, **more
        )
        self._changes.append("payment.updated")
