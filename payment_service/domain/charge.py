"""The charge of an order: the aggregate that every step of its payment locks first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from payment_service.domain import announcements
from payment_service.domain.calls import Call, CreateCall, PaymentSaid, Said
from payment_service.domain.charge_record import (
    PIX_ANYWHERE,
    ChargeRecord,
    ChargeState,
    HeardAnswer,
    Means,
    Terms,
)
from payment_service.domain.events import ChargeEvent, PaymentApproved, PaymentRejected
from payment_service.domain.payment import CODE_LIFE, PIX, Payment
from payment_service.domain.payment_status import (
    DUPLICATE_PAYMENT,
    ORDER_CANCELLED,
    PAID_AFTER_CLOSE,
)
from payment_service.domain.provider import (
    Answered,
    NotMade,
    ProviderPayment,
    Refused,
    Unknown,
)
from payment_service.domain.provider_calls import CallDesk
from payment_service.domain.refund import BY_PROVIDER, BY_STAFF, Refund
from payment_service.domain.refund_rules import amount_for_staff
from payment_service.domain.work import Work, reminder_delay

NewId = Callable[[], str]

EXPIRED = "expired"


class Charge:
    """What is to be paid for one order, and all that was tried.

    At most one attempt is live and one is kept. While it is OPEN or SETTLED money is welcome once; CLOSING,
    an answer to the order is owed and nothing new begins; CLOSED is never left, and whatever still comes
    goes back. Whoever asks it to end is always answered: `payment.approved` where the reason was only
    expiry and money had come, else `payment.closed`.
    """

    def __init__(self, record: ChargeRecord, version: int = 1) -> None:
        """A charge as it was stored. No rule is run and nothing is told."""
        self._record = record
        self._stored = record
        self._events: list[ChargeEvent] = []
        self._heard: list[HeardAnswer] = []
        self.version = version

    @classmethod
    def opened(cls, terms: Terms, now: datetime) -> "Charge":
        """A charge that nobody has asked anything of yet."""
        return cls(ChargeRecord(terms=terms, created_at=now))

    @property
    def record(self) -> ChargeRecord:
        """What is to be stored."""
        return self._record

    @property
    def stored(self) -> ChargeRecord:
        """What was stored when it was loaded, or saved last."""
        return self._stored

    def saved(self) -> None:
        """What it is now was stored, as the next version."""
        self._stored = self._record
        self.version += 1

    @property
    def subject(self) -> str:
        """What its events are about: the order."""
        return self._record.terms.order_id

    @property
    def store(self) -> str:
        """The tenant it belongs to."""
        return self._record.terms.store

    @property
    def state(self) -> ChargeState:
        """Whether it takes money, has it, is to end or has ended."""
        return self._record.state

    @property
    def payments(self) -> tuple[Payment, ...]:
        """Its attempts, oldest first."""
        return self._record.payments

    def pull_events(self) -> list[ChargeEvent]:
        """What happened since it was last asked."""
        events, self._events = self._events, []
        return events

    def pull_heard(self) -> list[HeardAnswer]:
        """What the provider said that was new, since it was last asked."""
        heard, self._heard = self._heard, []
        return heard

    def place(self, *, now: datetime, new_id: NewId, by: Means = PIX_ANYWHERE) -> None:
        """The order was placed: Pix begins with its first attempt. Told again, it says what is known."""
        if self.payments:
            self._events += announcements.known(self._record)
        elif self.state is ChargeState.OPEN and self._record.terms.method == PIX:
            self._begin(by, now=now, new_id=new_id)

    def close(self, reason: str, *, now: datetime, new_id: NewId) -> None:
        """The order is to end. Any reason beats expiry; only expiry leaves money that came where it is."""
        expired = reason == EXPIRED
        if self.state is ChargeState.CLOSED:
            self._events.append(announcements.closed(self.payments))
            self._events += announcements.all_refunds(self.payments)
        elif self._record.kept is not None and expired and self.state is ChargeState.SETTLED:
            self._events.append(announcements.approved(self._record.kept))
        elif self.state is not ChargeState.CLOSING or (self._record.reason == EXPIRED and not expired):
            if self.state is not ChargeState.CLOSING:
                self._record = replace(self._record, closing_since=now)
            self._become(ChargeState.CLOSING, reason)
            self._settle(now=now, new_id=new_id)

    def order_goes_on(self, *, finished: bool) -> None:
        """The kitchen has the order, so that it is paid was heard. Handed over, staff may return it all."""
        remind_at = None if self.state is ChargeState.SETTLED else self._record.remind_at
        self._record = replace(self._record, remind_at=remind_at, finished=finished or self._record.finished)

    def request_attempt(self, by: Means, *, now: datetime, new_id: NewId) -> Payment:
        """One more attempt, whatever was tried before. Raises what forbids it: the conflicts of `errors`."""
        refusal = self._record.refusal(now)
        if refusal is not None:
            raise refusal
        return self._begin(by, now=now, new_id=new_id)

    def request_refund(
        self, payment_id: str, amount: int | None, note: str | None, *, now: datetime, new_id: NewId
    ) -> Refund:
        """Staff return `amount` centavos of a payment, or what is left. Raises what `refund_rules` forbid."""
        payment = self._record.payment(payment_id)
        asked = amount_for_staff(payment, amount, finished=self._record.finished)
        refund = Refund.requested(new_id(), asked, note or BY_STAFF, by_staff=True, now=now)
        self._replace(payment.with_refund(refund, new_id, now))
        return refund

    def take_call(self, *, now: datetime, lease_until: datetime) -> Call | None:
        """One thing due to be said to the provider; whoever takes it has until then to bring the outcome."""
        desk = CallDesk(self._record.terms, now, lease_until)
        for payment in self.payments:
            taken = desk.take(payment)
            if taken is not None:
                self._replace(taken.payment)
                return taken.call
        return None

    def conclude(self, said: Said, *, now: datetime, new_id: NewId) -> int:
        """What came of a call. Who comes after the lease is not heard. Returns the tries in vain."""
        payment = self._record.payment(said.call.payment_id)
        if isinstance(said, PaymentSaid):
            if payment.work.lease == said.call.lease:
                self._conclude_payment(payment.released(), said, now=now, new_id=new_id)
            return self._record.payment(payment.id).work.tries
        refund = payment.refund_of(said.call.refund_id)
        if refund is None or refund.work.lease != said.call.lease:
            return 0
        after = payment.refund_concluded(refund, said, new_id, now)
        self._change(payment, after, now=now, new_id=new_id)
        return refund.work.tries + 1

    def hear(
        self, answer: ProviderPayment, *, now: datetime, new_id: NewId, collector: str | None = None
    ) -> bool:
        """What the provider says of a payment to the account that `collector` names.

        False when it is none of this charge's attempts there, nor one that it has forgotten.
        """
        payment = self._record.attempt_of(answer, collector)
        if payment is None:
            payment = self._record.forgotten(answer, collector, now, new_id)
            if payment is None:
                return False
            self._record = replace(self._record, payments=(*self.payments, payment))
        self._hear(payment, answer, now=now, new_id=new_id)
        return True

    def remind(self, now: datetime) -> str:
        """The order has not said what follows from what it was told: it is told again, later and later.

        Returns the type of the event that is to be said again.
        """
        reminders = self._record.reminders + 1
        self._record = replace(self._record, reminders=reminders, remind_at=now + reminder_delay(reminders))
        return PaymentApproved.type if self.state is ChargeState.SETTLED else PaymentRejected.type

    def _begin(self, by: Means, *, now: datetime, new_id: NewId) -> Payment:
        terms = self._record.terms
        payment = Payment(
            id=new_id(),
            number=len(self.payments) + 1,
            method=by.method,
            amount=terms.total,
            created_at=now,
            expires_at=max(now + CODE_LIFE, terms.deadline) if by.method == PIX else terms.deadline,
            collector=by.collector,
            sealed_card=by.sealed_card,
            work=Work(next_at=now),
        )
        self._record = replace(self._record, payments=(*self.payments, payment))
        return payment

    def _conclude_payment(self, payment: Payment, said: PaymentSaid, *, now: datetime, new_id: NewId) -> None:
        self._replace(payment)
        outcome = said.outcome
        if isinstance(outcome, NotMade):
            self._change(payment, payment.put_off(said.call, outcome, now), now=now, new_id=new_id)
            return
        if isinstance(outcome, Answered):
            self._hear(payment, outcome.value, now=now, new_id=new_id)
        elif isinstance(outcome, Refused) and isinstance(said.call, CreateCall):
            self._change(payment, payment.refused(outcome.code), now=now, new_id=new_id)
        after = self._record.payment(payment.id)
        if after.work == payment.work and after.status is payment.status:
            wait = outcome.retry_after if isinstance(outcome, Unknown) else 0
            self._replace(after.asked_in_vain(now, at_least=wait))

    def _hear(self, payment: Payment, answer: ProviderPayment, *, now: datetime, new_id: NewId) -> None:
        if payment.provider_id not in (None, answer.id):
            return
        elsewhere = answer.collector is not None and not payment.is_of(answer.collector)
        fits = self._record.terms.fits(answer) and not elsewhere
        after = payment.told(answer, fits=fits, now=now)
        if (after.at_provider, after.detail) != (payment.at_provider, payment.detail):
            self._heard.append(HeardAnswer(payment.id, answer, now))
        for refund in answer.refunds:
            after = after.told_refund(refund, new_id, now)
        self._change(payment, after, now=now, new_id=new_id)

    def _change(self, before: Payment, after: Payment, *, now: datetime, new_id: NewId) -> None:
        self._replace(after)
        if after.is_paid and not before.is_paid:
            self._money_came(after, now)
        elif self.state is ChargeState.OPEN and before.is_live and not after.is_live:
            self._events.append(announcements.rejected(after, self._record.chances_left))
        self._show(before, after)
        self._events += announcements.money_moved(before, after)
        self._settle(now=now, new_id=new_id)

    def _money_came(self, payment: Payment, now: datetime) -> None:
        if self.state is ChargeState.CLOSED:
            self._replace(payment.give_back(PAID_AFTER_CLOSE))
        elif self._record.kept is not None:
            self._replace(payment.give_back(DUPLICATE_PAYMENT))
        elif payment.refunded >= payment.here:
            self._replace(payment.give_back(BY_PROVIDER))  # it came and went before it was heard of
        elif self.state is ChargeState.OPEN or self._record.reason == EXPIRED:
            self._replace(payment.keep())
            if self.state is ChargeState.OPEN:
                self._tell_paid(payment, now)

    def _show(self, before: Payment, after: Payment) -> None:
        new = after.is_shown and not before.is_shown
        if new and after.is_wanted and self.state is ChargeState.OPEN:
            self._events.append(announcements.created(after))

    def _settle(self, *, now: datetime, new_id: NewId) -> None:
        """What follows from the state: nothing unwanted lives, an answer owed is given, money goes back."""
        if self.state is not ChargeState.OPEN:
            for payment in self.payments:
                self._replace(payment.let_go(now))
        if self.state is ChargeState.CLOSING and self._record.live is None:
            self._answer(now)
        for payment in self.payments:
            left = payment.refundable
            if payment.return_reason is not None and left:
                refund = Refund.requested(new_id(), left, payment.return_reason, by_staff=False, now=now)
                self._replace(payment.with_refund(refund, new_id, now))
        self._wait_for_the_order(now)

    def _answer(self, now: datetime) -> None:
        if self._record.reason == EXPIRED and self._record.kept is not None:
            self._tell_paid(self._record.kept, now)
            return
        for payment in self.payments:
            if payment.is_paid:
                self._replace(payment.give_back(ORDER_CANCELLED))
        self._become(ChargeState.CLOSED, self._record.reason)
        self._events.append(announcements.closed(self.payments))

    def _tell_paid(self, payment: Payment, now: datetime) -> None:
        self._become(ChargeState.SETTLED)
        self._events.append(announcements.approved(payment))
        self._record = replace(self._record, remind_at=now + reminder_delay(0), reminders=0)

    def _wait_for_the_order(self, now: datetime) -> None:
        if self.state is ChargeState.SETTLED:
            return  # it waits from when it told so, until the order goes on
        is_over = self._record.live is None and not self._record.attempts_left
        stands = self.state is ChargeState.OPEN and is_over
        remind_at = (self._record.remind_at or now + reminder_delay(0)) if stands else None
        self._record = replace(self._record, remind_at=remind_at)

    def _become(self, state: ChargeState, reason: str | None = None) -> None:
        self._record = replace(self._record, state=state, reason=reason)

    def _replace(self, payment: Payment) -> None:
        self._record = self._record.with_payment(payment)
