"""A payment as the provider sees it."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from fake_checkout.domain.card import YES, Outcome
from fake_checkout.domain.errors import (
    ActionNotValid,
    CaptureTooLarge,
    NotEnoughBalance,
    PartialRefundNotSupported,
    RefundNotValid,
    RefundTooLarge,
    RefundTooLate,
    TooManyRefunds,
    UnknownRefund,
)
from fake_checkout.domain.refund import HOLDS_MONEY, Refund, RefundStatus, RefundWay
from fake_checkout.domain.standing import Standing
from fake_checkout.domain.status import (
    BY_PROGRAMME,
    CANCELLABLE,
    MOVES,
    UNDECIDED,
    UNPAID,
    USUAL,
    Status,
    require_detail,
)
from fake_checkout.domain.terms import AUTHORIZATION_LIFE, Amendment, Terms, expiry

REFUND_WINDOW = timedelta(days=180)
MOST_REFUNDS = 20
PLAIN = RefundWay()

Action = Literal["payment.created", "payment.updated"]


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
    def create(cls, terms: Terms, outcome: Outcome | None = None) -> "Payment":
        """A payment that waits for its payer, or one by card, of which the bank has said its `outcome`."""
        now = terms.created_at
        payment = cls(terms, Standing(Status.PENDING, "pending_waiting_transfer", now))
        if outcome == YES:
            payment._accept(now)
        elif outcome is not None:
            payment._stand(outcome.status, outcome.status_detail, now)
        payment._changes = ["payment.created"]
        return payment

    @property
    def id(self) -> int:
        """The number by which everybody knows it."""
        return self._terms.id

    @property
    def terms(self) -> Terms:
        """What the merchant asked for."""
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
        return sum(refund.amount for refund in self._refunds if refund.status == "approved")

    @property
    def is_payable(self) -> bool:
        """Whether its payer may still decide."""
        return self.status is Status.PENDING

    def approve(self, now: datetime, *, force: bool = False) -> None:
        """The payer pays, or a bank says yes after all; what is captured later is authorized first.

        `force`: the bank is late and pays what had already ended without money. Raises ActionNotValid when
        the payment has ended or its time is over.
        """
        in_time = self.status is Status.PENDING and now < self._terms.expires_at
        if not (in_time or self.status is Status.IN_PROCESS or (force and self.status in UNPAID)):
            raise ActionNotValid(self._cannot("be paid"))
        self._accept(now)

    def reject(self, status_detail: str, now: datetime) -> None:
        """The bank refuses. Raises UnknownStatusDetail, or ActionNotValid once it has ended."""
        require_detail(Status.REJECTED, status_detail)
        self._require("be rejected", when=self.status in UNDECIDED)
        self._stand(Status.REJECTED, status_detail, now)

    def cancel(self, now: datetime) -> None:
        """The merchant gives up waiting. Raises ActionNotValid once it has ended."""
        self._require("be cancelled", when=self.status in CANCELLABLE)
        self._stand(Status.CANCELLED, "by_collector", now)

    def expire(self, now: datetime) -> None:
        """Nobody paid or captured it in time. Raises ActionNotValid once it has ended."""
        self._require("expire", when=self.status in CANCELLABLE)
        self._stand(Status.CANCELLED, "expired", now)

    def capture(self, amount: int | None, now: datetime) -> None:
        """Take what was authorized, or `amount` centavos of it.

        Raises ActionNotValid unless it is authorized, CaptureTooLarge past what is.
        """
        in_time = self.status is Status.AUTHORIZED and now < self._terms.expires_at
        self._require("be captured", when=in_time)
        if amount is not None and amount > self._terms.amount:
            message = f"{amount} centavos were to be captured and {self._terms.amount} are authorized"
            raise CaptureTooLarge(message)
        self._terms = replace(self._terms, amount=amount or self._terms.amount)
        self._stand(Status.APPROVED, "accredited", now, approved_at=now)

    def amend(self, amendment: Amendment, now: datetime) -> None:
        """The merchant changes what it said.

        Raises ExpirationNotValid, or ActionNotValid for the expiry of what does not wait for its payer.
        """
        changes = {one.name: getattr(amendment, one.name) for one in fields(Amendment)}
        changed = {name: value for name, value in changes.items() if value is not None}
        if amendment.expires_at is not None:
            self._require("be given another expiry", when=self.is_payable)
            expiry(now, amendment.expires_at)
        self._terms = replace(self._terms, **changed)
        self._stand(self.status, self._standing.status_detail, now)

    def charge_back(self, status_detail: str, now: datetime, *, approves: bool = False) -> None:
        """The payer's bank takes the money back (`in_process`, `settled`), or returns it (`reimbursed`).

        `approves`: what is returned is approved again.

        Raises UnknownStatusDetail, or ActionNotValid without money or after the case was decided.
        """
        require_detail(Status.CHARGED_BACK, status_detail)
        opens = self.status is Status.APPROVED and status_detail != "reimbursed"
        decides = (self.status, self._standing.status_detail) == (Status.CHARGED_BACK, "in_process")
        is_next = opens or (decides and status_detail != "in_process")
        self._require(f"be charged back ({status_detail})", when=is_next)
        if status_detail == "reimbursed" and approves:
            self._stand(Status.APPROVED, self._paid_detail(), now)
        else:
            self._stand(Status.CHARGED_BACK, status_detail, now)

    def become(self, status: Status, status_detail: str | None, now: datetime, *, refund_id: int) -> None:
        """What the provider, the payer or a bank may decide at all; without a detail, the usual one.

        A refund by the provider has `refund_id`. Raises UnknownStatusDetail, or ActionNotValid where this
        does not follow from how it stands.
        """
        usual = self._paid_detail() if status is Status.APPROVED else USUAL[status]
        status_detail = status_detail or usual
        require_detail(status, status_detail)
        verb = f"become {status} ({status_detail})"
        changes = (status, status_detail) != (self.status, self._standing.status_detail)
        self._require(verb, when=status in MOVES[self.status] and changes)
        if status is Status.CHARGED_BACK:
            self.charge_back(status_detail, now)
        elif status is Status.REFUNDED:
            left = self._terms.amount - self.refunded
            self._refunds += (Refund(refund_id, self.id, left, now, source="admin"),)
            self._stand(status, status_detail, now)
        elif status in {Status.APPROVED, Status.AUTHORIZED}:
            self._say_yes(status, status_detail, now)
        else:
            self._stand(status, status_detail, now)

    def refund(self, refund_id: int, amount: int | None, now: datetime, *, way: RefundWay = PLAIN) -> Refund:
        """Give back `amount` centavos, or all that is left.

        Money that a chargeback took and that was reimbursed is here again. Raises RefundNotValid without
        money here, RefundTooLate 180 days after it came, RefundTooLarge past what is left, TooManyRefunds,
        PartialRefundNotSupported, NotEnoughBalance.
        """
        self._require_refundable(now)
        held = sum(refund.amount for refund in self._refunds if refund.status in HOLDS_MONEY)
        left = self._terms.amount - held
        wanted = left if amount is None else amount
        if wanted > left or not wanted:
            message = f"{amount} centavos were asked back and {left} are left"
            raise RefundTooLarge(message)
        if wanted < self._terms.amount and not way.in_parts:
            message = f"payment {self.id} is given back as a whole"
            raise PartialRefundNotSupported(message)
        if not way.has_balance:
            message = f"{wanted} centavos are not in the account of {self._terms.collector_id}"
            raise NotEnoughBalance(message)
        refund = Refund(refund_id, self.id, wanted, now, way.status)
        self._refunds += (refund,)
        self._count_refunds(now)
        return refund

    def decide_refund(self, refund_id: int, status: RefundStatus, now: datetime) -> Refund:
        """What came of a refund that was under way.

        Raises UnknownRefund, or ActionNotValid where it was decided before, or the money is gone.
        """
        refund = next((one for one in self._refunds if one.id == refund_id), None)
        if refund is None:
            message = f"payment {self.id} has no refund {refund_id}"
            raise UnknownRefund(message)
        if status == "approved":
            self._require("be refunded", when=self._has_money())
        decided = refund.decided(status)
        self._refunds = tuple(decided if one.id == refund_id else one for one in self._refunds)
        self._count_refunds(now)
        return decided

    def pull_changes(self) -> tuple[Action, ...]:
        """What happened since the last call, for the merchant's notifications."""
        changes = tuple(self._changes)
        self._changes.clear()
        return changes

    def kept(self) -> None:
        """It has been kept once more."""
        self._version += 1

    def _accept(self, now: datetime) -> None:
        if self._terms.captures_later:
            self._terms = replace(self._terms, expires_at=now + AUTHORIZATION_LIFE)
            self._stand(Status.AUTHORIZED, "pending_capture", now, authorized_at=now)
        elif self._terms.card is not None:
            self._stand(Status.APPROVED, "accredited", now, approved_at=now, authorized_at=now)
        else:
            transfer_id = f"PIXE18236120{now:%Y%m%d%H%M}s{self.id:011x}"
            self._stand(Status.APPROVED, "accredited", now, approved_at=now, transfer_id=transfer_id)

    def _say_yes(self, status: Status, status_detail: str, now: datetime) -> None:
        verb = f"become {status} ({status_detail})"
        if self.status not in CANCELLABLE:
            self._require(verb, when=status_detail in {self._paid_detail(), *BY_PROGRAMME})
            self._stand(status, status_detail, now)
            return
        sets_aside = self._terms.captures_later and self.status is not Status.AUTHORIZED
        reached = Status.AUTHORIZED if sets_aside else Status.APPROVED
        self._require(verb, when=(status, status_detail) == (reached, USUAL[reached]))
        if self.status is Status.AUTHORIZED:
            self.capture(None, now)
        else:
            self.approve(now)

    def _paid_detail(self) -> str:
        return "partially_refunded" if self.refunded else "accredited"

    def _has_money(self) -> bool:
        reimbursed = (self.status, self._standing.status_detail) == (Status.CHARGED_BACK, "reimbursed")
        return self.status is Status.APPROVED or reimbursed

    def _require_refundable(self, now: datetime) -> None:
        approved_at = self._standing.approved_at
        if not self._has_money() or approved_at is None:
            raise RefundNotValid(self._cannot("be refunded"))
        if now - approved_at > REFUND_WINDOW:
            message = f"payment {self.id} was approved more than {REFUND_WINDOW.days} days ago"
            raise RefundTooLate(message)
        if len(self._refunds) >= MOST_REFUNDS:
            message = f"payment {self.id} has {MOST_REFUNDS} refunds"
            raise TooManyRefunds(message)

    def _count_refunds(self, now: datetime) -> None:
        if self.refunded == self._terms.amount:
            self._stand(Status.REFUNDED, "refunded", now)
        elif self.refunded and self._has_money():
            self._stand(Status.APPROVED, "partially_refunded", now)
        else:
            self._stand(self.status, self._standing.status_detail, now)

    def _require(self, verb: str, *, when: bool) -> None:
        if not when:
            raise ActionNotValid(self._cannot(verb))

    def _cannot(self, verb: str) -> str:
        return f"payment {self.id} is {self.status} ({self._standing.status_detail}) and cannot {verb}"

    def _stand(self, status: Status, status_detail: str, now: datetime, **more: Any) -> None:
        self._standing = replace(
            self._standing, status=status, status_detail=status_detail, updated_at=now, **more
        )
        self._changes.append("payment.updated")
