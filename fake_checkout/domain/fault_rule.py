"""What can go wrong on purpose, as a tester writes it down."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from fake_checkout.domain.errors import FaultNotValid

BEFORE_EFFECT = frozenset({"status", "rate_limit", "html", "reset", "delay"})
AFTER_EFFECT = frozenset(
    {
        "status_after",
        "answer_late",
        "answer_lost",
        "altered",
        "cut_json",
        "drip",
        "huge",
        "webhook_first",
    }
)
CALL_KINDS = BEFORE_EFFECT | AFTER_EFFECT
WEBHOOK_KINDS = frozenset(
    {
        "webhook_delay",
        "webhook_double",
        "webhook_repeat",
        "webhook_reorder",
        "webhook_drop",
        "webhook_answer_lost",
        "webhook_unsigned",
        "webhook_bad_signature",
        "webhook_no_request_id",
        "webhook_stale",
        "webhook_other_payment",
    }
)
REQUIRED = {
    "status": "status",
    "html": "status",
    "status_after": "status",
    "rate_limit": "retry_after",
    "delay": "seconds",
    "answer_late": "seconds",
    "drip": "seconds",
    "huge": "megabytes",
    "altered": "members",
    "webhook_delay": "seconds",
    "webhook_repeat": "seconds",
    "webhook_stale": "seconds",
}
"""The member that a kind cannot do without."""
LONGEST_DELAY = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the API. `path` is below the base URL; `reference` is its payment's external_reference."""

    method: str
    path: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes wrong, for what, and when: after `skip` matches, at most `times` (None: always).

    It matches by `method`, `path` (`*` stands for one segment), `payment_id` and `external_reference`.
    `seconds` is how long or how late; `retry_after` in seconds; `code` the provider's cause of a `status`;
    `sticky` lets the idempotency key give the failure again; `members` take the place of an answer's own;
    `copies` is how many more there are; `about` the payment that a webhook names in place of its own.
    """

    kind: str
    times: int | None = None
    skip: int = 0
    probability: float = 1.0
    method: str | None = None
    path: str | None = None
    payment_id: int | None = None
    external_reference: str | None = None
    status: int | None = None
    code: int | None = None
    sticky: bool | None = None
    retry_after: int | None = None
    seconds: float | None = None
    megabytes: int | None = None
    members: Mapping[str, Any] | None = None
    copies: int | None = None
    about: int | None = None

    def matches_call(self, call: Call) -> bool:
        """Whether it speaks of this call."""
        return (
            self.kind in CALL_KINDS
            and self.method in (None, call.method)
            and (self.path is None or _fits(self.path, call.path))
            and (self.payment_id is None or _fits(f"/v1/payments/{self.payment_id}", call.path, prefix=True))
            and self.external_reference in (None, call.reference)
        )

    def matches_webhook(self, payment_id: int, reference: str | None) -> bool:
        """Whether it speaks of a webhook about this payment, whose external_reference is given."""
        return (
            self.kind in WEBHOOK_KINDS
            and self.payment_id in (None, payment_id)
            and self.external_reference in (None, reference)
        )


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
    _check_numbers(number, members)
    _check_types(number, members)
    return Rule(**members)


def _check_numbers(number: int, members: Mapping[str, Any]) -> None:
    checks = (
        ("times", int, 0, 1_000_000),
        ("skip", int, 0, 1_000_000),
        ("probability", (int, float), 0, 1),
        ("payment_id", int, 1, 10**15),
        ("status", int, 200, 599),
        ("code", int, 1, 99_999),
        ("retry_after", int, 0, 86_400),
        ("seconds", (int, float), 0, LONGEST_DELAY),
        ("megabytes", int, 1, 64),
        ("copies", int, 1, 100),
        ("about", int, 1, 10**15),
    )
    for name, kind, least, most in checks:
        value = members.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, kind) or not least <= value <= most:
            raise FaultNotValid(_wrong(number, f"needs {name} between {least} and {most}"))


def _check_types(number: int, members: Mapping[str, Any]) -> None:
    checks = (
        ("method", str, "text"),
        ("path", str, "text"),
        ("external_reference", str, "text"),
        ("sticky", bool, "true or false"),
        ("members", dict, "an object"),
    )
    for name, kind, what in checks:
        if members.get(name) is not None and not isinstance(members[name], kind):
            raise FaultNotValid(_wrong(number, f"needs {name} to be {what}"))


def _wrong(number: int, what: str) -> str:
    return f"rule {number} {what}"


def _fits(pattern: str, path: str, *, prefix: bool = False) -> bool:
    wanted, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    if prefix:
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(
        want in ("*", have) for want, have in zip(wanted, given, strict=True)
    )
