"""How many calls an account may make: a bucket that fills with time, and each call takes one out."""

import math
from dataclasses import dataclass, replace

MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """Holds `calls_a_minute` when it is full, and fills within a minute; `at` in seconds of any clock."""

    calls_a_minute: int
    level: float
    at: float

    def filled(self, now: float) -> "TokenBucket":
        """As it is now."""
        gained = (now - self.at) * self.calls_a_minute / MINUTE_SECONDS
        return replace(self, level=min(self.calls_a_minute, self.level + gained), at=now)

    def taken(self) -> "TokenBucket | None":
        """With one call fewer; None where there is none left."""
        return replace(self, level=self.level - 1) if self.level >= 1 else None

    @property
    def retry_after(self) -> int:
        """Whole seconds until there is one again."""
        return math.ceil((1 - self.level) * MINUTE_SECONDS / self.calls_a_minute)
