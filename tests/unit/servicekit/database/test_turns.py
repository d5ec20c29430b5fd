import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from servicekit.database.turns import Turns
from tests.fakes.servicekit.deadlines import Work, eventually


def test_turns_come_in_the_order_in_which_they_were_asked_for():
    turns, came = Turns(), []

    def write(name):
        with turns.take(20):
            came.append(name)

    writers = []
    with turns.take(0):
        for name in range(5):
            writers.append(Work(lambda name=name: write(name)))
            eventually(lambda name=name: len(turns._queue) == name + 2)
        assert came == []
    for writer in writers:
        writer.result()

    assert came == [0, 1, 2, 3, 4]


def test_whoever_waits_too_long_leaves_the_queue_to_the_others():
    turns = Turns()

    with turns.take(0):
        with pytest.raises(PoolTimeoutError, match="this thread's turn"), turns.take(0.01):
            pytest.fail("it was another's turn")
        assert len(turns._queue) == 1
    with turns.take(0):
        pass


def test_a_writer_that_fails_gives_its_turn_back():
    turns = Turns()

    with pytest.raises(ValueError, match="no"), turns.take(0):
        raise ValueError("no")
    with turns.take(0):
        pass


def test_so_many_places_are_held_at_once_and_no_more():
    turns, came = Turns(2), []

    def take():
        with turns.take(20):
            came.append(1)

    with turns.take(0), turns.take(0):
        with pytest.raises(PoolTimeoutError), turns.take(0.01):
            pytest.fail("there was a third place")
        waiting = Work(take)
        eventually(lambda: len(turns._queue) == 3)
        assert came == []
    waiting.result()
    assert came == [1]
