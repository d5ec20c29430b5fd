import re
from pathlib import Path

from audit.facts import FACTS
from audit.rules import RULES
from audit.scratch import TABLES


def test_rules_come_in_the_sequence_of_their_ids_by_subject():
    ids = [rule.id for rule in RULES]

    assert ids == [
        *(f"S{number}" for number in range(1, 5)),
        *(f"O{number}" for number in range(1, 6)),
        *(f"P{number}" for number in range(1, 10)),
        *(f"M{number}" for number in range(1, 6)),
    ]


def test_a_rule_says_when_it_is_judged():
    when = {rule.id: rule.when for rule in RULES}

    assert (when["S1"], when["O4"], when["P2"]) == ("always", "at rest", "always and at rest")


def test_the_page_of_the_audit_lists_every_rule_and_what_to_do_about_it():
    page = (Path(__file__).parents[3] / "docs" / "audit.md").read_text(encoding="utf-8")
    rules, _, advice = page.partition("## What to do\n")
    listed = re.findall(r"^\| (\w\d) \| (.+) \| (.+) \|$", rules, re.MULTILINE)
    advised = re.findall(r"^\| (\w\d(?:, \w\d)*) \| .+ \| .+ \|$", advice, re.MULTILINE)

    assert listed == [(rule.id, rule.title, rule.when) for rule in RULES]
    assert [rule for row in advised for rule in row.split(", ")] == [rule.id for rule in RULES]


def test_no_fact_names_a_person_or_holds_a_code_to_pay_by():
    columns = {str(column) for table in TABLES.values() for column in table}

    assert not columns & {
        "name",
        "cpf_digest",
        "email",
        "payer",
        "notes",
        "client_id",
        "qr_code",
        "password_hash",
    }


def test_every_fact_has_a_name_of_its_own_or_the_columns_of_its_namesake():
    for book, other in (("orders", "payments"), ("payments", "orders")):
        namesakes = {fact.name: list(fact.columns) for fact in FACTS[other]}
        for fact in FACTS[book]:
            assert namesakes.get(fact.name, list(fact.columns)) == list(fact.columns)
    assert not re.search(r"\bINSERT|UPDATE|DELETE\b", " ".join(c.otherwise for r in RULES for c in r.checks))
