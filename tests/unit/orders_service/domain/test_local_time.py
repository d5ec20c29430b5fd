from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders_service.domain.local_time import instant_of

SAO_PAULO, NEW_YORK, KATHMANDU, APIA, KIRITIMATI = map(
    ZoneInfo,
    ["America/Sao_Paulo", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Kiritimati"],
)


def test_a_time_with_an_offset_is_taken_as_it_is():
    written = datetime(2026, 11, 21, 18, 0, tzinfo=timezone(timedelta(hours=2)))
    for zone in (SAO_PAULO, NEW_YORK):
        assert instant_of(written, zone) == datetime(2026, 11, 21, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        (SAO_PAULO, datetime(2026, 11, 21, 21, 0, tzinfo=UTC)),
        (NEW_YORK, datetime(2026, 11, 21, 23, 0, tzinfo=UTC)),
        (KATHMANDU, datetime(2026, 11, 21, 12, 15, tzinfo=UTC)),
    ],
)
def test_a_time_without_one_is_what_the_wall_shows(zone, instant):
    assert instant_of(datetime(2026, 11, 21, 18, 0), zone) == instant  # noqa: DTZ001 - as it was written


def test_a_time_that_comes_twice_is_the_first():
    # On 1 November 2026 at 2:00 clocks in New York go back to 1:00.
    written = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001
    assert instant_of(written, NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert instant_of(written.replace(fold=1), NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_time_that_does_not_come_is_read_with_the_offset_from_before():
    # On 8 March 2026 at 2:00 clocks in New York go forward to 3:00: what was 2:30 yesterday shows as 3:30.
    written = datetime(2026, 3, 8, 2, 30)  # noqa: DTZ001
    assert instant_of(written, NEW_YORK) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_a_midnight_that_does_not_come_is_when_the_day_begins():
    # On 4 November 2018 at 0:00 clocks in São Paulo went forward to 1:00.
    midnight = datetime(2018, 11, 4)  # noqa: DTZ001
    assert instant_of(midnight, SAO_PAULO) == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2999, 12, 31)),  # noqa: DTZ001
    st.sampled_from([SAO_PAULO, NEW_YORK, KATHMANDU, APIA, KIRITIMATI]),
)
def test_every_time_of_the_years_that_can_be_written_is_some_instant(written, zone):
    assert instant_of(written, zone).tzinfo is UTC
