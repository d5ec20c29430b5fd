"""Cards, as far as the provider may remember them, and the tokens that stand for them once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from fake_checkout.domain.errors import CardTokenNotValid, UnknownCardToken
from fake_checkout.domain.status import Status

TOKEN_LIFE = timedelta(days=8)
SIX, FOUR = 6, 4


@dataclass(frozen=True, slots=True)
class Card:
    """What is kept of a card: never its number, never its security code, only how long they were."""

    first_six_digits: str
    last_four_digits: str
    length: int
    security_code_length: int
    expiration_month: int
    expiration_year: int
    holder: str
    identification: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CardToken:
    """Stands for a card in one payment of its collector, until `expires_at`."""

    id: str
    collector_id: int
    is_live: bool
    card: Card
    created_at: datetime
    used_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """Until when a payment may be made with it."""
        return self.created_at + TOKEN_LIFE

    def require_of(self, collector_id: int) -> None:
        """Raises UnknownCardToken for everybody but its collector."""
        if self.collector_id != collector_id:
            message = f"no card token {self.id} of {collector_id}"
            raise UnknownCardToken(message)

    def used(self, now: datetime) -> "CardToken":
        """It has been used. Raises CardTokenNotValid the second time, and when its time is over."""
        if self.used_at is not None or now >= self.expires_at:
            message = f"card token {self.id} was used, or is too old"
            raise CardTokenNotValid(message)
        return replace(self, used_at=now)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a bank says to a card."""

    status: Status
    status_detail: str


YES = Outcome(Status.APPROVED, "accredited")
_REFUSALS = {
    "OTHE": "cc_rejected_other_reason",
    "CALL": "cc_rejected_call_for_authorize",
    "FUND": "cc_rejected_insufficient_amount",
    "SECU": "cc_rejected_bad_filled_security_code",
    "EXPI": "cc_rejected_bad_filled_date",
    "FORM": "cc_rejected_bad_filled_other",
    "CARD": "cc_rejected_bad_filled_card_number",
    "INST": "cc_rejected_invalid_installments",
    "DUPL": "cc_rejected_duplicated_payment",
    "LOCK": "cc_rejected_card_disabled",
    "CTNA": "cc_rejected_card_type_not_allowed",
    "ATTE": "cc_rejected_max_attempts",
    "BLAC": "cc_rejected_blacklist",
    "UNSU": "cc_rejected_card_error",
    "TEST": "cc_amount_rate_limit_exceeded",
}
OUTCOMES = {
    "APRO": YES,
    "CONT": Outcome(Status.IN_PROCESS, "pending_contingency"),
    **{name: Outcome(Status.REJECTED, detail) for name, detail in _REFUSALS.items()},
}
"""By the first word of the holder's name; UNSU and TEST are the emulator's own choice."""


def outcome_of(card: Card, *, binary: bool) -> Outcome:
    """What the bank says; a name without meaning is approved. If `binary`, doubt is a no."""
    words = card.holder.upper().split()
    outcome = OUTCOMES.get(words[0], YES) if words else YES
    if binary and outcome.status is Status.IN_PROCESS:
        return Outcome(Status.REJECTED, "cc_rejected_other_reason")
    return outcome
