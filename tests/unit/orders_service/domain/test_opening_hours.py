import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders_service.domain.opening_hours import OpeningHours, OpenInterval, time_zone
from orders_service.domain.store_errors import UnknownTimeZone

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)
SAO_PAULO = ZoneInfo("America/Sao_Paulo")  # without summer time since 2019
LISBON = ZoneInfo("Europe/Lisbon")
ASUNCION = ZoneInfo("America/Asuncion")  # clocks went forward at midnight, in October
MONDAY, SUNDAY = 0, 6


def hours(*intervals):
    """Each as (weekday, "HH:MM", "HH:MM")."""
    return OpeningHours(
        tuple(
            OpenInterval(weekday, time.fromisoformat(opens), time.fromisoformat(closes))
            for weekday, opens, closes in intervals
        )
    )


def local(text, zone=SAO_PAULO, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def opens_at(week, now, zone=SAO_PAULO):
    found = week.opens_at(now, zone)
    return None if found is None else found.astimezone(zone).isoformat(timespec="minutes")


def test_a_store_without_hours_is_always_open():
    assert hours().opens_at(local("2026-11-23T04:00"), SAO_PAULO) is None


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T10:59", "2026-11-23T11:00-03:00"),
        ("2026-11-23T11:00", None),
        ("2026-11-23T14:59", None),
        ("2026-11-23T15:00", "2026-11-23T18:00-03:00"),
        ("2026-11-23T18:00", None),
        ("2026-11-24T01:59", None),
        ("2026-11-24T02:00", "2026-11-30T11:00-03:00"),
    ],
)
def test_several_intervals_a_day_one_of_them_past_midnight(now, opens):
    week = hours((MONDAY, "11:00", "15:00"), (MONDAY, "18:00", "02:00"))  # 2026-11-23 is a Monday

    assert opens_at(week, local(now)) == opens


def test_an_interval_that_ends_when_it_begins_lasts_a_day():
    week = hours((MONDAY, "06:00", "06:00"))

    assert opens_at(week, local("2026-11-24T05:59")) is None
    assert opens_at(week, local("2026-11-24T06:00")) == "2026-11-30T06:00-03:00"


def test_sundays_night_reaches_into_monday():
    week = hours((SUNDAY, "22:00", "03:00"))

    assert opens_at(week, local("2026-11-23T02:59")) is None


def test_the_hours_are_those_of_the_stores_own_place():
    week, noon = hours((MONDAY, "12:00", "13:00")), datetime(2026, 11, 23, 12, 30, tzinfo=UTC)

    assert week.opens_at(noon, LISBON) is None
    assert week.opens_at(noon, SAO_PAULO) == datetime(2026, 11, 23, 15, tzinfo=UTC)


def test_the_hours_stay_when_summer_time_comes_and_goes():
    week = hours((MONDAY, "12:00", "13:00"))

    assert week.opens_at(local("2026-10-24T00:00", LISBON), LISBON) == datetime(2026, 10, 26, 12, tzinfo=UTC)
    assert week.opens_at(local("2026-07-04T00:00", LISBON), LISBON) == datetime(2026, 7, 6, 11, tzinfo=UTC)


def test_an_hour_that_comes_twice_counts_once_for_opening_and_closing():
    week = hours((SUNDAY, "00:30", "01:30"))  # on 2026-10-25 at 2:00 it is 1:00 again

    assert week.opens_at(local("2026-10-25T01:29", LISBON), LISBON) is None
    assert opens_at(week, local("2026-10-25T01:30", LISBON), LISBON) == "2026-11-01T00:30+00:00"
    assert opens_at(week, local("2026-10-25T01:15", LISBON, fold=1), LISBON) == "2026-11-01T00:30+00:00"


def test_who_is_open_while_clocks_go_back_is_open_an_hour_longer():
    week = hours((SUNDAY, "00:00", "03:00"))
    start = week.opens_at(local("2026-10-24T23:00", LISBON), LISBON)

    open_minutes = sum(week.opens_at(start + MINUTE * step, LISBON) is None for step in range(300))
    assert open_minutes == 4 * 60


def test_a_time_that_clocks_skip_is_as_long_after_midnight_as_ever():
    week = hours((SUNDAY, "00:30", "04:00"))  # on 2023-10-01 after 23:59 it is 1:00

    assert opens_at(week, local("2023-09-30T12:00", ASUNCION), ASUNCION) == "2023-10-01T01:30-03:00"


def test_hours_that_clocks_swallow_are_skipped_for_the_week():
    week = hours((SUNDAY, "00:30", "01:15"))  # 0:30 would be 1:30, and that is past 1:15

    assert opens_at(week, local("2023-09-30T12:00", ASUNCION), ASUNCION) == "2023-10-08T00:30-03:00"


@pytest.mark.parametrize("name", ["America/Sao_Paulo", "America/Noronha", "UTC"])
def test_an_iana_name_is_a_time_zone(name):
    assert time_zone(name).key == name


@pytest.mark.parametrize(
    "name", ["", "Mars", "america/sao_paulo", "../etc/passwd", "America", "localtime", "\x00"]
)
def test_anything_else_is_none(name):
    with pytest.raises(UnknownTimeZone, match=f"^{re.escape(name)} is no"):
        time_zone(name)


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
weeks = st.builds(
    OpeningHours,
    st.lists(st.builds(OpenInterval, st.integers(0, 6), times, times), min_size=1, max_size=6).map(tuple),
)
zones = st.sampled_from([SAO_PAULO, LISBON, ASUNCION, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
moments = st.integers(1_451_606_400, 1_798_761_600).map(lambda second: datetime.fromtimestamp(second, UTC))
"""From 2016 to 2026."""


@given(weeks, zones, moments)
def test_the_next_opening_is_the_first_moment_at_which_it_is_open(week, zone, now):
    opening = week.opens_at(now, zone)

    if opening is not None:
        assert now < opening <= now + 2 * WEEK
        assert week.opens_at(opening, zone) is None
        assert week.opens_at(opening - timedelta(microseconds=1), zone) == opening
        between = (now + (opening - now) * part / 20 for part in range(20))
        assert all(week.opens_at(moment, zone) == opening for moment in between)


@given(weeks, moments)
def test_where_clocks_never_change_it_is_open_at_what_the_wall_clock_says(week, now):
    def covers(interval):
        minute = now.weekday() * 1440 + now.hour * 60 + now.minute
        opens = interval.weekday * 1440 + interval.opens.hour * 60 + interval.opens.minute
        length = (
            (interval.closes.hour - interval.opens.hour) * 60 + interval.closes.minute - interval.opens.minute
        )
        return (minute - opens) % (7 * 1440) < (length if length > 0 else length + 1440)

    assert (week.opens_at(now, ZoneInfo("UTC")) is None) == any(map(covers, week.intervals))


@given(weeks, moments)
def test_where_clocks_never_change_every_week_is_alike(week, now):
    this, next_week = (week.opens_at(now + shift, SAO_PAULO) for shift in (timedelta(), WEEK))

    if now.year >= 2020:
        assert next_week == (None if this is None else this + WEEK)


@given(weeks, zones, moments)
def test_more_hours_never_close_a_store(week, zone, now):
    longer = OpeningHours((*week.intervals, OpenInterval(MONDAY, time(8), time(20))))

    if week.opens_at(now, zone) is None:
        assert longer.opens_at(now, zone) is None
