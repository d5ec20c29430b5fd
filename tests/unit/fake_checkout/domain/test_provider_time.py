from datetime import UTC, datetime

import pytest

from fake_checkout.domain.provider_time import read_instant, read_time, written_time

INSTANT = datetime(2026, 11, 22, 2, 30, 15, 123_000, tzinfo=UTC)


def test_an_instant_is_written_in_the_providers_zone():
    assert written_time(INSTANT) == "2026-11-21T22:30:15.123-04:00"


@pytest.mark.parametrize("text", ["2026-11-21T22:30:15.123-04:00", "2026-11-22T02:30:15.123+00:00"])
def test_an_instant_is_read_in_any_zone(text):
    assert read_time(text) == INSTANT


@pytest.mark.parametrize(
    "text", ["2026-11-21", "2026-11-21T22:30:15-04:00", "2026-11-21T22:30:15.123Z", "tomorrow"]
)
def test_another_form_is_refused(text):
    with pytest.raises(ValueError, match=r"^dates have the form yyyy-MM-ddTHH:mm:ss\.SSS-04:00$"):
        read_time(text)


@pytest.mark.parametrize("text", ["2026-02-30T22:30:15.123-04:00", "2026-11-21T25:30:15.123-04:00"])
def test_a_day_and_an_hour_that_there_are_not_are_refused(text):
    with pytest.raises(ValueError, match=r"day|hour"):
        read_time(text)


@pytest.mark.parametrize(
    "text", ["2026-11-22T02:30:15.123Z", "2026-11-21T22:30:15.123-04:00", "20261122T023015.123+0000"]
)
def test_an_instant_may_be_asked_for_in_any_form_of_the_standard(text):
    assert read_instant(text) == INSTANT


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-22T02:30:15.123", "^an instant needs a time zone$"),
        ("0001-01-01T00:00:00+14:00", "^no such time$"),
        ("now", "isoformat"),
    ],
)
def test_what_is_no_instant_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        read_instant(text)
