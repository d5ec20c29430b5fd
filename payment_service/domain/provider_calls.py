"""Which call to the provider a charge has due, taken under a lease."""

from dataclasses import dataclass
from datetime import datetime

from payment_service.domain.calls import Call, CancelCall, CreateCall, PaymentCall, ReadCall, RefundCall
from payment_service.domain.charge_record import Terms
from payment_service.domain.payment import Payment
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import ProviderStatus
from payment_service.domain.refund import Refund


@dataclass(frozen=True, slots=True)
class Taken:
    """A call, and the attempt with that work marked as taken."""

    payment: Payment
    call: Call


@dataclass(frozen=True, slots=True)
class CallDesk:
    """Hands out what is due now, piece by piece: a lease is for one call, however many are due."""

    terms: Terms
    now: datetime
    lease_until: datetime

    def take(self, payment: Payment) -> Taken | None:
        """A piece of the attempt's work, if any is due."""
        if payment.work.is_due(self.now):
            taken = payment.taken(self.now, self.lease_until)
            creating = payment.status is PaymentStatus.CREATED
            return Taken(taken, self._create(taken, before=payment) if creating else self._ask(taken))
        for refund in payment.refunds:
            if refund.work.is_due(self.now):
                sent = refund.sent(self.lease_until)
                taken = payment.with_refund_taken(sent)
                return Taken(taken, self._refund(taken, sent, before=refund))
        return None

    def _create(self, payment: Payment, before: Payment) -> PaymentCall:
        return CreateCall(
            store=self.terms.store,
            order_id=self.terms.order_id,
            payment_id=payment.id,
            lease=payment.work.lease,
            attempt=payment.number,
            method=payment.method,
            amount=payment.amount,
            expires_at=payment.expires_at,
            repeated=before.sent_at is not None,
            collector=payment.collector,
            sealed_card=payment.sealed_card,
        )

    def _ask(self, payment: Payment) -> PaymentCall:
        to_end = payment.at_provider is ProviderStatus.PENDING and not payment.is_wanted
        return (CancelCall if to_end else ReadCall)(
            store=self.terms.store,
            order_id=self.terms.order_id,
            payment_id=payment.id,
            lease=payment.work.lease,
            provider_id=payment.provider_id or "",
            collector=payment.collector,
        )

    def _refund(self, payment: Payment, refund: Refund, before: Refund) -> RefundCall:
        others = {
            one.provider_id for one in payment.refunds if one.provider_id is not None and one.id != refund.id
        }
        return RefundCall(
            store=self.terms.store,
            order_id=self.terms.order_id,
            payment_id=payment.id,
            lease=refund.work.lease,
            refund_id=refund.id,
            provider_id=payment.provider_id or "",
            amount=refund.amount,
            whole=refund.amount == payment.here,
            repeated=before.work.tries > 0 or before.work.lease > 0,
            own_provider_id=refund.provider_id,
            others=frozenset(others),
            collector=payment.collector,
        )
