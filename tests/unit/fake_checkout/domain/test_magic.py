import pytest

from fake_checkout.domain.magic import RULES, SCENARIOS, call_rule, scenario, webhook_rule


@pytest.mark.parametrize(("number", "name"), [*enumerate(SCENARIOS, 1)])
def test_a_scenario_is_named_by_its_amount_and_by_its_reference(number, name):
    assert scenario(1_301_300 + number, "order-1") == name
    assert scenario(100, f"fake-{name}") == scenario(100, f"fake-{name}-7f3a") == name


@pytest.mark.parametrize(
    ("amount", "reference"),
    [
        (1_301_300, None),
        (1_301_300 + len(SCENARIOS) + 1, None),
        (5990, None),
        (None, None),
        (5990, "fake-nothing"),
        (5990, "fake-"),
        (5990, "fake-payspal"),
        (5990, "01936d1e-7f00-7000-8000-000000000000"),
    ],
)
def test_everything_else_means_nothing(amount, reference):
    assert scenario(amount, reference) is None


def test_a_scenario_is_about_the_call_or_about_the_webhooks():
    for name, rule in RULES.items():
        chosen = [draw(100, f"fake-{name}") for draw in (call_rule, webhook_rule)]
        assert chosen in ([rule, None], [None, rule])
    assert call_rule(100, "fake-pays") is webhook_rule(100, "fake-pays") is None
