import pytest

from fake_checkout.domain.errors import FaultNotValid
from fake_checkout.domain.fault_rule import LONGEST_DELAY, Call, rules_from, written
from fake_checkout.domain.faults import SPENT_KEPT, Faults, Watch


def faults(*rules, seed=1):
    return Faults(seed, tuple(Watch(rule) for rule in rules_from(rules)))


def struck(book, calls):
    """Which of the calls are struck, counted from 1."""
    hit = []
    for number, (method, path) in enumerate(calls, 1):
        rules, book = book.for_call(Call(method, path))
        if rules:
            hit.append(number)
    return hit


CREATE = ("POST", "/v1/payments")
REFUND = ("POST", "/v1/payments/123/refunds")


def test_a_rule_strikes_the_nth_call_of_its_kind():
    book = faults(
        {"kind": "status", "status": 500, "method": "POST", "path": "/v1/payments", "skip": 1, "times": 2}
    )

    assert struck(book, [CREATE, REFUND, CREATE, CREATE, REFUND, CREATE]) == [3, 4]


def test_a_rule_without_bounds_strikes_always():
    assert struck(faults({"kind": "answer_lost"}), [CREATE] * 3) == [1, 2, 3]


def test_a_star_stands_for_one_segment():
    book = faults({"kind": "answer_lost", "path": "/v1/payments/*/refunds"})

    paths = [
        "/v1/payments/1/refunds",
        "/v1/payments/refunds",
        "/v1/payments/1/2/refunds",
        "/v1/payments/1/refunds/",
    ]
    assert struck(book, [("GET", path) for path in paths]) == [1, 4]


def test_a_rule_can_be_about_one_payment():
    book = faults({"kind": "answer_lost", "payment_id": 12})

    paths = ["/v1/payments/12", "/v1/payments/12/refunds", "/v1/payments/123", "/v1/payments"]
    assert struck(book, [("GET", path) for path in paths]) == [1, 2]


def test_rules_of_webhooks_and_of_calls_do_not_mix():
    book = faults({"kind": "webhook_drop"}, {"kind": "answer_lost"})

    of_call, _ = book.for_call(Call(*CREATE))
    of_webhook, after = book.for_webhook(1, None)

    assert [rule.kind for rule in of_call] == ["answer_lost"]
    assert [rule.kind for rule in of_webhook] == ["webhook_drop"]
    assert [(watch.matched, watch.struck) for watch in after.watches] == [(1, 1), (0, 0)]


def test_a_rule_of_webhooks_can_be_about_one_payment():
    book = faults({"kind": "webhook_drop", "payment_id": 12})

    assert book.for_webhook(12, None)[0]
    assert not book.for_webhook(13, None)[0]


def test_a_rule_can_be_about_the_payment_of_one_reference():
    rules = [{"kind": kind, "external_reference": "order-1"} for kind in ("answer_lost", "webhook_drop")]
    book = faults(*rules)

    assert book.for_call(Call(*CREATE, reference="order-1"))[0]
    assert not book.for_call(Call(*CREATE, reference="order-2"))[0]
    assert not book.for_call(Call(*CREATE))[0]
    assert book.for_webhook(1, "order-1")[0]
    assert not book.for_webhook(1, None)[0]


def test_keys_whose_magic_value_has_struck_are_kept_though_not_for_ever():
    book = faults()

    for number in range(SPENT_KEPT + 1):
        book = book.with_spent(f"key-{number}")

    assert len(book.spent) == SPENT_KEPT
    assert ("key-0" in book.spent, "key-1000" in book.spent) == (False, True)


def test_chance_depends_on_the_seed_and_on_nothing_else():
    rule = {"kind": "answer_lost", "probability": 0.5}
    calls = [CREATE] * 200

    once = struck(faults(rule, seed=7), calls)

    assert once == struck(faults(rule, seed=7), calls)
    assert once == struck(faults(rule, {"kind": "webhook_drop"}, seed=7), calls)
    assert once != struck(faults(rule, seed=8), calls)
    assert 60 < len(once) < 140


