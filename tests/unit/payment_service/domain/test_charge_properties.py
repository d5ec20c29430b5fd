"""Whatever arrives, in whatever order and however often, the money is right at the end.

A small provider tells the truth, late or twice; the order speaks as it may; answers are lost.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from payment_service.domain.calls import CancelCall, CreateCall, PaymentSaid, RefundCall, RefundSaid
from payment_service.domain.charge import Charge
from payment_service.domain.charge_record import ChargeState, Means
from payment_service.domain.errors import DomainError
from payment_service.domain.events import PaymentApproved, PaymentClosed, PaymentEvent
from payment_service.domain.payment_status import RANK_OF, PaymentStatus
from payment_service.domain.provider import (
    Answered,
    ProviderPayment,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderStatus,
    Refused,
    Unknown,
)
from payment_service.domain.refund import RefundStatus
from tests.builders.payment_service import LEASE, NOW, ORDER, TOTAL, a_code, ids, take_calls, terms

pytestmark = pytest.mark.timeout(300)
REASONS = ("expired", "customer", "store", "cancelled", "payment_rejected")


class Provider:
    """The provider's own books: payments and refunds by key, and what it says of them."""

    def __init__(self):
        self.payments = {}
        self.refunds = {}
        self.version = 0

    def create(self, call):
        if call.payment_id not in self.payments:
            self.payments[call.payment_id] = {"status": ProviderStatus.PENDING, "amount": call.amount}
        return self.tell(call.payment_id)

    def tell(self, payment_id):
        payment = self.payments[payment_id]
        self.version += 1
        return ProviderPayment(
            id=f"mp-{payment_id}",
            status=payment["status"],
            amount=payment["amount"],
            currency="BRL",
            reference=ORDER,
            payment_id=payment_id,
            qr_code=a_code(payment_id),
            updated_at=NOW + timedelta(microseconds=self.version),
            refunds=tuple(one for key, one in self.refunds.items() if key[0] == payment_id),
        )

    def move(self, payment_id, status):
        self.payments[payment_id]["status"] = status

    def returned(self, payment_id):
        return sum(refund.amount for key, refund in self.refunds.items() if key[0] == payment_id)

    def refund(self, call):
        key = (call.payment_id, call.refund_id)
        if key in self.refunds:
            return Answered(self.refunds[key])
        payment = self.payments[call.payment_id]
        left = payment["amount"] - self.returned(call.payment_id)
        if payment["status"] is not ProviderStatus.APPROVED or call.amount > left:
            return Refused("2063")
        refund = ProviderRefund(f"r-{call.refund_id}", call.amount, ProviderRefundStatus.DONE)
        self.refunds[key] = refund
        return Answered(refund)

    def listed(self, payment_id):
        return [one for key, one in self.refunds.items() if key[0] == payment_id]


