"""When the system is watched over, it is told how charges and refunds stand."""

from dataclasses import dataclass
from datetime import timedelta

from payment_service.ports.survey_query_port import MoneySurvey, Patience, SurveyQueryPort

MARGIN = timedelta(minutes=1)
"""For what is asked of the provider to be asked again a few times."""
REFUND_MARGIN = timedelta(minutes=10)
"""Refunds are pursued with longer rests, and the provider may take its time."""


@dataclass(frozen=True, slots=True)
class SurveyMoney:
    """All of it, of all stores."""


@dataclass(frozen=True, slots=True)
class SurveyMoneyUseCase:
    """Counts; `lease` is what the calls to the provider about one thing may take in a row."""

    money: SurveyQueryPort
    lease: timedelta

    def execute(self, _request: SurveyMoney) -> MoneySurvey:
        """How it stands now."""
        soon, later = self.lease + MARGIN, self.lease + REFUND_MARGIN
        return self.money.survey(Patience(unanswered=soon, closing=soon, refunding=later))