def test_what_cannot_happen_never_does():
    assert struck(faults({"kind": "answer_lost", "probability": 0}), [CREATE] * 50) == []


def test_a_rule_is_written_as_it_was_read():
    rule = {"kind": "delay", "seconds": 1.5, "method": "GET", "skip": 2, "times": 3, "probability": 0.5}

    assert written(rules_from([rule])[0]) == rule


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({}, "has no kind None"),
        ({"kind": "explode"}, "has no kind 'explode'"),
        ({"kind": ["status"]}, r"has no kind \['status'\]"),
        ({"kind": "status"}, "needs status"),
        ({"kind": "rate_limit"}, "needs retry_after"),
        ({"kind": "delay"}, "needs seconds"),
        ({"kind": "webhook_delay"}, "needs seconds"),
        ({"kind": "html"}, "needs status"),
        ({"kind": "status_after"}, "needs status"),
        ({"kind": "answer_late"}, "needs seconds"),
        ({"kind": "drip"}, "needs seconds"),
        ({"kind": "huge"}, "needs megabytes"),
        ({"kind": "huge", "megabytes": 65}, "needs megabytes between"),
        ({"kind": "altered"}, "needs members"),
        ({"kind": "altered", "members": [1]}, "needs members to be an object"),
        ({"kind": "status_after", "status": 500, "sticky": 1}, "needs sticky to be true or false"),
        ({"kind": "webhook_repeat"}, "needs seconds"),
        ({"kind": "webhook_stale"}, "needs seconds"),
        ({"kind": "webhook_double", "copies": 0}, "needs copies between"),
        ({"kind": "webhook_other_payment", "about": "1"}, "needs about between"),
        ({"kind": "webhook_drop", "external_reference": 1}, "needs external_reference to be text"),
        ({"kind": "status", "status": 99}, "needs status between"),
        ({"kind": "status", "status": True}, "needs status between"),
        ({"kind": "status", "status": "500"}, "needs status between"),
        ({"kind": "answer_lost", "times": -1}, "needs times between"),
        ({"kind": "answer_lost", "skip": 0.5}, "needs skip between"),
        ({"kind": "answer_lost", "probability": 1.5}, "needs probability between"),
        ({"kind": "answer_lost", "method": 1}, "needs method to be text"),
        ({"kind": "answer_lost", "path": None, "when": 1}, "does not know when"),
    ],
)
def test_a_rule_that_cannot_be_understood_is_refused(rule, why):
    with pytest.raises(FaultNotValid, match=f"rule 1 {why}"):
        rules_from([{"kind": "answer_lost"}, rule])


@pytest.mark.parametrize(
    ("kind", "name", "least", "most"),
    [
        ("answer_lost", "times", 0, 1_000_000),
        ("answer_lost", "skip", 0, 1_000_000),
        ("answer_lost", "probability", 0, 1),
        ("answer_lost", "payment_id", 1, 10**15),
        ("status", "status", 200, 599),
        ("status", "code", 1, 99_999),
        ("rate_limit", "retry_after", 0, 86_400),
        ("delay", "seconds", 0, LONGEST_DELAY),
        ("huge", "megabytes", 1, 64),
        ("webhook_double", "copies", 1, 100),
        ("webhook_other_payment", "about", 1, 10**15),
    ],
)
def test_a_number_lies_between_the_least_and_the_most_that_can_be_meant(kind, name, least, most):
    usual = {"kind": kind, "status": 500} if kind == "status" else {"kind": kind}

    for bound in (least, most):
        assert getattr(rules_from([usual | {name: bound}])[0], name) == bound
    for beyond in (least - 1, most + 1):
        with pytest.raises(FaultNotValid, match=f"^rule 0 needs {name} between {least} and {most}$"):
            rules_from([usual | {name: beyond}])
