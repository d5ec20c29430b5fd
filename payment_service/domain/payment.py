"""One attempt to be paid for an order, and the money that goes back from it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from payment_service.domain.calls import CreateCall, PaymentCall, RefundSaid
from payment_service.domain.payment_status import AMOUNT_MISMATCH, LIVE, PAID, RANK_OF, PaymentStatus
from payment_service.domain.provider import (
    ENDED_WITHOUT_MONEY,
    RANKS,
    NotMade,
    ProviderPayment,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderStatus,
    Refused,
)
from payment_service.domain.refund import BY_PROVIDER, Refund, RefundStatus
from payment_service.domain.work import Work, after_rest, poll_delay, retry_delay, spread

PIX = "pix"
CARD = "card"
CODE_LIFE = timedelta(minutes=40)
"""The provider takes no code that lives less than 30 minutes after it heard of it: later than we decide."""
LATE_MONEY_LOOK = timedelta(minutes=1)
LATE_MONEY_LOOKS = 30
COMPARED_EVERY = timedelta(days=1)
COMPARED_FOR = timedelta(days=90)
KEY_USED_UP = "key_used_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One attempt. Its rank only rises, and its refunds never add up to more than it holds.

    Amounts in centavos. Its id is the idempotency key at the provider. `sent_at` is when it was first said
    to the provider: from then on it may exist there. `at_provider` is the last the provider said of it,
    which differs from `status` where it is not what was asked for. `unwanted`: the charge does not hope for
    its money any more, so it is ended at the provider. `approved_at` is when it was heard that the money
    came, `paid_at` when the provider says that it came. `collector` is the number of the account that is
    paid, where it is known: whatever is said of the payment is said for that one. `sealed_card` is what it is
    paid by, until the provider has heard of it. `held` is the sum that came where it is not the one
    asked for. `return_reason`, once set, means that all its money goes back.
    """

    id: str
    number: int
    method: str
    amount: int
    created_at: datetime
    expires_at: datetime
    collector: str | None = None
    sealed_card: str | None = field(default=None, repr=False)
    status: PaymentStatus = PaymentStatus.CREATED
    detail: str | None = None
    sent_at: datetime | None = None
    provider_id: str | None = None
    at_provider: ProviderStatus | None = None
    provider_updated_at: datetime | None = None
    held: int | None = None
    qr_code: str | None = None
    ticket_url: str | None = None
    approved_at: datetime | None = None
    paid_at: datetime | None = None
    kept: bool = False
    unwanted: bool = False
    return_reason: str | None = None
    work: Work = field(default_factory=Work)
    refunds: tuple[Refund, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether it may still be paid as intended."""
        return self.status in LIVE

    @property
    def is_wanted(self) -> bool:
        """Whether its money is still hoped for."""
        return self.is_live and not self.unwanted

    @property
    def is_shown(self) -> bool:
        """Whether its payer waits: with a code that can be paid, or for the bank to decide about a card."""
        asked = self.qr_code is not None or self.method == CARD
        return asked and self.at_provider is ProviderStatus.PENDING

    @property
    def _is_unsaid_code(self) -> bool:
        return self.sent_at is None and self.method == PIX

    @property
    def is_paid(self) -> bool:
        """Whether its money came, wherever it is now."""
        return self.status in PAID

    @property
    def here(self) -> int:
        """What came, or would come."""
        return self.amount if self.held is None else self.held

    @property
    def refunded(self) -> int:
        """What has gone back."""
        return sum(refund.amount for refund in self.refunds if refund.status is RefundStatus.DONE)

    @property
    def given_back(self) -> int:
        """What has gone back or is on its way."""
        return sum(one.amount for one in self.refunds if one.is_open or one.status is RefundStatus.DONE)

    @property
    def refundable(self) -> int:
        """What could still be given back: nothing unless the money is here."""
        return max(self.here - self.given_back, 0) if self.at_provider is ProviderStatus.APPROVED else 0

    def refund_of(self, refund_id: str) -> Refund | None:
        """One of its refunds."""
        return next((refund for refund in self.refunds if refund.id == refund_id), None)

    def taken(self, now: datetime, lease_until: datetime) -> "Payment":
        """The holder of the lease talks about it with the provider, which may know of it from now on."""
        return replace(
            self,
            sent_at=self.sent_at or now,
            expires_at=max(self.expires_at, now + CODE_LIFE) if self._is_unsaid_code else self.expires_at,
            work=self.work.taken(lease_until),
        )

    def released(self) -> "Payment":
        """Whoever held the lease is back."""
        return replace(self, work=self.work.released())

    def refused(self, code: str) -> "Payment":
        """The provider will not make it."""
        if self.status is not PaymentStatus.CREATED:
            return self
        ended = replace(self, status=PaymentStatus.REJECTED, detail=code, work=self.work.rested())
        return ended.without_card()

    def without_card(self) -> "Payment":
        """The card is not needed any more."""
        return replace(self, sealed_card=None)

    def let_go(self, now: datetime) -> "Payment":
        """Not hoped for any more: cancelled here if the provider never heard of it, else there, soon."""
        if not self.is_wanted:
            return self
        if self.sent_at is None:
            ended = replace(self, unwanted=True, status=PaymentStatus.CANCELLED, work=self.work.rested())
            return ended.without_card()
        return replace(self, unwanted=True, work=self.work.afresh(now))

    def keep(self) -> "Payment":
        """Its money is the order's."""
        return replace(self, kept=True)

    def give_back(self, reason: str) -> "Payment":
        """All of its money goes back; the first reason stays."""
        return replace(self, kept=False, return_reason=self.return_reason or reason)

    def told(self, answer: ProviderPayment, *, fits: bool, now: datetime) -> "Payment":
        """What the provider says of it. `fits`: amount, currency and reference are what was asked for."""
        known = self._identified(answer)
        if not self._is_news(answer):
            return known.told_again(answer)
        known = replace(known, at_provider=answer.status, provider_updated_at=answer.updated_at)
        known = known.dated(answer, now)
        unfit = not fits and not self.is_paid and answer.status not in ENDED_WITHOUT_MONEY
        if unfit or self.return_reason == AMOUNT_MISMATCH:
            known = known.mismatched(answer.amount)
        else:
            known = known.moved(PaymentStatus(answer.status), answer.detail, now)
        if answer.status is ProviderStatus.CHARGED_BACK:
            known = known.void_open_refunds()
        return replace(known, work=known.work.afresh(known.next_call(0, now)))

    def told_again(self, answer: ProviderPayment) -> "Payment":
        """What is told of it is no news; the same status may be told with other words and times."""
        if answer.status is not self.at_provider:
            return self
        times = [told for told in (self.provider_updated_at, answer.updated_at) if told is not None]
        same = replace(self, provider_updated_at=max(times, default=None)).dated(answer, self.paid_at)
        return same if self.return_reason == AMOUNT_MISMATCH else replace(same, detail=answer.detail)

    def dated(self, answer: ProviderPayment, otherwise: datetime | None) -> "Payment":
        """When the money came is for the provider to say, if it says anything."""
        came = answer.status in (ProviderStatus.APPROVED, ProviderStatus.CHARGED_BACK)
        return replace(self, paid_at=answer.approved_at or self.paid_at or otherwise) if came else self

    def mismatched(self, came: int) -> "Payment":
        """Not what was asked for: it ends, and whatever came goes back."""
        return replace(
            self,
            status=PaymentStatus.REJECTED,
            detail=AMOUNT_MISMATCH,
            return_reason=AMOUNT_MISMATCH,
            held=came,
        )

    def moved(self, status: PaymentStatus, detail: str | None, now: datetime) -> "Payment":
        """In its new state, unless that ranks below the one it is in."""
        reimbursed = self.status is PaymentStatus.CHARGED_BACK and status is PaymentStatus.APPROVED
        if not reimbursed and RANK_OF[status] <= RANK_OF[self.status]:
            return replace(self, detail=detail)
        approved_at = self.approved_at or (now if status in PAID else None)
        return replace(self, status=status, detail=detail, approved_at=approved_at)

    def asked_in_vain(self, now: datetime, at_least: int = 0) -> "Payment":
        """Nothing new came of asking; `at_least` seconds pass before the next time."""
        next_at = self.next_call(self.work.tries + 1, now)
        patient = max(next_at, now + timedelta(seconds=at_least)) if next_at else None
        return replace(self, work=self.work.again(patient))

    def put_off(self, call: PaymentCall, outcome: NotMade, now: datetime) -> "Payment":
        """The call was not made. One that the provider never heard of is as if it had not been taken."""
        later = replace(self, work=self.work.put_off(now + after_rest(outcome.wait, self.id)))
        if not isinstance(call, CreateCall) or call.repeated or self.status is not PaymentStatus.CREATED:
            return later
        unsaid = replace(later, sent_at=None)
        return replace(unsaid, unwanted=False).let_go(now) if self.unwanted else unsaid

    def with_refund_taken(self, refund: Refund) -> "Payment":
        """One of its refunds is being said to the provider."""
        return replace(self, refunds=tuple(refund if one.id == refund.id else one for one in self.refunds))

    def with_refund(self, refund: Refund, new_id: Callable[[], str], now: datetime) -> "Payment":
        """A new refund, or a new state of a known one. One that just failed is followed by another try."""
        before = self.refund_of(refund.id)
        if before is None:
            return replace(self, refunds=(*self.refunds, refund))
        changed = self.with_refund_taken(refund)
        if before.status is RefundStatus.FAILED and refund.status is RefundStatus.DONE:
            changed = changed.without_next_try(before)
        changed = changed.without_excess()
        amount = min(refund.amount, changed.refundable)
        if refund.status is not RefundStatus.FAILED or before == refund or not amount:
            return changed
        return replace(changed, refunds=(*changed.refunds, refund.next_try(new_id, amount, now)))

    def refund_concluded(
        self, refund: Refund, said: RefundSaid, new_id: Callable[[], str], now: datetime
    ) -> "Payment":
        """What came of saying a refund to the provider."""
        after = refund.concluded(said.outcome, now)
        if after.provider_id in said.call.others:
            # Looking left this one out, so the key gave it: it made what was counted for another refund of
            # this amount, and will never make more. The one after it has a new key, and looks first.
            after = refund.concluded(Refused(KEY_USED_UP), now)
        elif after.provider_id in self._provider_refunds(besides=refund.id):
            # It was counted for another refund of this amount meanwhile: looking again tells more.
            after = refund.asked_again(now)
        return self.with_refund(after, new_id, now)

    def told_refund(self, told: ProviderRefund, new_id: Callable[[], str], now: datetime) -> "Payment":
        """A refund as the provider lists it: one of ours, or one that was made without us."""
        ours = self._match(told)
        if ours is not None:
            return self.with_refund(ours.told(told, now), new_id, now)
        if told.status is not ProviderRefundStatus.DONE:
            return self
        foreign = Refund(id=new_id(), amount=told.amount, reason=BY_PROVIDER, created_at=now).told(told, now)
        return self.with_refund(foreign, new_id, now).without_excess()

    def without_next_try(self, failed: Refund) -> "Payment":
        """The try in place of one that was done after all is given up, unless the provider has it already."""
        alike = [
            one
            for one in self.refunds
            if one.is_open
            and one.provider_id is None
            and (one.amount, one.reason, one.by_staff) == (failed.amount, failed.reason, failed.by_staff)
        ]
        unsent_first = sorted(alike, key=lambda one: one.status is not RefundStatus.REQUESTED)
        return self.with_refund_taken(unsent_first[0].void()) if unsent_first else self

    def without_excess(self) -> "Payment":
        """What went back otherwise than by the refunds under way leaves them less than they would return."""
        return self.void_open_refunds() if self.given_back > self.here else self

    def void_open_refunds(self) -> "Payment":
        """No refund on its way gives anything back any more."""
        return replace(self, refunds=tuple(one.void() if one.is_open else one for one in self.refunds))

    def _provider_refunds(self, besides: str) -> set[str | None]:
        return {one.provider_id for one in self.refunds if one.provider_id is not None and one.id != besides}

    def _match(self, told: ProviderRefund) -> Refund | None:
        for refund in self.refunds:
            if refund.provider_id == told.id:
                return refund
        if told.status is ProviderRefundStatus.REFUSED:
            return None
        alike = [
            one
            for one in self.refunds
            if one.is_open and one.provider_id is None and one.amount == told.amount
        ]
        return min(alike, key=lambda one: one.status is not RefundStatus.IN_PROCESS, default=None)

    def _identified(self, answer: ProviderPayment) -> "Payment":
        return replace(
            self,
            sent_at=self.sent_at or self.created_at,
            provider_id=answer.id,
            qr_code=self.qr_code or answer.qr_code,
            ticket_url=self.ticket_url or answer.ticket_url,
            expires_at=answer.expires_at or self.expires_at,
        ).without_card()

    def is_of(self, collector: str | None) -> bool:
        """Whether this account is the one that is paid, as far as that is known."""
        return self.collector in (None, collector)

    def _is_news(self, answer: ProviderPayment) -> bool:
        if self.at_provider is None:
            return True
        if self.at_provider is ProviderStatus.CHARGED_BACK and answer.status is ProviderStatus.APPROVED:
            # Reimbursed, unless it is an answer from before the chargeback that came late.
            seen, said = self.provider_updated_at, answer.updated_at
            return seen is None or said is None or said >= seen
        return RANKS[answer.status] > RANKS[self.at_provider]

    def next_call(self, tries: int, now: datetime) -> datetime | None:
        """When the provider is asked about it next, after so many times in vain."""
        if self.status is PaymentStatus.CREATED:
            return now + self._retry_delay(tries)
        if self.provider_id is None:
            return None
        if self.at_provider is ProviderStatus.PENDING:
            return now + (poll_delay(tries) if self.is_wanted else self._retry_delay(tries))
        if self.at_provider in ENDED_WITHOUT_MONEY and tries < LATE_MONEY_LOOKS:
            return now + LATE_MONEY_LOOK
        return now + COMPARED_EVERY if now < self.created_at + COMPARED_FOR else None

    def _retry_delay(self, tries: int) -> timedelta:
        return spread(retry_delay(tries), f"{self.id} {tries}")
