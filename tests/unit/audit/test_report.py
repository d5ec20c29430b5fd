from datetime import UTC, datetime

import pytest

from audit.report import Difference, Outcome, Report, Verdict
from audit.scratch import reais


def a_verdict(rule="S1", outcome=Outcome.HOLDS, violations=0, differences=()):
    return Verdict(rule, "It adds up", "always", outcome, 1234, violations, tuple(differences))


def a_report(*verdicts):
    return Report(datetime(2026, 11, 22, tzinfo=UTC), 1_000_000, 3, verdicts)


def test_a_report_is_clean_unless_a_rule_is_violated():
    holds, unchecked = a_verdict(), a_verdict("O5", Outcome.NOT_CHECKED)
    violated = a_verdict("P1", Outcome.VIOLATED, 1)

    assert a_report(holds, unchecked).clean
    assert a_report(holds, violated, unchecked).violated == ("P1",)
    assert not a_report(violated).clean


def test_a_report_reads_as_a_line_for_each_rule_and_one_for_each_difference():
    difference = Difference.of("total", ("order 1", "R$ 1.00", None))

    text = str(
        a_report(
            a_verdict(),
            a_verdict("O5", Outcome.NOT_CHECKED),
            a_verdict("P1", Outcome.VIOLATED, 2_001, [difference]),
        )
    )

    assert text.splitlines() == [
        "1,000,000 orders, 3 of them too young for the rules at rest",
        "S1  holds        It adds up (1,234 looked at)",
        "O5  not checked  It adds up",
        "P1  violated     It adds up (1,234 looked at)",
        "      order 1: total: expected R$ 1.00, found nothing",
        "      and 2,000 more",
        "VIOLATED: P1",
    ]


@pytest.mark.parametrize(
    ("centavos", "text"),
    [
        (0, "R$ 0.00"),
        (5, "R$ 0.05"),
        (3390, "R$ 33.90"),
        (-101, "-R$ 1.01"),
        (None, None),
        (33.9, "33.9 (not whole centavos)"),
        ("x", "x (not whole centavos)"),
    ],
)
def test_money_is_told_to_the_centavo(centavos, text):
    assert reais(centavos) == text
