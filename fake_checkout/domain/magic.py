"""Magic values: what a request for a payment can say, so that something is to happen to that payment.

An `external_reference` that is `fake-` and the name of a scenario, or begins with that and a hyphen; or an
amount of R$ 13,013 and the scenario's number of centavos. Nothing else has a meaning.
"""

from fake_checkout.domain.fault_rule import CALL_KINDS, WEBHOOK_KINDS, Rule

PREFIX = "fake-"
REAIS = 13_013
PAYS, REFUSES = "pays", "refuses"
RULES: dict[str, Rule] = {
    "reset": Rule("reset"),
    "unavailable": Rule("status", status=503),
    "rate_limit": Rule("rate_limit", retry_after=2),
    "html": Rule("html", status=502),
    "delay": Rule("delay", seconds=5),
    "answer_lost": Rule("answer_lost"),
    "answer_late": Rule("answer_late", seconds=5),
    "error_after": Rule("status_after", status=500),
    "cut_json": Rule("cut_json"),
    "webhook_first": Rule("webhook_first"),
    "webhook_double": Rule("webhook_double"),
    "webhook_reorder": Rule("webhook_reorder"),
    "webhook_delay": Rule("webhook_delay", seconds=5),
    "webhook_drop": Rule("webhook_drop"),
    "webhook_answer_lost": Rule("webhook_answer_lost"),
    "webhook_unsigned": Rule("webhook_unsigned"),
    "webhook_bad_signature": Rule("webhook_bad_signature"),
}
"""What goes wrong in a scenario: with the request itself the first time, or with each webhook's first try."""
SCENARIOS = (PAYS, REFUSES, *RULES)
"""The first has number 1: R$ 13,013.01."""
DECIDED = tuple(REAIS * 100 + SCENARIOS.index(name) + 1 for name in (PAYS, REFUSES))
"""The amounts whose payers decide by themselves, in centavos."""


def scenario(amount: int | None, reference: str | None) -> str | None:
    """The scenario that a payment of `amount` centavos with this external_reference plays, if any."""
    if reference is not None and reference.startswith(PREFIX):
        name = reference.removeprefix(PREFIX).partition("-")[0]
        return name if name in SCENARIOS else None
    number = 0 if amount is None else amount - REAIS * 100
    return SCENARIOS[number - 1] if 1 <= number <= len(SCENARIOS) else None


def call_rule(amount: int | None, reference: str | None) -> Rule | None:
    """What goes wrong with the request for such a payment."""
    return _rule(amount, reference, CALL_KINDS)


def webhook_rule(amount: int, reference: str | None) -> Rule | None:
    """What goes wrong with the first try of each webhook about such a payment."""
    return _rule(amount, reference, WEBHOOK_KINDS)


def _rule(amount: int | None, reference: str | None, kinds: frozenset[str]) -> Rule | None:
    rule = RULES.get(scenario(amount, reference) or "")
    return rule if rule is not None and rule.kind in kinds else None
