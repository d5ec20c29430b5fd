"""What is to be said to the provider, as values: an aggregate hands them out and takes their outcome back.

Each says of which store's order it is, and in the name of which account it is to be said (None: the
platform's).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from payment_service.domain.card import Card
from payment_service.domain.provider import (
    NotMade,
    PaymentOutcome,
    ProviderRefund,
    ProviderRefundStatus,
    RefundOutcome,
    Unknown,
)

UNSAID_SECONDS = 15
"""Until it is tried again to say what could not be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCall:
    """Make the payment, with the attempt's id as key.

    Always the same words for the same attempt, since the provider compares what comes with a key. `repeated`:
    it was said before and not answered, so the provider may have it already. A card is sealed until the very
    moment in which it is said.
    """

    store: str
    order_id: str
    payment_id: str
    lease: int
    attempt: int
    method: str
    amount: int
    expires_at: datetime
    repeated: bool
    collector: str | None = None
    sealed_card: str | None = field(default=None, repr=False)
    card: Card | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCall:
    """Look how the payment stands."""

    store: str
    order_id: str
    payment_id: str
    lease: int
    provider_id: str
    collector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCall:
    """End the payment, then read back what is true of it."""

    store: str
    order_id: str
    payment_id: str
    lease: int
    provider_id: str
    collector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCall:
    """Return `amount` centavos, with the refund's id as key; `whole`: all of the payment at once."""

    store: str
    order_id: str
    payment_id: str
    lease: int
    refund_id: str
    provider_id: str
    amount: int
    whole: bool
    repeated: bool
    own_provider_id: str | None
    others: frozenset[str]
    collector: str | None = None

    def find_in(self, refunds: Iterable[ProviderRefund]) -> ProviderRefund | None:
        """This very refund among those listed: by its id, else one of this amount and no other's."""
        return next((refund for refund in refunds if self._is_mine(refund)), None)

    def _is_mine(self, refund: ProviderRefund) -> bool:
        if self.own_provider_id is not None:
            return refund.id == self.own_provider_id
        refused = refund.status is ProviderRefundStatus.REFUSED
        return not refused and refund.amount == self.amount and refund.id not in self.others


PaymentCall = CreateCall | ReadCall | CancelCall
Call = PaymentCall | RefundCall


@dataclass(frozen=True, slots=True)
class PaymentSaid:
    """A call about an attempt, and what came of it."""

    call: PaymentCall
    outcome: PaymentOutcome

    def unbelievable(self, why: str) -> "PaymentSaid":
        """The same call, its answer not to be believed."""
        return PaymentSaid(self.call, Unknown(why))


@dataclass(frozen=True, slots=True)
class RefundSaid:
    """A call about a refund, and what came of it."""

    call: RefundCall
    outcome: RefundOutcome

    def unbelievable(self, why: str) -> "RefundSaid":
        """The same call, its answer not to be believed."""
        return RefundSaid(self.call, Unknown(why))


Said = PaymentSaid | RefundSaid


def unsaid(call: Call, why: str) -> Said:
    """The call could not be made. What was never said before is not unknown to us, only put off."""
    if isinstance(call, RefundCall):
        return RefundSaid(call, Unknown(why))
    never_said = isinstance(call, CreateCall) and not call.repeated
    return PaymentSaid(call, NotMade(UNSAID_SECONDS, why) if never_said else Unknown(why))
