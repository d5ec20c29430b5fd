import json

import pytest

from orders_service.domain.order_progress import OrderStatus
from orders_service.entrypoints.live.states import OrderState, board_state, queue_state
from orders_service.entrypoints.live.tellers import BoardTeller, OrderTeller, QueueTeller, seen_version
from orders_service.ports.order_watch_port import QueuedOrder
from servicekit.http.sse import ServerEvent

RECEIVED, IN_PREPARATION, READY, FINISHED = (
    OrderStatus.RECEIVED,
    OrderStatus.IN_PREPARATION,
    OrderStatus.READY,
    OrderStatus.FINISHED,
)


def order(version=1, *, number="A47", status=RECEIVED, is_over=False):
    return OrderState(number, status, version, f'{{"version":{version}}}', is_over)


def queue(*, left=None, **orders):
    return queue_state(orders, left or {})


def board(**orders):
    return board_state(QueuedOrder(one, number, status, 1) for one, (number, status) in orders.items())


def told(events):
    return [(event.name, json.loads(event.data)) for event in events]


# One order


def test_the_present_state_is_told_with_its_version():
    assert OrderTeller(0).tell(order(3)) == (ServerEvent("order", '{"version":3}', "3"),)


def test_a_version_is_told_once_and_none_that_is_older():
    teller = OrderTeller(0)
    teller.tell(order(3))

    assert teller.tell(order(3)) == ()
    assert teller.tell(order(2)) == ()
    assert [event.id for event in teller.tell(order(5))] == ["5"]


def test_what_was_seen_before_is_not_told_again():
    teller = OrderTeller(3)

    assert teller.tell(order(3)) == ()
    assert [event.id for event in teller.tell(order(4))] == ["4"]


def test_nothing_is_left_to_tell_of_an_order_that_is_over():
    teller = OrderTeller(0)
    teller.tell(order(3))
    assert not teller.is_done

    teller.tell(order(4, is_over=True))
    assert teller.is_done


@pytest.mark.parametrize(
    ("last_event_id", "seen"),
    [("1", 1), ("7", 7), (None, 0), ("", 0), ("8", 0), ("-1", 0), ("x", 0), ("٣", 0), ("9" * 5000, 0)],
)
def test_a_version_that_the_order_never_had_was_not_seen(last_event_id, seen):
    assert seen_version(last_event_id, 7) == seen


# The kitchen's queue


def test_a_queue_is_told_as_a_whole_first():
    (event,) = QueueTeller(None).tell(queue(a=order(2), b=order(5)))

    assert told([event]) == [("snapshot", {"items": [{"version": 2}, {"version": 5}]})]
    assert event.id == queue(a=order(2), b=order(5)).mark


def test_then_only_what_comes_changes_and_goes_is_told():
    teller = QueueTeller(None)
    teller.tell(queue(a=order(2), b=order(5), c=order(1)))
    now = queue(b=order(6), c=order(1), d=order(3), left={"a": order(4, status=FINISHED)})

    events = teller.tell(now)

    assert told(events) == [
        ("gone", {"id": "a", "number": "A47", "status": "FINISHED", "version": 4}),
        ("order", {"version": 6}),
        ("order", {"version": 3}),
    ]
    assert [event.id for event in events] == [None, None, now.mark]
    assert teller.tell(now) == ()


def test_a_client_that_has_this_very_queue_is_told_nothing_but_what_comes_after():
    teller = QueueTeller(queue(a=order(2)).mark)

    assert teller.tell(queue(a=order(2))) == ()
    assert told(teller.tell(queue(a=order(3)))) == [("order", {"version": 3})]


def test_a_client_that_has_another_queue_is_told_all_of_this_one():
    assert told(QueueTeller("x").tell(queue(a=order(2)))) == [("snapshot", {"items": [{"version": 2}]})]


def test_a_client_that_missed_too_much_is_told_the_whole_queue_again():
    teller = QueueTeller(None)
    teller.tell(queue(a=order(2)))

    assert told(teller.tell(queue(b=order(1)))) == [("snapshot", {"items": [{"version": 1}]})]


def test_a_queue_whose_parts_only_changed_places_is_no_news():
    teller = QueueTeller(None)
    teller.tell(queue(a=order(2), b=order(1)))

    assert list(teller.tell(queue(b=order(1), a=order(2)))) == []
    assert not teller.is_done


# The board


def test_a_board_shows_numbers_by_state_and_no_names_or_ids():
    (event,) = BoardTeller(None).tell(board(a=("A1", READY), b=("B2", IN_PREPARATION), c=("C3", RECEIVED)))

    assert told([event]) == [("snapshot", {"in_preparation": ["B2"], "ready": ["A1"]})]


def test_a_number_that_goes_and_comes_again_with_another_order_goes_first():
    teller = BoardTeller(None)
    teller.tell(board(a=("A1", READY), b=("B2", IN_PREPARATION)))
    now = board(b=("B2", READY), c=("A1", IN_PREPARATION))

    events = teller.tell(now)

    assert told(events) == [
        ("gone", {"number": "A1"}),
        ("order", {"number": "B2", "status": "READY", "version": 1}),
        ("order", {"number": "A1", "status": "IN_PREPARATION", "version": 1}),
    ]
    assert events[-1].id == now.mark


def test_a_board_that_a_client_has_is_not_told_again():
    teller = BoardTeller(board(a=("A1", READY)).mark)

    assert teller.tell(board(a=("A1", READY))) == ()
    assert told(teller.tell(board())) == [("gone", {"number": "A1"})]
    assert not teller.is_done
