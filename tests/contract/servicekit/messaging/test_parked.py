import pytest
import sqlalchemy as sa

from servicekit.messaging.envelope import Unintelligible
from servicekit.messaging.inbox import DONE, DROPPED, PARKED, PENDING, Inbox, Poison, read_message
from servicekit.messaging.inbox_loop import InboxLoop
from servicekit.messaging.parked import NotParked, ParkedEvents
from servicekit.messaging.relay import Relay
from tests.builders.servicekit import an_envelope, inbox_rows, outbox_rows
from tests.fakes.servicekit.publisher import FakePublisher


@pytest.fixture
def service(timed_service):
    return timed_service


@pytest.fixture
def parked(service):
    return ParkedEvents(service.database, service.inbox, service.outbox)


def park_inbox(service, envelope, why="no total"):
    def refuse(_envelope):
        raise Unintelligible(why)

    service.inbox.store([envelope])
    InboxLoop(service.inbox, {envelope.type: refuse}).step()


def park_outbox(service):
    service.say("hello")
    with service.database.transaction() as transaction:
        parked = {"parked_at": transaction.now(), "error": "too long"}
        transaction.connection.execute(sa.update(outbox_rows).values(parked))
        transaction.commit()
    return service.outbox_rows()[0].id


def test_nothing_may_be_parked(service, parked):
    service.inbox.store([an_envelope()])
    service.say("hello")

    assert parked.all() == []


def test_all_that_is_parked_is_listed_oldest_first(service, parked, clock):
    park_inbox(service, an_envelope(id="a", time=clock.time))
    clock.advance(seconds=1)
    sent = park_outbox(service)
    clock.advance(seconds=1)
    service.inbox.store([read_message(b"{")])

    first, second, third = parked.all()
    assert (first.box, first.id, first.error, first.raw) == ("inbox", "a", "no total", None)
    assert (second.box, second.id, second.error) == ("outbox", sent, "too long")
    assert (third.box, third.type, third.raw) == ("inbox", "?", b"{")


def test_what_another_consumer_has_parked_is_not_listed(service, parked):
    Inbox(service.database, inbox_rows, "another").store([read_message(b"{")])

    assert parked.all() == []


def test_one_is_shown_by_the_beginning_of_its_id(service, parked):
    park_inbox(service, an_envelope(id="abc-1", data={"text": "x"}))
    park_inbox(service, an_envelope(id="abd-2"))

    assert parked.show("abc").data == {"text": "x"}
    assert parked.show("abd-2").id == "abd-2"
    for text in ("ab", "z", ""):
        with pytest.raises(NotParked):
            parked.show(text)


def test_a_replayed_event_is_handled_again(service, parked, clock):
    handled = []
    park_inbox(service, an_envelope(id="abc"))
    clock.advance(minutes=1)

    parked.replay("abc")
    (row,) = service.inbox_rows()
    assert (row.status, row.attempts, row.error, row.next_at) == (PENDING, 0, None, clock.time)

    InboxLoop(service.inbox, {"note.taken.v1": handled.append}).step()
    assert [envelope.id for envelope in handled] == ["abc"]
    assert parked.all() == []


def test_a_replayed_event_of_the_outbox_is_published(service, parked):
    publisher = FakePublisher()
    sent = park_outbox(service)
    relay = Relay(service.database, service.outbox, publisher)
    assert relay.step() == 0

    parked.replay(sent)

    assert relay.step() == 1
    assert publisher.published == [sent]


def test_poison_that_can_be_read_by_now_is_handled(service, parked):
    envelope, handled = an_envelope(causationid="c"), []
    service.inbox.store([Poison(envelope.to_json(), "an older version could not read it")])
    (poison,) = parked.all()

    parked.replay(poison.id)
    InboxLoop(service.inbox, {envelope.type: handled.append}).step()

    (read,) = handled
    assert (read.data, read.subject, read.causationid) == (envelope.data, envelope.subject, "c")
    assert service.inbox_rows()[0].status == DONE


def test_poison_that_can_still_not_be_read_stays_parked(service, parked):
    service.inbox.store([read_message(b"{")])
    (poison,) = parked.all()

    with pytest.raises(Unintelligible):
        parked.replay(poison.id)
    assert service.inbox_rows()[0].status == PARKED


def test_a_dropped_event_is_never_handled_and_its_row_stays_with_the_reason(service, parked):
    park_inbox(service, an_envelope(id="abc"))

    parked.drop("abc", "a test of the old system")

    (row,) = service.inbox_rows()
    assert (row.status, row.error) == (DROPPED, "dropped: a test of the old system")
    assert parked.all() == []
    assert InboxLoop(service.inbox, {"note.taken.v1": print}).step() == 0
    with pytest.raises(NotParked):
        parked.replay("abc")


def test_a_dropped_event_of_the_outbox_is_never_published_and_its_row_stays(service, parked, clock):
    sent = park_outbox(service)

    parked.drop(sent, "too late")
    clock.advance(hours=1)

    (row,) = service.outbox_rows()
    assert (row.error, row.dropped_at is not None) == ("dropped: too late", True)
    assert parked.all() == []
    assert Relay(service.database, service.outbox, FakePublisher()).step() == 0
    with pytest.raises(NotParked):
        parked.drop(sent, "again")


@pytest.mark.parametrize(
    "command", [lambda parked: parked.replay("a"), lambda parked: parked.drop("a", "why")]
)
def test_what_is_not_parked_can_be_neither_replayed_nor_dropped(service, parked, command):
    service.inbox.store([an_envelope(id="a")])

    with pytest.raises(NotParked):
        command(parked)
    assert service.inbox_rows()[0].status == PENDING