class PaymentSaga(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now = NOW
        self.new_id = ids("x")
        self.provider = Provider()
        self.charge = Charge.opened(terms(), NOW)
        self.told = []
        self.asked = []
        self.answers_owed = 0
        self.ranks = {}
        self.late_answers = []
        self.in_hand = []
        self.charged_back = set()
        self.words = {}

    def collect(self):
        self.told += self.charge.pull_events()
        self.charge.pull_heard()

    @initialize(
        stage=st.sampled_from(["unknown", "placed", "live", "second live", "first paid late", "paid"])
    )
    def begin(self, stage):
        """Most sagas go well for a while; from `unknown` any event of the order may be the first."""
        if stage != "unknown":
            self.order_placed()
        if stage not in ("unknown", "placed"):
            self.work()
        if stage in ("second live", "first paid late"):
            self.bank_says(self.charge.payments[-1].id, ProviderStatus.REJECTED)
            self.customer_tries_again()
            self.work()
        if stage in ("paid", "first paid late"):
            self.bank_says(self.charge.payments[0].id, ProviderStatus.APPROVED)

    def work(self):
        for call in take_calls(self.charge, now=self.now, lease_until=self.now + LEASE):
            self.speak(call)

    def bank_says(self, payment_id, status):
        self.provider.move(payment_id, status)
        self.charge.hear(self.provider.tell(payment_id), now=self.now, new_id=self.new_id)
        self.collect()

    @rule()
    def a_worker_does_what_is_due(self):
        self.work()

    @rule()
    def order_placed(self):
        self.charge.place(now=self.now, new_id=self.new_id)
        self.collect()

    @rule(reason=st.sampled_from(REASONS))
    def order_ends(self, reason):
        self.asked.append(reason)
        self.charge.close(reason, now=self.now, new_id=self.new_id)
        self.collect()

    @rule(finished=st.booleans())
    def order_goes_on(self, finished):
        self.charge.order_goes_on(finished=finished)

    @rule()
    def customer_tries_again(self):
        try:
            self.charge.request_attempt(Means(), now=self.now, new_id=self.new_id)
        except DomainError:
            return
        assert self.charge.state is ChargeState.OPEN

    @rule(amount=st.integers(1, TOTAL + 1), number=st.integers(0, 2))
    def staff_refund(self, amount, number):
        if number < len(self.charge.payments):
            payment = self.charge.payments[number]
            try:
                self.charge.request_refund(payment.id, amount, None, now=self.now, new_id=self.new_id)
            except DomainError:
                return

    @rule(seconds=st.sampled_from([1, 5, 60, 4000]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule()
    def a_worker_takes_what_is_due(self):
        self.in_hand += take_calls(self.charge, now=self.now, lease_until=self.now + LEASE)

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data(), luck=st.sampled_from(["answered", "answered", "answer lost", "never arrived"]))
    def a_call_ends(self, data, luck):
        call = self.in_hand.pop(data.draw(st.integers(0, len(self.in_hand) - 1)))
        self.speak(call, luck)

    def speak(self, call, luck="answered"):
        self.the_same_key_never_goes_with_another_body(call)
        outcome = Unknown("timeout") if luck == "never arrived" else self.do(call)
        if luck == "answer lost":
            outcome = Unknown("timeout")
        said = RefundSaid(call, outcome) if isinstance(call, RefundCall) else PaymentSaid(call, outcome)
        self.charge.conclude(said, now=self.now, new_id=self.new_id)
        self.collect()

    def the_same_key_never_goes_with_another_body(self, call):
        if isinstance(call, CreateCall):
            key, words = call.payment_id, replace(call, lease=0, repeated=False)
        elif isinstance(call, RefundCall):
            amount = None if call.whole else call.amount
            key, words = call.refund_id, (call.collector, call.provider_id, amount)
        else:
            return
        assert self.words.setdefault(key, words) == words

    def do(self, call):
        if isinstance(call, CreateCall):
            return Answered(self.provider.create(call))
        if isinstance(call, RefundCall):
            found = call.find_in(self.provider.listed(call.payment_id)) if call.repeated else None
            return Answered(found) if found else self.provider.refund(call)
        if isinstance(call, CancelCall) and self.status_of(call.payment_id) is ProviderStatus.PENDING:
            self.provider.move(call.payment_id, ProviderStatus.CANCELLED)
        return Answered(self.provider.tell(call.payment_id))

    def status_of(self, payment_id):
        return self.provider.payments[payment_id]["status"]

    @precondition(lambda self: self.provider.payments)
    @rule(
        data=st.data(),
        status=st.sampled_from(
            [
                ProviderStatus.APPROVED,
                ProviderStatus.REJECTED,
                ProviderStatus.EXPIRED,
                ProviderStatus.CHARGED_BACK,
            ]
        ),
        notice=st.booleans(),
    )
    def the_payer_or_the_bank_acts(self, data, status, notice):
        payment_id = data.draw(st.sampled_from(sorted(self.provider.payments)))
        before = self.status_of(payment_id)
        paid = (ProviderStatus.APPROVED, ProviderStatus.CHARGED_BACK)
        if (before in paid) == (status in paid) or (before not in paid and status is ProviderStatus.APPROVED):
            self.provider.move(payment_id, status)
            if notice:
                self.bank_says(payment_id, status)

    @precondition(lambda self: self.provider.payments)
    @rule(data=st.data())
    def the_provider_is_read_but_the_answer_comes_later(self, data):
        payment_id = data.draw(st.sampled_from(sorted(self.provider.payments)))
        self.late_answers.append(self.provider.tell(payment_id))

    @precondition(lambda self: self.late_answers)
    @rule(data=st.data(), again=st.booleans())
    def an_answer_arrives(self, data, again):
        number = data.draw(st.integers(0, len(self.late_answers) - 1))
        answer = self.late_answers[number] if again else self.late_answers.pop(number)
        self.charge.hear(answer, now=self.now, new_id=self.new_id)
        self.collect()

    # always

    @invariant()
    def one_attempt_is_live_and_one_is_kept_at_most(self):
        payments = self.charge.payments
        assert sum(payment.is_live for payment in payments) <= 1
        assert sum(payment.kept for payment in payments) <= 1
        assert len(payments) <= 3
        assert [payment.number for payment in payments] == list(range(1, len(payments) + 1))

    @invariant()
    def no_rank_falls(self):
        for payment in self.charge.payments:
            rank = min(RANK_OF[payment.status], RANK_OF[PaymentStatus.APPROVED])
            assert rank >= self.ranks.get(payment.id, 0)
            self.ranks[payment.id] = rank

    @invariant()
    def no_payment_gives_back_more_than_it_holds(self):
        for payment in self.charge.payments:
            assert 0 <= payment.refunded <= payment.given_back <= payment.here
            if payment.id in self.provider.payments:
                assert self.provider.returned(payment.id) <= self.provider.payments[payment.id]["amount"]

    @invariant()
    def a_closed_charge_keeps_nothing_and_an_open_one_has_not_been_asked_to_end(self):
        if self.charge.state is ChargeState.CLOSED:
            assert self.charge.record.kept is None
            assert self.charge.record.live is None
        if self.charge.state in (ChargeState.OPEN, ChargeState.SETTLED):
            assert all(reason == "expired" for reason in self.asked)
        if self.charge.state is ChargeState.SETTLED:
            assert self.charge.record.kept is not None

    @invariant()
    def every_event_is_of_an_attempt(self):
        known = {payment.id for payment in self.charge.payments} | {None}
        assert all(event.payment_id in known for event in self.told)

    # at rest

    def teardown(self):
        """No more faults: whatever is due is said and answered, until nothing changes any more."""
        for call in self.in_hand:
            self.speak(call)
        for _ in range(3):
            self.now += timedelta(days=1)
            self.an_hour_passes()
        self.money_is_right()
        self.answers_were_given()
        self.asking_again_is_answered_again()

    def an_hour_passes(self):
        for _ in range(60):
            self.now += timedelta(seconds=61)
            self.work()

    def money_is_right(self):
        kept = self.charge.record.kept
        for payment in self.charge.payments:
            if payment.id not in self.provider.payments:
                continue
            held = self.status_of(payment.id) is ProviderStatus.APPROVED
            returned = self.provider.returned(payment.id)
            assert payment.refunded == returned
            if held and payment != kept:
                assert returned == TOTAL
            if held and payment == kept:
                assert returned == sum(
                    refund.amount
                    for refund in payment.refunds
                    if refund.by_staff and refund.status is RefundStatus.DONE
                )
            assert self.status_of(payment.id) is not ProviderStatus.PENDING or payment.is_wanted

    def answers_were_given(self):
        answers = [event for event in self.told if isinstance(event, PaymentApproved | PaymentClosed)]
        if self.asked:
            assert answers
            assert self.charge.state in (ChargeState.CLOSED, ChargeState.SETTLED)
            last_is_closed = isinstance(answers[-1], PaymentClosed)
            assert last_is_closed == (self.charge.state is ChargeState.CLOSED)
        if set(self.asked) - {"expired"}:
            assert self.charge.state is ChargeState.CLOSED

    def asking_again_is_answered_again(self):
        if self.asked:
            self.told.clear()
            self.charge.close(self.asked[-1], now=self.now, new_id=self.new_id)
            self.collect()
            assert any(isinstance(event, PaymentApproved | PaymentClosed) for event in self.told)
            assert all(isinstance(event, PaymentEvent | PaymentClosed) for event in self.told)


PaymentSaga.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestPaymentSaga = PaymentSaga.TestCase
