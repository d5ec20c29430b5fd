import pytest

from servicekit.database.patience import begin_patience_anew, patience, patience_left


def test_without_a_deadline_each_wait_may_take_as_long_as_any():
    assert patience_left(5) == 5


def test_all_waits_inside_share_what_there_is():
    with patience(3):
        assert 2 < patience_left(5) <= 3
        assert patience_left(1) == 1
    assert patience_left(5) == 5


def test_patience_that_is_used_up_is_no_time_and_not_less():
    with patience(-2):
        assert patience_left(5) == 0


def test_who_has_waited_for_something_else_begins_anew_until_the_end_of_what_is_waited_for_together():
    with patience(-2):
        begin_patience_anew(3)
        assert 2 < patience_left(5) <= 3
    assert patience_left(5) == 5


def test_an_error_ends_it_too():
    with pytest.raises(KeyError), patience(1):
        raise KeyError
    assert patience_left(5) == 5
