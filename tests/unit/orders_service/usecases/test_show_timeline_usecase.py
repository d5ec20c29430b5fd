from datetime import timedelta

import pytest

from orders_service.domain.order_errors import OrderNotFound
from orders_service.domain.order_progress import OrderStatus
from orders_service.ports.order_query_port import SagaEvent
from orders_service.usecases.show_timeline_usecase import (
    ShowTimeline,
    ShowTimelineUseCase,
    in_causal_order,
)
from tests.builders.orders_service import NOON, STORE, an_order_in


def an_event(event_id, *, cause=None, seconds=0, source="/orders"):
    at = NOON + timedelta(seconds=seconds)
    return SagaEvent(event_id, "some.event.v1", source, at, cause, None, None, {})


def ids(events):
    return [event.id for event in events]


def test_events_come_by_time():
    events = [an_event("b", seconds=2), an_event("a", seconds=1)]
    assert ids(in_causal_order(events)) == ["a", "b"]


def test_no_event_comes_before_its_cause_whatever_the_clocks_say():
    events = [
        an_event("placed", seconds=10),
        an_event("created", cause="placed", seconds=3),
        an_event("approved", cause="webhook, which is not in these books", seconds=20),
        an_event("paid", cause="approved", seconds=12),
    ]
    assert ids(in_causal_order(events)) == ["placed", "created", "approved", "paid"]


def test_a_ring_of_causes_ends_all_the_same():
    events = [an_event("b", cause="a", seconds=1), an_event("a", cause="b", seconds=2)]
    assert ids(in_causal_order(events)) == ["b", "a"]


def test_a_timeline_tells_what_was_said_and_heard(restaurant):
    order = restaurant.keep(an_order_in(OrderStatus.RECEIVED))
    heard = an_event("approved", seconds=60, source="/payments")
    restaurant.database.books.heard[order.id] = [heard]
    events = ShowTimelineUseCase(restaurant.order_query).execute(ShowTimeline(STORE, order.id))
    assert [event.type for event in events] == ["order.placed.v1", "order.paid.v1", "some.event.v1"]


def test_an_order_that_is_not_there_has_no_timeline(restaurant):
    nothing = restaurant.new_id()
    with pytest.raises(OrderNotFound, match=nothing):
        ShowTimelineUseCase(restaurant.order_query).execute(ShowTimeline(STORE, nothing))
