"""A provider in memory, with its own books, that can be told to lose, refuse or garble what it is asked."""

from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from payment_service.domain.provider import (
    Answered,
    ProviderPayment,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderStatus,
    Refused,
    Unknown,
)
from payment_service.domain.reconciliation import by_number
from payment_service.ports.payment_gateway_port import PaymentGatewayPort, PaymentsPage
from tests.builders.payment_service import NOW, a_code


@dataclass
class Fault:
    """What goes wrong with one call: `before` the provider acts, or after."""

    outcome: object
    before: bool


@dataclass
class FakePaymentGateway(PaymentGatewayPort):
    """Payments by the provider's id. Each kind of call (`create`, ...) meets the faults planned for it.

    A card is approved, unless `cards` says how its token ends; a token pays once. `collector` is whose
    account it is; `others` are gateways of other accounts, by their tokens. `time` is the provider's, and
    `page` how many payments it tells at once.
    """

    payments: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)
    faults: dict = field(default_factory=lambda: defaultdict(deque))
    cards: dict = field(default_factory=dict)
    charged: list = field(default_factory=list)
    collector: str | None = None
    others: dict = field(default_factory=dict)
    time: datetime = NOW
    page: int = 100

    # planning

    def lose_answer(self, kind):
        """It acts, and the answer is lost."""
        self.faults[kind].append(Fault(Unknown("timeout"), before=False))

    def never_arrive(self, kind, retry_after=0):
        """It never hears of it."""
        self.faults[kind].append(Fault(Unknown("connection refused", retry_after), before=True))

    def refuse(self, kind, code):
        """It declines."""
        self.faults[kind].append(Fault(Refused(code), before=True))

    def plan(self, kind, outcome):
        """It answers so."""
        self.faults[kind].append(Fault(outcome, before=True))

    # what payers and banks do

    def pay(self, provider_id):
        self._move(provider_id, ProviderStatus.APPROVED, "accredited")

    def reject(self, provider_id, detail="rejected_by_bank"):
        self._move(provider_id, ProviderStatus.REJECTED, detail)

    def expire(self, provider_id):
        self._move(provider_id, ProviderStatus.EXPIRED, "expired")

    def charge_back(self, provider_id):
        self._move(provider_id, ProviderStatus.CHARGED_BACK, "settled")

    def newest(self):
        """The id of the payment that was made last."""
        return list(self.payments)[-1]

    def pass_time(self, **time):
        """The provider's clock goes on."""
        self.time += timedelta(**time)

    # the port

    def changed(self, since, offset):
        found = [one for one in self.payments.values() if one.updated_at is None or one.updated_at >= since]
        found.sort(key=lambda one: by_number(one.id))
        page = tuple(found[offset : offset + self.page])
        return self._answer("changed", offset, lambda: Answered(PaymentsPage(len(found), page)))

    def create(self, call):
        return self._answer("create", call.payment_id, lambda: self._create(call))

    def get(self, provider_id):
        return self._answer("get", provider_id, lambda: self._known(provider_id))

    def search(self, order_id):
        found = [payment for payment in self.payments.values() if payment.reference == order_id]
        return self._answer("search", order_id, lambda: Answered(tuple(found)))

    def cancel(self, provider_id):
        return self._answer("cancel", provider_id, lambda: self._cancel(provider_id))

    def refund(self, call):
        return self._answer("refund", call.refund_id, lambda: self._refund(call))

    def list_refunds(self, provider_id):
        payment = self.payments.get(provider_id)
        listed = Answered(payment.refunds) if payment is not None else Refused("2000")
        return self._answer("list_refunds", provider_id, lambda: listed)

    def _answer(self, kind, about, act):
        self.calls.append((kind, about))
        fault = self.faults[kind].popleft() if self.faults[kind] else None
        if fault is not None and fault.before:
            return fault.outcome
        outcome = act()
        return outcome if fault is None else fault.outcome

    def _create(self, call):
        if call.payment_id not in self.keys:
            if call.card is not None and call.card in self.charged:
                return Refused("3003")
            provider_id = str(10_000_000_001 + len(self.payments) + 10_000 * int(self.collector or 0))
            self.keys[call.payment_id] = provider_id
            self.payments[provider_id] = ProviderPayment(
                id=provider_id,
                status=ProviderStatus.PENDING,
                detail="pending_waiting_transfer",
                amount=call.amount,
                currency="BRL",
                reference=call.order_id,
                payment_id=call.payment_id,
                qr_code=a_code(provider_id),
                ticket_url=f"https://provider.test/pay/{provider_id}",
                expires_at=call.expires_at,
                collector=self.collector,
                store=call.store,
                updated_at=self.time,
            )
            if call.card is not None:
                self._charge(provider_id, call.card)
        return Answered(self.payments[self.keys[call.payment_id]])

    def _charge(self, provider_id, card):
        self.charged.append(card)
        status, detail = self.cards.get(card.token, (ProviderStatus.APPROVED, "accredited"))
        self.payments[provider_id] = replace(
            self.payments[provider_id], by_card=True, qr_code=None, ticket_url=None
        )
        self._move(provider_id, status, detail)

    def _known(self, provider_id):
        payment = self.payments.get(provider_id)
        return Answered(payment) if payment is not None else Refused("2000")

    def _cancel(self, provider_id):
        payment = self.payments.get(provider_id)
        if payment is None or payment.status is not ProviderStatus.PENDING:
            return Refused("2018" if payment else "2000")
        self._move(provider_id, ProviderStatus.CANCELLED, "by_collector")
        return self._known(provider_id)

    def _refund(self, call):
        if call.refund_id in self.keys:
            return Answered(self.keys[call.refund_id])
        payment = self.payments.get(call.provider_id)
        if payment is None:
            return Unknown("not found")
        if payment.status is not ProviderStatus.APPROVED:
            return Refused("2063")
        left = payment.amount - sum(refund.amount for refund in payment.refunds)
        amount = left if call.whole else call.amount
        if not 0 < amount <= left:
            return Refused("2063")
        self.keys[call.refund_id] = self.give_back(call.provider_id, amount)
        return Answered(self.keys[call.refund_id])

    def give_back(self, provider_id, amount):
        """As somebody does in the provider's own pages."""
        payment = self.payments[provider_id]
        number = sum(len(one.refunds) for one in self.payments.values())
        refund = ProviderRefund(f"r-{number + 1}", amount, ProviderRefundStatus.DONE, self.time)
        refunds = (*payment.refunds, refund)
        self.payments[provider_id] = replace(payment, refunds=refunds, updated_at=self.time)
        return refund

    def _move(self, provider_id, status, detail):
        payment = self.payments[provider_id]
        came = payment.approved_at or (self.time if status is ProviderStatus.APPROVED else None)
        changed = replace(payment, status=status, detail=detail, approved_at=came, updated_at=self.time)
        self.payments[provider_id] = changed
