"""When the system is watched over, it is told how the orders stand."""

from dataclasses import dataclass
from datetime import timedelta

from orders_service.ports.survey_query_port import OrdersSurvey, SurveyQueryPort

MARGIN = timedelta(minutes=1)
"""For the sweepers to come round. Whatever is later than that, they have left lying."""


@dataclass(frozen=True, slots=True)
class SurveyOrders:
    """All of them, of all stores."""


@dataclass(frozen=True, slots=True)
class SurveyOrdersUseCase:
    """Counts; `patience` is how long a cancel request waits for its answer."""

    orders: SurveyQueryPort
    patience: timedelta

    def execute(self, _request: SurveyOrders) -> OrdersSurvey:
        """How they stand now."""
        return self.orders.survey(unpaid=MARGIN, ending=self.patience + MARGIN)
