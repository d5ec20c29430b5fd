import pytest
from structlog.testing import capture_logs

from servicekit.messaging.envelope import MAX_BYTES, MAX_LENGTHS
from servicekit.messaging.inbox import PARKED, PENDING, Inbox, Poison, envelope_of, read_message
from tests.builders.servicekit import an_envelope, inbox_rows, outbox_rows
from tests.fakes.servicekit.deadlines import Work


def test_what_arrived_waits_to_be_handled(timed_service, clock):
    envelope = an_envelope(causationid="c", traceparent="t", requestid="r")

    timed_service.inbox.store([envelope])

    (row,) = timed_service.inbox_rows()
    assert envelope_of(row) == envelope
    assert (row.consumer, row.status, row.attempts) == ("reader", PENDING, 0)
    assert row.received_at == row.next_at == clock.time
    assert row.raw is row.error is row.handled_at is None


def test_what_is_here_already_changes_nothing(service):
    envelope = an_envelope()
    service.inbox.store([envelope])
    service.inbox.store([envelope, an_envelope(id=envelope.id, data={"text": "forged"}), envelope])

    (row,) = service.inbox_rows()
    assert row.data == envelope.data


def test_many_are_stored_together(service):
    service.inbox.store([an_envelope() for _ in range(500)])

    assert len(service.inbox_rows()) == 500


def test_nothing_arrived_is_nothing_to_store(service):
    service.inbox.store([])

    assert service.inbox_rows() == []


def test_each_consumer_has_its_own(service):
    envelope = an_envelope()
    service.inbox.store([envelope])
    Inbox(service.database, inbox_rows, "another").store([envelope])

    assert {row.consumer for row in service.inbox_rows()} == {"another", "reader"}


def test_poison_is_parked_with_the_bytes_that_came_and_its_neighbours_are_stored(service):
    before, after = an_envelope(), an_envelope()
    raw = b"\xff\x00not json"

    service.inbox.store([before, read_message(raw), after])

    rows = {row.id: row for row in service.inbox_rows()}
    poison = rows.pop(next(row_id for row_id in rows if row_id not in {before.id, after.id}))
    assert (poison.status, poison.raw, poison.type) == (PARKED, raw, "?")
    assert "not a CloudEvent" in poison.error
    assert {row.status for row in rows.values()} == {PENDING}


def test_poison_is_told(service):
    with capture_logs() as logs:
        service.inbox.store([an_envelope(), read_message(b"{")])

    (row,) = [row for row in service.inbox_rows() if row.status == PARKED]
    (told,) = logs
    assert (told["event"], told["log_level"]) == ("event_parked", "error")
    assert (told["event_id"], told["why"]) == (row.id, row.error)


def test_of_poison_without_end_no_more_is_kept_than_could_ever_be_read(service):
    longest = b"x" * MAX_BYTES

    service.inbox.store([read_message(longest + b"y"), read_message(longest + b"z")])

    assert [(row.status, bytes(row.raw)) for row in service.inbox_rows()] == [(PARKED, longest)] * 2


def test_the_same_poison_twice_is_one_row(service):
    service.inbox.store([read_message(b"{"), read_message(b"{")])
    service.inbox.store([Poison(b"{", "again"), read_message(b"}")])

    assert len(service.inbox_rows()) == 2


def test_a_message_without_an_id_is_poison_and_twice_one_row(service):
    raw = an_envelope(id="to go").to_json().replace(b'"id": "to go", ', b"")

    service.inbox.store([read_message(raw), read_message(raw)])

    (row,) = service.inbox_rows()
    assert row.status == PARKED


def test_consumers_that_store_the_same_rows_at_once_do_not_get_in_each_others_way(service):
    envelopes = [an_envelope() for _ in range(100)]

    workers = [Work(lambda turn=turn: service.inbox.store(envelopes[::turn])) for turn in (1, -1) * 4]
    for worker in workers:
        worker.result()

    assert len(service.inbox_rows()) == 100


@pytest.mark.parametrize(("name", "longest"), MAX_LENGTHS.items())
def test_what_is_read_fits_into_the_columns(name, longest):
    assert inbox_rows.c[name].type.length == longest
    if name in outbox_rows.c:
        assert outbox_rows.c[name].type.length == longest
