"""How all orders stand, for whoever watches over the system."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from orders_service.domain.order_progress import OrderStatus


@dataclass(frozen=True, slots=True)
class OrdersSurvey:
    """How many orders of all stores are in each state but the last ones, and how many are too long there."""

    open: Mapping[OrderStatus, int]
    unpaid_too_long: int
    ending_too_long: int


class SurveyQueryPort(Protocol):
    """Counts open orders alone: those that have ended are far more, and are not looked at."""

    @abstractmethod
    def survey(self, *, unpaid: timedelta, ending: timedelta) -> OrdersSurvey:
        """Too long is to wait for money so long after the deadline, and to be CANCELLING for so long."""
        raise NotImplementedError
