from datetime import UTC, datetime

import pytest

from servicekit.observability.context import Correlation, correlated
from tests.builders.servicekit import Note, NoteTaken


def test_events_of_tracked_aggregates_are_written_in_order_with_the_version_as_sequence(service):
    first = Note("order-1", version=7, events=[NoteTaken("one"), NoteTaken("two", urgent=True)])
    second = Note("order-2", store="loja", events=[NoteTaken("three")])

    with service.unit_of_work() as uow:
        uow.track(first)
        uow.track(second)
        uow.track(first)
        uow.commit()

    rows = service.outbox_rows()
    assert [(row.subject, row.store, row.sequence, row.data["text"]) for row in rows] == [
        ("order-1", "default", 7, "one"),
        ("order-1", "default", 7, "two"),
        ("order-2", "loja", 1, "three"),
    ]
    assert {row.type for row in rows} == {"note.taken.v1"}
    assert all(row.published_at is None and row.attempts == 0 for row in rows)


def test_the_fields_of_an_event_are_its_data(service):
    event = NoteTaken("x", at=datetime(2026, 11, 21, 23, 16, tzinfo=UTC), urgent=True)

    with service.unit_of_work() as uow:
        uow.track(Note("s", events=[event]))
        uow.commit()

    assert service.outbox_rows()[0].data == {"text": "x", "at": "2026-11-21T23:16:00.000Z", "urgent": True}


def test_work_and_events_are_kept_together(service):
    with service.unit_of_work() as uow:
        service.write("a")
        uow.track(Note("s", events=[NoteTaken("x")]))
        uow.commit()

    assert service.notes() == {"a"}
    assert len(service.outbox_rows()) == 1


def test_without_a_commit_there_is_neither_work_nor_event(service):
    note = Note("s", events=[NoteTaken("x")])

    with service.unit_of_work() as uow:
        service.write("a")
        uow.track(note)

    assert service.notes() == set()
    assert service.outbox_rows() == []
    assert note.events == [NoteTaken("x")]


def test_an_error_takes_work_and_events_back(service):
    with pytest.raises(KeyError), service.unit_of_work() as uow:  # noqa: PT012
        service.write("a")
        uow.track(Note("s", events=[NoteTaken("x")]))
        raise KeyError

    assert service.notes() == set()
    assert service.outbox_rows() == []


def test_a_wider_transaction_that_is_rolled_back_takes_the_events_too(service):
    with service.database.transaction():
        with service.unit_of_work() as uow:
            uow.track(Note("s", events=[NoteTaken("x")]))
            uow.commit()
        assert len(service.outbox_rows()) == 1

    assert service.outbox_rows() == []


def test_an_aggregate_with_nothing_to_tell_writes_nothing(service):
    with service.unit_of_work() as uow:
        uow.track(Note("s"))
        uow.commit()

    assert service.outbox_rows() == []


def test_events_carry_the_ids_of_what_caused_them(service):
    with correlated(Correlation("req-1", "00-trace", "event-1")), service.unit_of_work() as uow:
        uow.track(Note("s", events=[NoteTaken("x")]))
        uow.commit()

    (row,) = service.outbox_rows()
    assert (row.requestid, row.traceparent, row.causationid) == ("req-1", "00-trace", "event-1")


def test_the_time_is_the_databases(timed_service, clock):
    with timed_service.unit_of_work() as uow:
        assert uow.now() == clock.time
        uow.track(Note("s", events=[NoteTaken("x")]))
        uow.commit()

    (row,) = timed_service.outbox_rows()
    assert row.time == row.next_at == clock.time


def test_repositories_get_the_connection_and_the_outbox(service):
    with service.unit_of_work() as uow:
        assert uow.connection.in_transaction()
        assert uow.outbox is service.outbox
