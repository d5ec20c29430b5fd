"""Legitimate books are clean; whatever is wrong with them is told by its rule and by no other."""

import pytest

from audit.rules import RULES
from audit.rules.rule import Rule
from tests.integration.audit.conftest import Books
from tests.integration.audit.injections import INJECTIONS, Injection

WITH_FILES = {"O5", "M5"}
"""What cannot be judged without a file."""


def names(books: Books) -> dict[str, object]:
    """What is expected can speak of these."""
    water = "SELECT {} FROM stock JOIN products ON products.id = product_id WHERE name = 'Água mineral'"
    reserved, on_hand = (books.ask("orders", water.format(column)) for column in ("reserved", "on_hand"))
    return {
        **{end: Order(books, end) for end in books.orders},
        "water": books.ask("orders", water.format("product_id")),
        "reserved": reserved,
        "reserved_less_one": reserved - 1,
        "on_hand": on_hand,
        "on_hand_less_one": on_hand - 1,
    }


class Order:
    """An order of the books, as text its id."""

    def __init__(self, books: Books, end: str) -> None:
        self._books = books
        self._end = end

    def __str__(self) -> str:
        return self._books.orders[self._end]

    @property
    def payment(self) -> str:
        return self._newest("id", "payments", "number")

    @property
    def number(self) -> str:
        return self._newest("provider_id", "payments", "number")

    @property
    def refund(self) -> str:
        return self._newest("id", "refunds", "position")

    def _newest(self, column: str, table: str, by: str) -> str:
        which = f"WHERE order_id = :{self._end} ORDER BY {by} DESC LIMIT 1"
        return self._books.ask("payments", f"SELECT {column} FROM {table} {which}")


def test_legitimate_books_are_clean(books: Books):
    report = books.audit()

    assert report.clean, str(report)
    assert report.orders == len(books.orders)
    assert {verdict.rule for verdict in report.verdicts if not verdict.looked_at} == WITH_FILES


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.needs is None], ids=lambda rule: rule.id)
def test_every_check_of_a_rule_is_shown_to_catch_something(rule: Rule):
    told = [injection.says for injection in INJECTIONS if rule.id in injection.rules.split()]

    assert [check.says for check in rule.checks if not any(check.says in says for says in told)] == []


@pytest.mark.parametrize(
    "injection", INJECTIONS, ids=lambda one: f"{one.rules.replace(' ', '+')}: {one.done}"
)
def test_a_violation_is_told_by_its_rule_and_by_no_other(books: Books, injection: Injection):
    for change in injection.changes:
        books.change(*change)

    report = books.audit(settle=injection.settle, later=injection.later)

    assert set(report.violated) == set(injection.rules.split()), str(report)
    assert injection.says.format_map(names(books)) in str(report), str(report)
