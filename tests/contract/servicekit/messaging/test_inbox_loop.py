import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from servicekit.database.unit_of_work import StaleAggregate
from servicekit.messaging.envelope import Unintelligible
from servicekit.messaging.inbox import DONE, PARKED, PENDING
from servicekit.messaging.inbox_loop import InboxLoop
from servicekit.observability.context import Correlation, current_correlation
from servicekit.observability.metrics import exposition
from tests.builders.servicekit import Note, NoteTaken, Service, an_envelope
from tests.fakes.servicekit.deadlines import Work
from tests.fakes.servicekit.scrapes import Scrape

TYPE = "note.taken.v1"


@pytest.fixture
def service(timed_service):
    return timed_service


def loop(service, handler):
    return InboxLoop(service.inbox, {TYPE: handler, "note.read.v1": None})


def only_row(service):
    (row,) = service.inbox_rows()
    return row


def test_an_empty_inbox_is_nothing_to_do(service):
    assert loop(service, print).step() == 0


def test_a_row_is_handled_and_marked_done(service, clock):
    envelope, handled = an_envelope(causationid="c"), []
    service.inbox.store([envelope])

    assert loop(service, handled.append).step() == 1

    assert handled == [envelope]
    row = only_row(service)
    assert (row.status, row.handled_at, row.attempts, row.error) == (DONE, clock.time, 1, None)
    assert loop(service, handled.append).step() == 0


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(None, "done"), (KeyError("not yet"), "again"), (Unintelligible("no text"), "parked")],
)
def test_what_became_of_an_event_is_counted(service, error, outcome):
    def handle(_envelope):
        if error is not None:
            raise error

    service.inbox.store([an_envelope()])
    before = handled(TYPE, outcome)

    loop(service, handle).step()

    assert handled(TYPE, outcome) == before + 1


def test_an_event_of_a_type_that_nobody_knows_is_counted_without_it(service):
    service.inbox.store([an_envelope(type="made.up.by.somebody.v1")])
    before = handled("other", "parked")

    loop(service, print).step()

    assert handled("other", "parked") == before + 1
    assert "made.up" not in exposition(()).decode()


def handled(event_type, outcome):
    scrape = Scrape(exposition(()).decode())
    return scrape.value("comanda_events_handled_total", type=event_type, outcome=outcome)


def test_rows_are_taken_in_the_order_they_are_due(service, clock):
    envelopes, handled = [an_envelope() for _ in range(3)], []
    for envelope in envelopes:
        service.inbox.store([envelope])
        clock.advance(seconds=1)

    while loop(service, handled.append).step():
        pass

    assert handled == envelopes


def test_the_handlers_work_and_the_done_mark_are_one_transaction(service):
    service.inbox.store([an_envelope()])

    def handle(_envelope):
        with service.unit_of_work() as uow:
            service.write("a")
            uow.track(Note("s", events=[NoteTaken("caused")]))
            uow.commit()
        assert Work(service.notes).result() == set()

    loop(service, handle).step()

    assert service.notes() == {"a"}
    assert len(service.outbox_rows()) == 1
    assert only_row(service).status == DONE


def test_when_the_process_dies_after_the_handler_neither_is_kept(service):
    service.inbox.store([an_envelope()])

    def handle(_envelope):
        service.write("a")
        raise SystemExit

    with pytest.raises(SystemExit):
        loop(service, handle).step()

    assert service.notes() == set()
    assert (only_row(service).status, only_row(service).attempts) == (PENDING, 0)


def test_when_the_process_dies_before_the_mark_the_handlers_work_is_not_kept(service):
    class Dying(InboxLoop):
        def _update(self, *_changes):
            raise SystemExit

    service.inbox.store([an_envelope()])

    with pytest.raises(SystemExit):
        Dying(service.inbox, {TYPE: lambda _envelope: service.write("a")}).step()

    assert service.notes() == set()
    assert (only_row(service).status, only_row(service).attempts) == (PENDING, 0)


def test_what_the_handler_causes_carries_the_ids_of_its_event(service):
    envelope = an_envelope(requestid="req-1", traceparent="00-trace", causationid="earlier")
    service.inbox.store([envelope])
    seen = []

    loop(service, lambda _envelope: seen.append(current_correlation())).step()

    assert seen == [Correlation("req-1", "00-trace", envelope.id)]
    assert current_correlation() == Correlation()


def test_when_the_handler_raises_its_work_is_gone_and_the_row_kept(service, clock):
    service.inbox.store([an_envelope()])

    def handle(_envelope):
        service.write("a")
        raise KeyError("no luck")

    with capture_logs() as lines:
        assert loop(service, handle).step() == 1

    row = only_row(service)
    assert service.notes() == set()
    assert (row.status, row.attempts, row.error) == (PENDING, 1, "KeyError: 'no luck'")
    assert timedelta(seconds=0.8) <= row.next_at - clock.time <= timedelta(seconds=1.2)
    assert [(line["event"], line["log_level"]) for line in lines] == [("event_not_handled", "warning")]


def test_a_handler_that_fails_in_the_database_leaves_the_row_kept_too(service):
    service.inbox.store([an_envelope()])

    def handle(_envelope):
        service.write("a")
        service.write("a")

    loop(service, handle).step()

    assert service.notes() == set()
    assert only_row(service).error.startswith("IntegrityError")


