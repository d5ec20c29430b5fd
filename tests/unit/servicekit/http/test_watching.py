import pytest

from servicekit.database.patience import patience
from servicekit.http.problems import Problem
from servicekit.http.streams import Streams
from servicekit.http.watching import Watched, wait_until_fresh
from tests.fakes.servicekit.deadlines import Work


def test_what_nobody_watches_is_not_kept():
    watched = Watched()
    watched.put("a", 1)

    assert watched.keys() == frozenset()
    assert watched.state("a") is None
    assert watched.watch("a", lambda: None).state is None


def test_everybody_who_watches_is_woken_and_sees_the_same():
    watched, woken = Watched(), []
    first = watched.watch("a", lambda: woken.append("first"))
    second = watched.watch("a", lambda: woken.append("second"))
    watched.watch("b", lambda: woken.append("other"))

    watched.put("a", 1)

    assert woken == ["first", "second"]
    assert (first.state, second.state, watched.state("a")) == (1, 1, 1)


def test_nobody_is_woken_by_what_they_see_already():
    watched, woken = Watched(), []
    watched.watch("a", lambda: woken.append(1))
    watched.put("a", 1)
    watched.put("a", 1)

    assert woken == [1]


def test_a_subject_is_forgotten_with_the_last_who_watches_it():
    watched = Watched()
    first, second = (watched.watch("a", lambda: None) for _ in range(2))
    watched.put("a", 1)

    first.leave()
    first.leave()
    assert watched.keys() == {"a"}
    second.leave()
    assert watched.keys() == frozenset()
    second.leave()


def test_a_watch_is_fresh_after_the_first_look_that_began_after_it():
    watched = Watched()
    early = watched.watch("a", lambda: None)
    looked_at = watched.newcomers()
    late = watched.watch("a", lambda: None)

    watched.refresh(looked_at)

    assert early.is_fresh
    assert not late.is_fresh
    assert [watch for _key, watch in watched.newcomers()] == [late]


def test_whoever_leaves_before_the_first_look_is_waited_for_no_more():
    watched = Watched()
    watched.watch("a", lambda: None).leave()

    assert watched.newcomers() == []


def test_waiting_for_the_first_look_ends_with_it():
    watched, place = Watched(), Streams(1).take("test")
    watch = watched.watch("a", place.wake)
    waiting = Work(lambda: wait_until_fresh(watch, place.rest))

    place.wake()  # by something else
    watched.refresh(watched.newcomers())

    waiting.result()


def test_nobody_waits_longer_for_the_first_look_than_for_anything_else():
    watched, place = Watched(), Streams(1).take("test")
    watch = watched.watch("a", place.wake)

    with patience(0.01), pytest.raises(Problem) as refused:
        wait_until_fresh(watch, place.rest)
    assert refused.value.status == 503
