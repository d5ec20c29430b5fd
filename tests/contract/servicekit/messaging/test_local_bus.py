import pytest

from servicekit.database.database import Database
from servicekit.database.patience import patience
from servicekit.messaging.inbox import Inbox
from servicekit.messaging.local_bus import LocalBus
from servicekit.messaging.relay import Published, PublisherUnavailable, Relay
from tests.builders.servicekit import Service, an_envelope, inbox_rows
from tests.fakes.servicekit.deadlines import Work


def test_published_means_stored_in_the_readers_inbox(service):
    bus = LocalBus({"note": service.inbox})
    first, second = an_envelope(), an_envelope()

    published = bus.publish([first, second])

    assert published == Published(frozenset({first.id, second.id}), {})
    assert {row.id for row in service.inbox_rows()} == {first.id, second.id}


def test_each_event_goes_where_its_type_leads(service):
    other = Inbox(service.database, inbox_rows, "other")
    note, page = an_envelope(), an_envelope(type="page.turned.v1")

    LocalBus({"note": service.inbox, "page": other}).publish([note, page])

    assert {(row.consumer, row.id) for row in service.inbox_rows()} == {
        ("reader", note.id),
        ("other", page.id),
    }


def test_an_event_that_nobody_reads_comes_back(service):
    note, lost = an_envelope(), an_envelope(type="page.turned.v1")

    published = LocalBus({"note": service.inbox}).publish([note, lost])

    assert published.confirmed == {note.id}
    assert published.returned == {lost.id: "nobody reads page"}


def test_publishing_twice_stores_once(service):
    envelope = an_envelope()
    bus = LocalBus({"note": service.inbox})

    bus.publish([envelope])
    bus.publish([envelope])
    bus.idle()

    assert len(service.inbox_rows()) == 1


def test_a_relay_moves_events_from_one_service_to_another(sqlite_url, postgres_url):
    speaker, reader = Service(sqlite_url).create_tables(), Service(postgres_url).create_tables()
    speaker.say("hello")

    relay = Relay(speaker.database, speaker.outbox, LocalBus({"note": reader.inbox}))

    assert [relay.step(), relay.step()] == [1, 0]
    assert reader.inbox_rows()[0].data["text"] == "hello"
    speaker.database.dispose()
    reader.database.dispose()


def test_a_reader_whose_database_is_away_is_a_publisher_that_is(service):
    away = Database("sqlite:////no/such/folder/file")
    bus = LocalBus({"note": Inbox(away, inbox_rows, "reader")})
    service.say("hello")

    with pytest.raises(PublisherUnavailable):
        Relay(service.database, service.outbox, bus).step()
    assert service.outbox_rows()[0].attempts == 0
    away.dispose()


def test_a_reader_whose_connections_are_all_taken_is_a_publisher_that_is_away(sqlite_url):
    reader = Service(sqlite_url, pool_size=1).create_tables()

    def publish():
        with patience(0.05):
            LocalBus({"note": reader.inbox}).publish([an_envelope()])

    with reader.database.read(), pytest.raises(PublisherUnavailable):
        Work(publish).result()
    reader.database.dispose()
