import pytest

from servicekit.messaging.envelope import Unintelligible
from servicekit.messaging.event_data import EventData, Instant, read_data
from tests.builders.servicekit import NOON, an_envelope


class Until(EventData):
    until = Instant(required=True)


def until(text):
    return read_data(Until(), an_envelope(data={"until": text}))["until"]


def test_an_instant_is_read_in_utc():
    assert until("2026-11-21T09:00:00-03:00").isoformat() == NOON.isoformat()


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-21T12:00:00",
        "2026-11-21",
        "noon",
        "",
        0,
        None,
    ],
)
def test_what_is_no_instant_in_utc_cannot_be_understood(text):
    with pytest.raises(Unintelligible, match="until"):
        until(text)


def test_a_member_that_is_missing_cannot_be_understood():
    with pytest.raises(Unintelligible, match=r"note\.taken\.v1: .*until"):
        read_data(Until(), an_envelope(data={}))


def test_what_the_reader_does_not_name_is_passed_over():
    data = {"until": "2026-11-21T12:00:00Z", "priority": "high"}

    assert read_data(Until(), an_envelope(data=data)) == {"until": NOON}
