import re

import pytest

from fake_checkout.domain.errors import SwitchNotValid
from fake_checkout.domain.switches import CHOICES, Switches, switches_from


def test_the_first_position_holds_until_another_is_chosen():
    assert Switches().told() == {name: positions[0] for name, positions in CHOICES.items()}
    assert Switches({"webhook_ts": "milliseconds"})["webhook_ts"] == "milliseconds"


def test_what_is_turned_adds_to_what_was_chosen():
    switches = Switches({"webhook_id": "lower"}).turned({"webhook_ts": "milliseconds"})

    assert (switches["webhook_id"], switches["webhook_ts"]) == ("lower", "milliseconds")


def test_switches_are_read_from_text():
    assert switches_from("") == Switches()
    assert switches_from("webhook_ts=milliseconds, webhook_id=lower") == Switches(
        {"webhook_ts": "milliseconds", "webhook_id": "lower"}
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("gravity=off", f"there is no switch 'gravity'; there are {', '.join(sorted(CHOICES))}"),
        ("webhook_ts=hours", f"webhook_ts is one of {', '.join(CHOICES['webhook_ts'])}"),
        ("webhook_ts", f"webhook_ts is one of {', '.join(CHOICES['webhook_ts'])}"),
    ],
)
def test_what_is_not_there_is_refused(text, why):
    with pytest.raises(SwitchNotValid, match=f"^{re.escape(why)}$"):
        switches_from(text)
