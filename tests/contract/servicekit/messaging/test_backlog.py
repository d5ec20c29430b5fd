from datetime import timedelta

import pytest
import sqlalchemy as sa

from servicekit.messaging.backlog import BACKLOG, Backlog
from servicekit.messaging.inbox import Inbox, read_message
from servicekit.messaging.inbox_loop import InboxLoop
from servicekit.messaging.parked import ParkedEvents
from servicekit.messaging.relay import Relay
from tests.builders.servicekit import an_envelope, inbox_rows, outbox_rows
from tests.fakes.servicekit.publisher import FakePublisher, be_away


@pytest.fixture
def service(timed_service):
    return timed_service


@pytest.fixture
def found(service):
    """What the backlog reads, by the gauges' names; each gauge of BACKLOG is there."""
    backlog = Backlog("toys", service.database, service.inbox, service.outbox)

    def read():
        readings = backlog.readings()
        assert {reading.gauge for reading in readings} == set(BACKLOG)
        assert {reading.labels[0] for reading in readings} == {"toys"}
        names = ["_".join((one.gauge.name.removeprefix("comanda_"), *one.labels[1:])) for one in readings]
        return {name: reading.value for name, reading in zip(names, readings, strict=True) if reading.value}

    return read


def test_empty_boxes_read_zero(found):
    assert found() == {}


def test_events_to_publish_are_counted_and_the_oldest_is_timed_until_they_are_published(
    service, found, clock
):
    service.say("first")
    clock.advance(seconds=90)
    service.say("second", "third")
    assert found() == {"outbox_unpublished": 3, "outbox_oldest_seconds": 90}

    publisher = FakePublisher()
    publisher.answer = be_away
    with pytest.raises(Exception, match="nobody is there"):
        Relay(service.database, service.outbox, publisher).step()
    assert found()["outbox_unpublished"] == 3

    Relay(service.database, service.outbox, FakePublisher()).step()
    assert found() == {}


def test_events_to_handle_are_counted_whether_they_are_due_or_wait_for_another_try(service, found, clock):
    def fail(_envelope):
        raise KeyError("not yet")

    first, second = an_envelope(), an_envelope()
    service.inbox.store([first])
    clock.advance(seconds=5)
    service.inbox.store([second])
    assert found() == {"inbox_unhandled": 2, "inbox_oldest_seconds": 5}

    InboxLoop(service.inbox, {first.type: fail}).step()
    assert found() == {"inbox_unhandled": 2, "inbox_oldest_seconds": 5}

    clock.advance(seconds=60)
    while InboxLoop(service.inbox, {first.type: None}).step():
        pass
    assert found() == {}


def test_another_consumers_events_do_not_count(service, found):
    Inbox(service.database, inbox_rows, "somebody else").store([an_envelope(), read_message(b"{")])

    assert found() == {}


def test_parked_events_count_by_box_until_they_are_dropped_or_replayed(service, found):
    service.inbox.store([read_message(b"{"), read_message(b"[")])
    service.say("too long")
    with service.database.transaction() as transaction:
        parked = {"parked_at": transaction.now(), "error": "too long"}
        transaction.connection.execute(sa.update(outbox_rows).values(parked))
        transaction.commit()
    assert found() == {"events_parked_outbox": 1, "events_parked_inbox": 2}

    events = ParkedEvents(service.database, service.inbox, service.outbox)
    for event in events.all():
        events.drop(event.id, "a test")
    assert found() == {}


def test_a_clock_that_was_set_back_makes_no_age_below_zero(service, found, clock):
    service.say("from the future")
    clock.time -= timedelta(minutes=1)

    assert found() == {"outbox_unpublished": 1}
