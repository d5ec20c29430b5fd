"""Faults on request: which call or webhook goes wrong, how, and how often.

Whether a rule strikes depends on the seed and on how many calls it has matched: runs can be repeated.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from fake_checkout.domain.errors import FaultNotValid

CALL_KINDS = frozenset({"status", "rate_limit", "delay", "answer_lost", "html", "cut_json"})
WEBHOOK_KINDS = frozenset(
    {
        "webhook_delay",
        "webhook_double",
        "webhook_reorder",
        "webhook_drop",
        "webhook_unsigned",
        "webhook_bad_signature",
    }
)
REQUIRED = {
    "status": "status",
    "html": "status",
    "rate_limit": "retry_after",
    "delay": "seconds",
    "webhook_delay": "seconds",
}
"""The member that a kind cannot do without."""
LONGEST_DELAY = 3600.0


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes wrong, for what, and when: after `skip` matches, at most `times` (None: always).

    `path` is below the base URL, `*` stands for one segment. `seconds` of delay; `retry_after` in seconds.
    """

    kind: str
    times: int | None = None
    skip: int = 0
    probability: float = 1.0
    method: str | None = None
    path: str | None = None
    payment_id: int | None = None
    status: int | None = None
    retry_after: int | None = None
    seconds: float | None = None

    def matches_call(self, method: str, path: str) -> bool:
        """Whether it speaks of this call; `path` without the base path."""
        return (
            self.kind in CALL_KINDS
            and self.method in (None, method)
            and (self.path is None or _fits(self.path, path))
            and (self.payment_id is None or _fits(f"/v1/payments/{self.payment_id}", path, prefix=True))
        )

    def matches_webhook(self, payment_id: int) -> bool:
        """Whether it speaks of a webhook about this payment."""
        return self.kind in WEBHOOK_KINDS and self.payment_id in (None, payment_id)


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule, and how often it has matched and struck."""

    rule: Rule
    matched: int = 0
    struck: int = 0


@dataclass(frozen=True, slots=True)
class Faults:
    """The rules in force."""

    seed: int = 0
    watches: tuple[Watch, ...] = ()

    def for_call(self, method: str, path: str) -> "tuple[tuple[Rule, ...], Faults]":
        """The rules that strike this call, and the rules as they stand afterwards."""
        return self._draw([watch.rule.matches_call(method, path) for watch in self.watches])

    def for_webhook(self, payment_id: int) -> "tuple[tuple[Rule, ...], Faults]":
        """The rules that strike this attempt of a webhook, and the rules as they stand afterwards."""
        return self._draw([watch.rule.matches_webhook(payment_id) for watch in self.watches])

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


def rules_from(members: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules as a tester wrote them. Raises FaultNotValid, naming the first that is wrong."""
    return tuple(_rule_from(number, rule) for number, rule in enumerate(members))


def written(rule: Rule) -> dict[str, Any]:
    """The rule as a tester would write it: without what it leaves open."""
    return {name: value for name, value in asdict(rule).items() if value is not None}


def _rule_from(number: int, members: Mapping[str, Any]) -> Rule:
    unknown = set(members) - {field.name for field in fields(Rule)}
    if unknown:
        raise FaultNotValid(_wrong(number, f"does not know {', '.join(sorted(unknown))}"))
    kind = members.get("kind")
    if not isinstance(kind, str) or kind not in CALL_KINDS | WEBHOOK_KINDS:
        raise FaultNotValid(_wrong(number, f"has no kind {kind!r}"))
    required = REQUIRED.get(kind)
    if required is not None and members.get(required) is None:
        raise FaultNotValid(_wrong(number, f"needs {required}"))
    _check_members(number, members)
    return Rule(**members)


def _check_members(number: int, members: Mapping[str, Any]) -> None:
    checks = (
        ("times", int, 0, 1_000_000),
        ("skip", int, 0, 1_000_000),
        ("probability", (int, float), 0, 1),
        ("payment_id", int, 1, 10**15),
        ("status", int, 200, 599),
        ("retry_after", int, 0, 86_400),
        ("seconds", (int, float), 0, LONGEST_DELAY),
    )
    for name, kind, least, most in checks:
        value = members.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, kind) or not least <= value <= most:
            raise FaultNotValid(_wrong(number, f"needs {name} between {least} and {most}"))
    for name in ("method", "path"):
        if not isinstance(members.get(name, ""), str):
            raise FaultNotValid(_wrong(number, f"needs {name} to be text"))


def _wrong(number: int, what: str) -> str:
    return f"rule {number} {what}"


def _fits(pattern: str, path: str, *, prefix: bool = False) -> bool:
    wanted, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    if prefix:
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(
        want in ("*", have) for want, have in zip(wanted, given, strict=True)
    )
