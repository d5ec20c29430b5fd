"""Which of the rules strike, and how often they have.

Whether a rule strikes depends on the seed and on how many calls it has matched: runs can be repeated.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fake_checkout.domain.fault_rule import Call, Rule

SPENT_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule, and how often it has matched and struck."""

    rule: Rule
    matched: int = 0
    struck: int = 0


@dataclass(frozen=True, slots=True)
class Faults:
    """The rules in force. `spent` are the idempotency keys whose magic value has struck, newest last."""

    seed: int = 0
    watches: tuple[Watch, ...] = ()
    spent: tuple[str, ...] = ()

    def for_call(self, call: Call) -> "tuple[tuple[Rule, ...], Faults]":
        """The rules that strike this call, and the rules as they stand afterwards."""
        return self._draw([watch.rule.matches_call(call) for watch in self.watches])

    def for_webhook(self, payment_id: int, reference: str | None) -> "tuple[tuple[Rule, ...], Faults]":
        """The rules that strike this attempt of a webhook, and the rules as they stand afterwards."""
        return self._draw([watch.rule.matches_webhook(payment_id, reference) for watch in self.watches])

    def with_rule(self, rule: Rule) -> "Faults":
        """With one more rule, behind the others."""
        return replace(self, watches=(*self.watches, Watch(rule)))

    def without(self, place: int) -> "Faults":
        """Without the rule at this place, counted from 0."""
        return replace(self, watches=self.watches[:place] + self.watches[place + 1 :])

    def with_spent(self, key: str) -> "Faults":
        """The magic value of the request under this key has struck, and does not strike its repetitions."""
        return replace(self, spent=(*self.spent, key)[-SPENT_KEPT:])

    def _draw(self, matches: Sequence[bool]) -> "tuple[tuple[Rule, ...], Faults]":
        strikes = [match and self._strikes(index) for index, match in enumerate(matches)]
        watches = tuple(
            replace(watch, matched=watch.matched + match, struck=watch.struck + strike)
            for watch, match, strike in zip(self.watches, matches, strikes, strict=True)
        )
        struck = tuple(watch.rule for watch, strike in zip(self.watches, strikes, strict=True) if strike)
        return struck, replace(self, watches=watches)

    def _strikes(self, index: int) -> bool:
        watch = self.watches[index]
        rule = watch.rule
        if watch.matched < rule.skip or (rule.times is not None and watch.struck >= rule.times):
            return False
        # A generator for each draw: what other rules do, or a restart, changes nothing.
        chance = random.Random(f"{self.seed}:{index}:{watch.matched}").random()  # noqa: S311 - repeatable on purpose
        return chance < rule.probability
