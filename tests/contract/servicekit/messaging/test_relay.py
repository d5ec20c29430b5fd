from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from servicekit.messaging import relay as relay_module
from servicekit.messaging.envelope import MAX_BYTES
from servicekit.messaging.outbox import Said
from servicekit.messaging.relay import CLAIM_SECONDS, Published, PublisherUnavailable, Relay
from servicekit.observability.metrics import exposition
from tests.builders.servicekit import NoteTaken, Service, outbox_rows
from tests.fakes.servicekit.deadlines import Work
from tests.fakes.servicekit.publisher import FakePublisher, be_away, confirm, stay_silent
from tests.fakes.servicekit.scrapes import Scrape


@pytest.fixture
def publisher():
    return FakePublisher()


@pytest.fixture
def service(timed_service):
    return timed_service


@pytest.fixture
def relay(service, publisher):
    return Relay(service.database, service.outbox, publisher)


def ids(service):
    return [row.id for row in service.outbox_rows()]


def test_what_is_due_is_published_in_order_and_marked(service, relay, publisher, clock):
    service.say("one", "two", "three")

    assert relay.step() == 3

    assert publisher.published == ids(service)
    assert {row.published_at for row in service.outbox_rows()} == {clock.time}


def test_what_is_published_is_not_published_again(service, relay, publisher, clock):
    service.say("one")
    relay.step()
    clock.advance(hours=1)

    assert relay.step() == 0
    assert len(publisher.windows) == 1


def test_with_nothing_to_publish_the_publisher_looks_after_its_connection(relay, publisher):
    assert relay.step() == 0
    assert (publisher.idled, publisher.windows) == (1, [])


def test_what_became_of_each_event_is_counted_and_who_counts_hears_of_what_was_published(service, publisher):
    service.say("one", "two", "three")
    told = []
    relay = Relay(service.database, service.outbox, publisher, told.append)
    first, second, _ = ids(service)
    publisher.answer = lambda _window: Published(frozenset({first}), {second: "NO_ROUTE"})
    before = {outcome: published(outcome) for outcome in ("confirmed", "returned", "unconfirmed")}

    relay.step()

    assert [envelope.id for envelope in told] == [first]
    assert {outcome: published(outcome) - count for outcome, count in before.items()} == {
        "confirmed": 1,
        "returned": 1,
        "unconfirmed": 1,
    }


def test_who_counts_does_not_hear_of_an_event_that_is_said_again(service, publisher, clock):
    """Not even where both are published together, after the broker was away."""
    service.say("one")
    told = []
    relay = Relay(service.database, service.outbox, publisher, told.append)
    (row,) = service.outbox_rows()
    for _ in range(2):
        clock.advance(seconds=30)
        say_again(service, row)

    assert relay.step() == 3

    assert [envelope.id for envelope in told] == [row.id]


def say_again(service, row):
    with service.database.transaction() as transaction:
        assert service.outbox.say_again(
            transaction.connection, subject=row.subject, event_type=row.type, now=transaction.now()
        )
        transaction.commit()


def published(outcome):
    scrape = Scrape(exposition(()).decode())
    return scrape.value("comanda_events_published_total", type=NoteTaken.type, outcome=outcome)


def test_a_window_holds_no_more_than_its_size(service, relay, publisher, monkeypatch):
    monkeypatch.setattr(relay_module, "WINDOW", 2)
    service.say("one", "two", "three")

    assert [relay.step(), relay.step(), relay.step()] == [2, 1, 0]
    assert publisher.published == ids(service)


def test_what_is_not_confirmed_is_due_again_later(service, relay, publisher, clock):
    publisher.answer = stay_silent
    service.say("one")

    assert relay.step() == 0
    (row,) = service.outbox_rows()
    assert (row.published_at, row.attempts, row.error) == (None, 1, "not confirmed")
    assert timedelta(0) < row.next_at - clock.time <= timedelta(seconds=1.5)

    publisher.answer = confirm
    assert relay.step() == 0
    clock.advance(seconds=2)
    assert relay.step() == 1
    assert service.outbox_rows()[0].error is None


def test_the_wait_doubles_up_to_a_minute_and_then_goes_on_for_ever(service, relay, publisher, clock):
    publisher.answer = stay_silent
    service.say("one")
    waits = []

    for _ in range(12):
        relay.step()
        (row,) = service.outbox_rows()
        waits.append((row.next_at - clock.time).total_seconds())
        clock.time = row.next_at

    assert len(publisher.windows) == 12
    for tried, wait in enumerate(waits):
        assert 0.5 * min(2**tried, 60) <= wait <= 1.5 * min(2**tried, 60)


def test_of_a_window_what_is_confirmed_is_marked_and_the_rest_tried_again(service, relay, publisher, clock):
    service.say("one", "two", "three")
    first, second, third = ids(service)
    publisher.answer = lambda _window: Published(frozenset({first, third}))

    assert relay.step() == 2
    publisher.answer = confirm
    clock.advance(seconds=2)
    assert relay.step() == 1
    assert publisher.published == [first, second, third, second]


