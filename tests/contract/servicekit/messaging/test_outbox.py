from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from servicekit.messaging.envelope import Envelope
from servicekit.messaging.outbox import Outbox, Said
from servicekit.observability.context import Correlation, correlated
from tests.builders.servicekit import NoteTaken, an_envelope, inbox_rows, outbox_rows


def say_again(service, subject="s", event_type="note.taken.v1"):
    with service.database.transaction() as transaction:
        said = service.outbox.say_again(
            transaction.connection, subject=subject, event_type=event_type, now=transaction.now()
        )
        transaction.commit()
    return said


def test_a_row_travels_as_an_envelope_that_can_be_read(timed_service, clock):
    with correlated(Correlation("req-1", "00-trace", "event-1")):
        timed_service.say("hello", subject="order-1")

    (row,) = timed_service.outbox_rows()
    envelope = timed_service.outbox.envelope(row)
    assert envelope == Envelope(
        id=row.id,
        type="note.taken.v1",
        source="/notes",
        subject="order-1",
        store="default",
        time=clock.time,
        data={"text": "hello", "at": None, "urgent": False},
        sequence=1,
        dataschema="/events/note.taken.v1.schema.json",
        causationid="event-1",
        traceparent="00-trace",
        requestid="req-1",
    )
    assert Envelope.from_json(envelope.to_json()) == envelope


def test_saying_it_again_is_a_new_event_with_the_same_cause(timed_service, clock):
    with correlated(Correlation("req-1", "00-trace", "event-1")):
        timed_service.say("first", "last")
    with timed_service.database.transaction() as transaction:
        spent = {"published_at": clock.time, "attempts": 3, "error": "x", "parked_at": clock.time}
        transaction.connection.execute(sa.update(outbox_rows).values(spent))
        transaction.commit()
    clock.advance(minutes=5)

    with correlated(Correlation("sweeper")):
        assert say_again(timed_service)

    *_, last, again = timed_service.outbox_rows()
    changed = {"id": again.id, "time": clock.time, "next_at": clock.time, "attempts": 0}
    fresh = dict.fromkeys(("published_at", "parked_at", "dropped_at", "error"))
    assert again.id != last.id
    assert again._asdict() == last._asdict() | changed | fresh
    assert (again.data["text"], again.causationid, again.requestid) == ("last", "event-1", "req-1")


def test_what_was_last_is_told_by_the_databases_clock_not_by_the_processes(timed_service, clock, monkeypatch):
    monkeypatch.setattr("servicekit.messaging.outbox.new_id", lambda: "z made by a clock that is ahead")
    timed_service.say("old")
    clock.advance(seconds=1)
    monkeypatch.undo()
    timed_service.say("new")
    clock.advance(seconds=1)

    say_again(timed_service)

    assert sorted(row.data["text"] for row in timed_service.outbox_rows()) == ["new", "new", "old"]


def test_there_may_be_nothing_to_say_again(service):
    service.say("hello")

    assert not say_again(service, subject="another")
    assert not say_again(service, event_type="another.v1")
    assert len(service.outbox_rows()) == 1


def test_instants_are_written_as_texts(service):
    at = datetime(2026, 11, 21, 23, 16, 0, 120_000, UTC)
    with service.database.transaction() as transaction:
        said = [Said(NoteTaken("x", at=at), "s", "default", 1)]
        service.outbox.write(transaction.connection, said, now=transaction.now())
        transaction.commit()

    assert service.outbox_rows()[0].data["at"] == "2026-11-21T23:16:00.120Z"


@pytest.fixture
def slow_answerer(timed_service):
    """It answers what it heard from a loop of its own."""
    timed_service.outbox = Outbox(outbox_rows, "/notes", heard=inbox_rows)
    return timed_service


def test_what_a_loop_says_counts_as_caused_by_what_was_last_heard_about_the_subject(slow_answerer, clock):
    slow_answerer.inbox.store([an_envelope(subject="s", requestid="req-old")])
    clock.advance(seconds=1)
    last = an_envelope(subject="s", requestid="req-1", traceparent="00-trace")
    slow_answerer.inbox.store([last, an_envelope(subject="another")])

    slow_answerer.say("answer", subject="s")

    (said,) = slow_answerer.outbox_rows()
    assert (said.causationid, said.requestid, said.traceparent) == (last.id, "req-1", "00-trace")


def test_what_is_said_in_a_request_belongs_to_the_request_whatever_was_heard(slow_answerer):
    slow_answerer.inbox.store([an_envelope(subject="s", requestid="req-old")])

    with correlated(Correlation("req-1", "00-trace")):
        slow_answerer.say("answer", subject="s")

    (said,) = slow_answerer.outbox_rows()
    assert (said.causationid, said.requestid, said.traceparent) == (None, "req-1", "00-trace")


def test_what_is_said_about_a_subject_nothing_was_heard_of_has_no_cause(slow_answerer):
    slow_answerer.say("first", subject="s")

    (said,) = slow_answerer.outbox_rows()
    assert (said.causationid, said.requestid, said.traceparent) == (None, None, None)
