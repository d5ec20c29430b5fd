"""What is kept of a charge: plain values, which a repository can store and load without a rule being run."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from payment_service.domain.errors import (
    AlreadyPaid,
    ChargeEnded,
    DomainError,
    NoAttemptsLeft,
    PaymentStillLive,
    UnknownPayment,
)
from payment_service.domain.payment import CARD, PIX, Payment
from payment_service.domain.provider import WITH_MONEY, ProviderPayment, ProviderStatus

CURRENCY = "BRL"


class ChargeState(StrEnum):
    """OPEN -> SETTLED | CLOSING, SETTLED -> CLOSING, CLOSING -> SETTLED | CLOSED."""

    OPEN = "OPEN"
    SETTLED = "SETTLED"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is to be paid for an order, as the order says; `total` in centavos."""

    order_id: str
    store: str
    total: int
    method: str
    deadline: datetime
    attempts_allowed: int
    currency: str = CURRENCY

    def fits(self, answer: ProviderPayment) -> bool:
        """Whether what the provider holds is what was asked for: amount, currency and reference."""
        return (answer.amount, answer.currency, answer.reference) == (
            self.total,
            self.currency,
            self.order_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """By what an attempt is paid, the card or else Pix, and into which account (None: it is not known)."""

    collector: str | None = None
    sealed_card: str | None = field(default=None, repr=False)

    @property
    def method(self) -> str:
        """As orders call it."""
        return PIX if self.sealed_card is None else CARD


PIX_ANYWHERE = Means()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRecord:
    """A charge and its attempts, oldest first.

    `reason` is why it is CLOSING or CLOSED, `closing_since` when it last became CLOSING. `finished`: the
    order was handed over, so staff may return all of its money. `remind_at`: the order was told that it is
    paid, or that no attempt is left, and has not said yet what follows; it is told again then. `reminders`
    counts how often that was done.
    """

    terms: Terms
    created_at: datetime
    state: ChargeState = ChargeState.OPEN
    reason: str | None = None
    closing_since: datetime | None = None
    finished: bool = False
    remind_at: datetime | None = None
    reminders: int = 0
    payments: tuple[Payment, ...] = ()

    @property
    def kept(self) -> Payment | None:
        """The attempt whose money is the order's."""
        return next((payment for payment in self.payments if payment.kept), None)

    @property
    def live(self) -> Payment | None:
        """The attempt by which money may still come as intended."""
        return next((payment for payment in self.payments if payment.is_live), None)

    @property
    def attempts_left(self) -> int:
        """How many more attempts may be made."""
        return max(self.terms.attempts_allowed - len(self.payments), 0)

    @property
    def chances_left(self) -> int:
        """How many attempts may still be paid: those that may be made, and in any case the live one."""
        return self.attempts_left if self.live is None else max(self.attempts_left, 1)

    @property
    def next_at(self) -> datetime | None:
        """When the provider must next be asked about anything of this charge."""
        works = [payment.work for payment in self.payments]
        works += [refund.work for payment in self.payments for refund in payment.refunds]
        return min((work.due_at for work in works if work.due_at is not None), default=None)

    def refusal(self, now: datetime) -> DomainError | None:
        """Why no other attempt may begin; None where one may."""
        if self.kept is not None:
            return AlreadyPaid("an approved payment is kept for this order")
        if self.state is not ChargeState.OPEN or now >= self.terms.deadline:
            return ChargeEnded("nothing more is charged for this order")
        if self.live is not None:
            return PaymentStillLive("another attempt can still be paid")
        if not self.attempts_left:
            return NoAttemptsLeft("every attempt that the order allows was made")
        return None

    def payment(self, payment_id: str) -> Payment:
        """One of its attempts. Raises UnknownPayment."""
        found = next((payment for payment in self.payments if payment.id == payment_id), None)
        if found is None:
            raise UnknownPayment("no such payment")
        return found

    def attempt_of(self, answer: ProviderPayment, collector: str | None) -> Payment | None:
        """The attempt it speaks of: by the provider's id, or by ours where that is not known yet.

        `collector` is the account for which the provider was asked: of others' attempts it says nothing.
        """
        own = [payment for payment in self.payments if payment.is_of(collector)]
        for payment in own:
            if payment.provider_id == answer.id:
                return payment
        unanswered = [one for one in own if one.provider_id is None]
        return next((payment for payment in unanswered if payment.id == answer.payment_id), None)

    def forgotten(
        self, answer: ProviderPayment, collector: str | None, now: datetime, new_id: Callable[[], str]
    ) -> Payment | None:
        """The attempt it speaks of, where that was made for this order and is not remembered any more.

        So it is when a database was set back to a copy. A code that can be paid waits while another one can.
        One that was made once more since, when the provider had forgotten its key as well, is another
        payment under the same id: the money of such a twin is taken up as an attempt with an id of its own.
        """
        if answer.payment_id is None or answer.id in {one.provider_id for one in self.payments}:
            return None
        named = next((payment for payment in self.payments if payment.id == answer.payment_id), None)
        if named is not None and not (named.is_of(collector) and answer.status in WITH_MONEY):
            return None
        if (answer.reference, answer.store) != (self.terms.order_id, self.terms.store):
            return None
        if answer.status is ProviderStatus.PENDING and self.live is not None:
            return None
        return Payment(
            id=answer.payment_id if named is None else new_id(),
            number=len(self.payments) + 1,
            method=CARD if answer.by_card else PIX,
            amount=self.terms.total,
            created_at=now,
            expires_at=answer.expires_at or self.terms.deadline,
            collector=collector,
            sent_at=now,
        )

    def with_payment(self, payment: Payment) -> "ChargeRecord":
        """The same charge with an attempt as it is now."""
        payments = tuple(payment if one.id == payment.id else one for one in self.payments)
        return replace(self, payments=payments)


@dataclass(frozen=True, slots=True)
class HeardAnswer:
    """An answer of the provider about an attempt, kept as the proof of what was done because of it."""

    payment_id: str
    answer: ProviderPayment
    at: datetime
