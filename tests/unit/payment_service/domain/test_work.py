from datetime import timedelta

from payment_service.domain.work import (
    Work,
    after_rest,
    poll_delay,
    pursuit_delay,
    reminder_delay,
    retry_delay,
    spread,
)
from tests.builders.payment_service import NOW


def seconds(delay, tries):
    return [delay(number).total_seconds() for number in range(tries)]


def test_a_pending_payment_is_looked_at_ever_later_and_then_every_minute():
    assert seconds(poll_delay, 7) == [5, 10, 20, 40, 60, 60, 60]


def test_a_call_without_answer_is_repeated_at_once_and_then_ever_later():
    assert seconds(retry_delay, 8) == [0, 2, 4, 8, 16, 32, 60, 60]


def test_money_is_offered_back_for_ever_and_an_order_is_reminded_for_ever():
    assert pursuit_delay(1000) == reminder_delay(1000) == timedelta(hours=1)


def test_what_failed_together_does_not_come_again_together():
    waits = [spread(timedelta(seconds=60), str(key)).total_seconds() for key in range(200)]
    assert all(30 <= wait < 60 for wait in waits)
    assert max(waits) - min(waits) > 25
    assert len({int(wait) for wait in waits}) > 25
    assert spread(timedelta(seconds=60), "a") == spread(timedelta(seconds=60), "a")


def test_nobody_comes_before_the_rest_is_over_and_all_within_a_minute_after_it():
    short = [after_rest(10, str(key)).total_seconds() for key in range(200)]
    long = [after_rest(3600, str(key)).total_seconds() for key in range(200)]
    assert 10 <= min(short) < max(short) < 20
    assert 3600 <= min(long) < max(long) < 3660


def test_nothing_is_due_before_its_time_nor_while_somebody_has_it():
    later = NOW + timedelta(seconds=10)
    assert not Work().is_due(NOW)
    assert not Work(next_at=later).is_due(NOW)
    assert Work(next_at=NOW).is_due(NOW)
    taken = Work(next_at=NOW).taken(later)
    assert not taken.is_due(NOW)
    assert taken.is_due(later)
    assert taken.lease == 1


def test_what_changes_while_it_is_asked_about_stays_taken():
    taken = Work(next_at=NOW, tries=4).taken(NOW + timedelta(seconds=10))
    changed = taken.afresh(NOW)
    assert (changed.tries, changed.is_due(NOW)) == (0, False)
    assert changed.released().is_due(NOW)
    assert taken.rested().due_at is None
