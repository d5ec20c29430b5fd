from datetime import timedelta

import pytest

from orders_service.domain.sign_in_failures import FORGOTTEN_AFTER, MOST_IN_A_ROW, SignInFailures
from orders_service.domain.staff_errors import TooManyFailures
from tests.builders.orders_service import NOON, STORE

SECOND = timedelta(seconds=1)


def failures(in_a_row):
    return SignInFailures(STORE, "gerente", in_a_row, NOON)


def test_fewer_failures_do_not_lock():
    failures(MOST_IN_A_ROW - 1).require_unlocked(NOON)


def test_too_many_in_a_row_lock_for_a_while():
    locked = failures(MOST_IN_A_ROW)
    with pytest.raises(TooManyFailures) as caught:
        locked.require_unlocked(NOON + SECOND)
    assert caught.value.wait == FORGOTTEN_AFTER - SECOND
    locked.require_unlocked(NOON + FORGOTTEN_AFTER)


def test_a_failure_soon_after_another_is_in_a_row_with_it():
    assert failures(3).one_more(NOON + FORGOTTEN_AFTER - SECOND).in_a_row == 4


def test_a_failure_long_after_the_last_begins_anew():
    later = NOON + FORGOTTEN_AFTER
    assert failures(9).one_more(later) == SignInFailures(STORE, "gerente", 1, later)
