"""When somebody wants to pay by card, they are told what is to be paid, and for which key."""

from dataclasses import dataclass
from datetime import datetime

from payment_service.domain.charge_record import Terms
from payment_service.domain.errors import DomainError
from payment_service.domain.payment import Payment
from payment_service.ports.charge_query_port import ChargeQueryPort


@dataclass(frozen=True, slots=True)
class OfferCard:
    """For which order."""

    store: str
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOffer:
    """What is to be paid. With a `refusal` no attempt may begin at `now`; without a key no token can be made.

    `attempt` is the one that can still be paid, else the last, if there was any: one that was forgotten and
    taken up again can be newer than the one that can be paid.
    """

    terms: Terms
    now: datetime
    refusal: DomainError | None
    attempts_left: int
    attempt: Payment | None
    public_key: str | None


@dataclass(frozen=True, slots=True)
class OfferCardUseCase:
    """The key is of the account that an attempt would be paid into: the store's own, else the platform's."""

    charges: ChargeQueryPort
    platforms_key: str | None

    def execute(self, request: OfferCard) -> CardOffer:
        """Changes nothing, and holds up nobody, since anyone may ask. Raises UnknownCharge."""
        charge = self.charges.of_order(request.store, request.order_id)
        record = charge.record
        return CardOffer(
            terms=record.terms,
            now=charge.now,
            refusal=record.refusal(charge.now),
            attempts_left=record.attempts_left,
            attempt=record.live or (record.payments[-1] if record.payments else None),
            public_key=self.platforms_key if charge.stores_key is None else charge.stores_key,
        )