def test_what_comes_back_stays_and_is_told(service, relay, publisher, clock):
    service.say("one", "two")
    first, second = ids(service)
    publisher.answer = lambda _window: Published(frozenset({second}), {first: "NO_ROUTE"})

    with capture_logs() as lines:
        assert relay.step() == 1

    assert [row.published_at for row in service.outbox_rows()] == [None, clock.time]
    told = [line for line in lines if line["event"] == "event_unroutable"]
    assert [(line["event_id"], line["why"], line["log_level"]) for line in told] == [
        (first, "NO_ROUTE", "error")
    ]


def test_a_row_that_nobody_can_take_is_parked_and_its_neighbours_are_published(
    service, relay, publisher, clock
):
    service.say("one", "x" * MAX_BYTES, "three")
    first, large, third = ids(service)

    with capture_logs() as lines:
        assert relay.step() == 2

    assert publisher.published == [first, third]
    row = service.outbox_rows()[1]
    assert (row.parked_at, row.published_at) == (clock.time, None)
    assert "longer than" in row.error
    assert [line["event_id"] for line in lines if line["event"] == "event_unpublishable"] == [large]

    clock.advance(hours=1)
    assert relay.step() == 0


def test_a_row_that_is_no_event_is_parked_and_its_neighbours_are_published(service, relay, publisher):
    service.say("one")
    service.say("two", subject="")
    service.say("three")

    assert relay.step() == 2

    assert [envelope.data["text"] for envelope in publisher.windows[0]] == ["one", "three"]
    assert "subject" in service.outbox_rows()[1].error


def test_when_the_publisher_is_away_the_rows_stay_due_and_whoever_asked_is_told(service, relay, publisher):
    service.say("one", "two")
    publisher.answer = be_away

    with pytest.raises(PublisherUnavailable):
        relay.step()
    publisher.answer = confirm

    assert {row.attempts for row in service.outbox_rows()} == {0}
    assert relay.step() == 2


def test_the_claim_of_a_relay_that_died_runs_out(service, relay, publisher, clock):
    def die(_window):
        raise SystemExit

    service.say("one")
    publisher.answer = die
    with pytest.raises(SystemExit):
        relay.step()
    publisher.answer = confirm

    clock.advance(seconds=CLAIM_SECONDS - 1)
    assert relay.step() == 0
    clock.advance(seconds=1)
    assert relay.step() == 1
    assert publisher.published == ids(service) * 2


def test_nothing_is_locked_while_the_publisher_is_at_work(service, relay, publisher):
    def write_meanwhile(window):
        Work(lambda: service.say("meanwhile")).result(within=3)
        assert not service.database.in_transaction()
        return confirm(window)

    service.say("one")
    publisher.answer = write_meanwhile

    assert relay.step() == 1
    assert len(service.outbox_rows()) == 2


def test_a_relay_whose_claim_ran_out_does_not_undo_what_another_confirmed(service, relay, publisher, clock):
    other = Relay(service.database, service.outbox, FakePublisher())

    def take_too_long(window):
        clock.advance(seconds=CLAIM_SECONDS + 1)
        assert other.step() == 1
        return stay_silent(window)

    service.say("one")
    publisher.answer = take_too_long

    assert relay.step() == 0
    (row,) = service.outbox_rows()
    assert row.published_at is not None
    assert (row.attempts, row.error) == (0, None)


def test_an_older_row_that_is_committed_later_is_published_too(postgres_url):
    service = Service(postgres_url).create_tables()
    publisher = FakePublisher()
    relay = Relay(service.database, service.outbox, publisher)

    with service.database.transaction() as slow:
        said = [Said(NoteTaken("older"), "s", "default", 1)]
        service.outbox.write(slow.connection, said, now=slow.now())
        Work(lambda: service.say("newer")).result()
        assert Work(relay.step).result() == 1
        slow.commit()

    assert relay.step() == 1
    assert [envelope.data["text"] for window in publisher.windows for envelope in window] == [
        "newer",
        "older",
    ]
    service.database.dispose()


def test_two_relays_never_publish_a_row_twice_within_a_claim(database_url, monkeypatch):
    monkeypatch.setattr(relay_module, "WINDOW", 7)
    service = Service(database_url).create_tables()
    service.say(*[str(number) for number in range(100)])
    publishers = [FakePublisher(), FakePublisher()]

    def drain(publisher):
        relay = Relay(service.database, service.outbox, publisher)
        while relay.step():
            pass

    for worker in [Work(lambda publisher=publisher: drain(publisher)) for publisher in publishers]:
        worker.result()
    drain(publishers[0])

    published = publishers[0].published + publishers[1].published
    assert sorted(published) == ids(service)
    with service.database.read() as connection:
        unpublished = sa.select(sa.func.count()).where(outbox_rows.c.published_at.is_(None))
        assert connection.scalar(unpublished) == 0
    service.database.dispose()
