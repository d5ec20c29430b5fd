"""How all charges and refunds stand, for whoever watches over the system."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long an attempt may be unanswered by the provider, a charge be CLOSING, a refund be open."""

    unanswered: timedelta
    closing: timedelta
    refunding: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySurvey:
    """Refunds that are not done: how many, their centavos, the age of the oldest (zero where there is none).

    And how many attempts, charges and refunds take longer than patience has it. The age of a refund is that
    of its first try: one that is refused is followed by another, but the payer waits since then.
    """

    refunds_open: int
    refunds_open_total: int
    oldest_refund: timedelta
    unanswered_too_long: int
    closing_too_long: int
    refunding_too_long: int


class SurveyQueryPort(Protocol):
    """Counts what is under way alone: what has ended is far more, and is not looked at."""

    @abstractmethod
    def survey(self, patience: Patience) -> MoneySurvey:
        """Over all stores."""
        raise NotImplementedError
