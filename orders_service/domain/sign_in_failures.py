"""Sign-ins that failed: too many in a row lock the account for a while, whether or not there is one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from orders_service.domain.staff_errors import TooManyFailures

MOST_IN_A_ROW = 10
FORGOTTEN_AFTER = timedelta(minutes=15)
"""After the last failure the row of them is forgotten; until then it counts on, or locks."""


@dataclass(frozen=True, slots=True)
class SignInFailures:
    """How often signing in failed in a row under a name in a store, and when last."""

    store: str
    username: str
    in_a_row: int
    last_at: datetime

    def require_unlocked(self, now: datetime) -> None:
        """Raises TooManyFailures."""
        if self.in_a_row >= MOST_IN_A_ROW and now < self.last_at + FORGOTTEN_AFTER:
            raise TooManyFailures(self.last_at + FORGOTTEN_AFTER - now)

    def one_more(self, now: datetime) -> Self:
        """The row with this failure in it."""
        before = self.in_a_row if now < self.last_at + FORGOTTEN_AFTER else 0
        return replace(self, in_a_row=before + 1, last_at=now)
