import pytest
from prometheus_client import REGISTRY

from servicekit.http.problems import Problem
from servicekit.http.streams import Streams, end_streams
from tests.fakes.servicekit.deadlines import Work


def sample(name, kind):
    return REGISTRY.get_sample_value(name, {"kind": kind}) or 0


def test_there_are_so_many_places_and_no_more():
    streams = Streams(2)
    streams.take("a")
    place = streams.take("a")

    with pytest.raises(Problem) as refused:
        streams.take("a")
    assert (refused.value.status, refused.value.slug) == (503, "too-many-streams")
    assert refused.value.headers["Retry-After"] == "5"

    place.leave()
    streams.take("a")


def test_some_places_are_kept_free_for_those_that_come_first():
    streams = Streams(3, kept_free=1)
    crowd = [streams.take("crowd"), streams.take("crowd")]

    with pytest.raises(Problem):
        streams.take("crowd")
    streams.take("cook", first=True)
    with pytest.raises(Problem):
        streams.take("cook", first=True)

    crowd[0].leave()
    streams.take("crowd")


def test_a_place_is_given_back_once():
    streams = Streams(2)
    place, other = streams.take("a"), streams.take("a")
    place.leave()
    place.leave()

    streams.take("a")
    with pytest.raises(Problem):
        streams.take("a")
    other.leave()


def test_open_streams_are_counted_and_so_are_those_that_found_no_place():
    streams = Streams(1)
    place = streams.take("counted")
    assert sample("comanda_streams_open", "counted") == 1

    with pytest.raises(Problem):
        streams.take("counted")
    assert sample("comanda_streams_refused_total", "counted") == 1

    place.leave()
    assert sample("comanda_streams_open", "counted") == 0


def test_whoever_rests_is_woken_also_by_what_came_just_before():
    place = Streams(1).take("a")
    place.wake()
    place.rest(60)

    resting = Work(lambda: place.rest(60))
    place.wake()
    resting.result()


def test_when_the_process_is_to_end_every_stream_is_woken_and_none_begins():
    streams = Streams(2)
    place = streams.take("a")
    resting = Work(lambda: place.rest(60))

    end_streams()

    resting.result()
    assert place.is_closing
    with pytest.raises(Problem):
        streams.take("a")