def test_a_failed_row_is_tried_again_when_it_is_due(service, clock):
    answers = [StaleAggregate("changed"), None]
    service.inbox.store([an_envelope()])

    def handle(_envelope):
        if (error := answers.pop(0)) is not None:
            raise error
        service.write("a")

    looping = loop(service, handle)
    assert [looping.step(), looping.step()] == [1, 0]
    clock.advance(seconds=2)
    assert looping.step() == 1

    row = only_row(service)
    assert (row.status, row.attempts, row.error) == (DONE, 2, None)
    assert service.notes() == {"a"}


@pytest.mark.parametrize(
    ("error", "last"),
    [(KeyError("no luck"), 3600), (OperationalError("UPDATE", {}, Exception("lock timeout")), 16)],
    ids=["an hour", "a quarter of a minute where the database could not"],
)
def test_the_wait_doubles_and_from_the_fifth_failure_on_there_is_an_alert_and(service, clock, error, last):
    service.inbox.store([an_envelope()])
    waits, levels = [], []

    def handle(_envelope):
        raise error

    for _ in range(8):
        with capture_logs() as lines:
            assert loop(service, handle).step() == 1
        row = only_row(service)
        waits.append((row.next_at - clock.time).total_seconds())
        levels.append(lines[0]["log_level"])
        clock.time = row.next_at

    for wait, expected in zip(waits, [1, 2, 4, 8, *[last] * 4], strict=True):
        assert 0.8 * expected <= wait <= 1.2 * expected
    assert levels == ["warning"] * 4 + ["error"] * 4
    assert only_row(service).status == PENDING


def test_an_error_of_any_text_can_be_kept(service):
    service.inbox.store([an_envelope(), an_envelope()])

    def handle(_envelope):
        raise ValueError("\x00 \ud800 " + "x" * 5000)

    def refuse(_envelope):
        raise Unintelligible("\x00 \ud800 " + "x" * 5000)

    assert loop(service, handle).step() == 1
    assert loop(service, refuse).step() == 1
    assert {row.error.endswith("x") and len(row.error) for row in service.inbox_rows()} == {2000}


def test_what_the_handler_cannot_understand_is_parked_at_once(service):
    service.inbox.store([an_envelope()])

    def handle(_envelope):
        service.write("a")
        raise Unintelligible("no total")

    with capture_logs() as lines:
        loop(service, handle).step()

    row = only_row(service)
    assert (row.status, row.error, row.attempts) == (PARKED, "no total", 1)
    assert service.notes() == set()
    assert [line["event"] for line in lines] == ["event_parked"]


def test_an_event_of_an_unknown_type_is_parked_at_once(service):
    service.inbox.store([an_envelope(type="note.burnt.v9")])

    loop(service, print).step()

    assert (only_row(service).status, only_row(service).error) == (PARKED, "unknown event type note.burnt.v9")


def test_an_event_that_asks_nothing_is_done(service):
    service.inbox.store([an_envelope(type="note.read.v1")])

    assert loop(service, print).step() == 1
    assert only_row(service).status == DONE


def test_a_row_that_fails_does_not_hold_up_its_neighbours(service):
    service.inbox.store([an_envelope(data={"text": str(number)}) for number in range(5)])

    def handle(envelope):
        if envelope.data["text"] == "2":
            raise KeyError("no luck")
        service.write(envelope.data["text"])

    looping = loop(service, handle)
    while looping.step():
        pass

    assert service.notes() == {"0", "1", "3", "4"}


def test_two_loops_never_handle_one_row_twice(database_url):
    service = Service(database_url).create_tables()
    service.inbox.store([an_envelope() for _ in range(40)])
    handled = []

    def drain():
        looping = loop(service, lambda envelope: handled.append(envelope.id))
        while looping.step():
            pass

    for worker in [Work(drain) for _ in range(4)]:
        worker.result()

    assert sorted(handled) == [row.id for row in service.inbox_rows()]
    assert {row.status for row in service.inbox_rows()} == {DONE}
    service.database.dispose()


def test_a_slow_handler_does_not_hold_up_another_loop(postgres_url):
    service = Service(postgres_url).create_tables()
    service.inbox.store([an_envelope(), an_envelope()])
    slow, go_on = threading.Event(), threading.Event()

    def take_long(_envelope):
        slow.set()
        go_on.wait(20)

    first = Work(loop(service, take_long).step)
    slow.wait(20)
    assert loop(service, lambda _envelope: None).step() == 1
    assert loop(service, lambda _envelope: None).step() == 0
    go_on.set()
    assert first.result() == 1
    service.database.dispose()


def cut_all_connections(service):
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with service.database.engine.connect() as connection:
        connection.execute(sa.text(f"{others} AND pid <> pg_backend_pid()")).all()


def test_a_connection_that_is_lost_in_the_middle_leaves_the_row_due(postgres_url):
    service = Service(postgres_url).create_tables()
    service.inbox.store([an_envelope()])

    def lose_the_connection(_envelope):
        Work(lambda: cut_all_connections(service)).result()
        service.write("a")

    with pytest.raises(OperationalError):
        loop(service, lose_the_connection).step()
    assert only_row(service).attempts == 0

    assert loop(service, lambda _envelope: service.write("a")).step() == 1
    assert service.notes() == {"a"}
    service.database.dispose()


def test_a_handler_that_hides_the_lost_connection_changes_nothing(postgres_url):
    service = Service(postgres_url).create_tables()
    service.inbox.store([an_envelope()])

    def hide_it(_envelope):
        Work(lambda: cut_all_connections(service)).result()
        try:
            service.write("a")
        except OperationalError as error:
            raise KeyError("hidden") from error

    with pytest.raises(KeyError):
        loop(service, hide_it).step()
    row = only_row(service)
    assert (row.status, row.attempts) == (PENDING, 0)
    service.database.dispose()
