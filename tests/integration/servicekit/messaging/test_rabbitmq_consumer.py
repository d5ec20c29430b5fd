import threading
import time

import pytest
from pika.exceptions import AMQPError
from sqlalchemy.exc import OperationalError

from servicekit.messaging import rabbitmq_consumer, rabbitmq_topology
from servicekit.messaging.inbox import PARKED, PENDING
from servicekit.messaging.rabbitmq_consumer import RabbitConsumer
from servicekit.messaging.rabbitmq_publisher import RabbitPublisher
from servicekit.messaging.relay import Relay
from tests.builders.odd_messages import OddHeaders, a_time_past_all_calendars, nested_tables
from tests.builders.servicekit import Service, an_envelope
from tests.fakes.servicekit.deadlines import Work, eventually

QUEUE = "toys.notes"


class FlakyInbox:
    """An inbox whose database fails as often as it is told to; `before_success` runs after it has stored."""

    def __init__(self, inbox):
        self.inbox = inbox
        self.failures = 0
        self.after = lambda: None

    def store(self, messages):
        if self.failures:
            self.failures -= 1
            raise OperationalError("INSERT", {}, Exception("the database is away"))
        self.inbox.store(messages)
        self.after()


@pytest.fixture
def inbox(service):
    return FlakyInbox(service.inbox)


@pytest.fixture
def consumer(broker, topology, inbox):
    with RabbitConsumer(broker.url, topology, QUEUE, inbox) as consumer:
        yield consumer


def consume(consumer, count):
    """Steps until so many messages were stored."""
    done = 0
    deadline = time.monotonic() + 20
    while done < count:
        assert time.monotonic() < deadline, f"{done} of {count} in time"
        done += consumer.step()
    assert done == count


def envelopes(count):
    return [an_envelope() for _ in range(count)]


def send(broker, *messages):
    broker.send(*[message.to_json() for message in messages])


def test_with_nothing_to_take_a_step_takes_nothing(consumer):
    assert consumer.step() == 0


def test_what_arrives_is_stored_and_acknowledged(consumer, broker, service):
    sent = envelopes(3)
    send(broker, *sent)

    consume(consumer, 3)
    consumer.close()

    assert [row.id for row in service.inbox_rows()] == sorted(envelope.id for envelope in sent)
    assert {row.status for row in service.inbox_rows()} == {PENDING}
    threading.Event().wait(0.2)
    assert broker.waiting(QUEUE) == 0


def test_more_than_a_prefetch_is_taken_in_many_steps(consumer, broker, service):
    send(broker, *envelopes(450))

    consume(consumer, 450)

    assert len(service.inbox_rows()) == 450


def test_what_was_stored_already_is_acknowledged_and_changes_nothing(consumer, broker, service):
    (envelope,) = envelopes(1)
    send(broker, envelope, envelope)

    consume(consumer, 2)

    assert len(service.inbox_rows()) == 1


def test_poison_is_parked_and_its_neighbours_are_stored(consumer, broker, service):
    good = envelopes(2)
    broker.send(good[0].to_json(), b"\xff\xfe", b"{", b"[" * 100_000, b"", good[1].to_json())

    consume(consumer, 6)

    by_status = {
        status: [row.id for row in service.inbox_rows() if row.status == status]
        for status in (PENDING, PARKED)
    }
    assert by_status[PENDING] == sorted(envelope.id for envelope in good)
    assert len(by_status[PARKED]) == 4


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "", None, "\x00", "x" * 255])
def test_what_does_not_say_that_it_is_an_event_is_parked_and_its_neighbours_are_stored(
    consumer, broker, service, content_type
):
    good = envelopes(2)
    send(broker, good[0])
    broker.send(an_envelope().to_json(), content_type=content_type)
    send(broker, good[1])

    consume(consumer, 3)

    (parked,) = [row for row in service.inbox_rows() if row.status == PARKED]
    assert "content type" in parked.error
    assert len(service.inbox_rows()) == 3


@pytest.mark.parametrize(
    "content_type", ["Application/CloudEvents+JSON", "application/cloudevents+json;charset=utf-8"]
)
def test_an_event_may_say_what_it_is_in_any_way_that_means_the_same(consumer, broker, service, content_type):
    broker.send(an_envelope().to_json(), content_type=content_type)

    consume(consumer, 1)

    assert [row.status for row in service.inbox_rows()] == [PENDING]


@pytest.mark.parametrize("headers", [nested_tables(4000), a_time_past_all_calendars()], ids=["deep", "time"])
def test_headers_that_nobody_can_read_cost_neither_the_connection_nor_a_neighbour(
    consumer, broker, service, headers
):
    sent = envelopes(21)
    for envelope in sent:
        properties = OddHeaders(headers) if envelope is sent[10] else OddHeaders(b"")
        broker.channel.basic_publish("toys.events", "note.taken.v1", envelope.to_json(), properties)

    consume(consumer, 21)

    assert [row.id for row in service.inbox_rows()] == sorted(envelope.id for envelope in sent)
    assert {row.status for row in service.inbox_rows()} == {PENDING}


def test_while_the_database_is_away_messages_wait_and_are_not_given_back(consumer, broker, inbox, service):
    sent = envelopes(5)
    send(broker, *sent)
    inbox.failures = 30  # more often than a message may be given back

    failures = 0
    deadline = time.monotonic() + 20
    while not service.inbox_rows():
        assert time.monotonic() < deadline
        try:
            consumer.step()
        except OperationalError:
            failures += 1
    consume_rest = eventually(lambda: consumer.step() == 0)

    assert consume_rest
    assert failures == 30
    assert len(service.inbox_rows()) == 5
    assert broker.waiting("toys.events.dead") == 0


def test_a_process_that_dies_before_it_acknowledges_leaves_the_messages_to_be_delivered_again(
    broker, topology, inbox, service
):
    sent = envelopes(3)
    send(broker, *sent)
    inbox.failures = 1
    first = RabbitConsumer(broker.url, topology, QUEUE, inbox)
    with pytest.raises(OperationalError):
        consume(first, 3)
    first.close()

    eventually(lambda: broker.waiting(QUEUE) == 3)
    with RabbitConsumer(broker.url, topology, QUEUE, inbox) as second:
        consume(second, 3)
    assert len(service.inbox_rows()) == 3


def test_an_acknowledgement_that_is_lost_costs_a_second_delivery_and_no_more(
    proxy, topology, broker, inbox, service
):
    (envelope,) = envelopes(1)
    send(broker, envelope)
    inbox.after = proxy.cut

    with RabbitConsumer(proxy.url, topology, QUEUE, inbox) as consumer:
        deadline = time.monotonic() + 20
        while not service.inbox_rows():
            assert time.monotonic() < deadline
            try:
                consumer.step()
            except AMQPError:
                break
        inbox.after = lambda: None
        while True:
            assert time.monotonic() < deadline
            try:
                if consumer.step():
                    break
            except AMQPError:
                continue

    assert len(service.inbox_rows()) == 1
    threading.Event().wait(0.2)
    assert broker.waiting(QUEUE) == 0


def test_a_connection_that_was_cut_is_told_and_made_again(proxy, topology, broker, inbox, service):
    with RabbitConsumer(proxy.url, topology, QUEUE, inbox) as consumer:
        consumer.step()
        proxy.cut()
        with pytest.raises(AMQPError):
            consumer.step()

        send(broker, *envelopes(2))
        consume(consumer, 2)
    assert len(service.inbox_rows()) == 2


def test_a_step_does_not_pass_over_a_connection_of_which_only_our_end_is_left(
    proxy, topology, broker, inbox, service, monkeypatch
):
    monkeypatch.setattr(rabbitmq_consumer, "PROBE_SECONDS", 0.1)
    with RabbitConsumer(proxy.url, topology, QUEUE, inbox) as consumer:
        assert [consumer.step(), consumer.step()] == [0, 0]
        proxy.mute()
        step = Work(consumer.step)
        step.join(1.5)
        assert step.is_alive()

        proxy.unmute()
        assert step.result() == 0
        send(broker, *envelopes(1))
        consume(consumer, 1)
    assert len(service.inbox_rows()) == 1


def test_a_connection_of_which_only_our_end_is_left_is_given_up_by_its_heartbeats(
    proxy, topology, broker, inbox, service, monkeypatch
):
    monkeypatch.setattr(rabbitmq_topology, "HEARTBEAT_SECONDS", 1)
    monkeypatch.setattr(rabbitmq_consumer, "PROBE_SECONDS", 0.1)
    with RabbitConsumer(proxy.url, topology, QUEUE, inbox) as consumer:
        consumer.step()
        proxy.mute()
        step = Work(lambda: [consumer.step() for _ in range(100)])
        with pytest.raises(AMQPError):
            step.result()

        proxy.unmute()
        send(broker, *envelopes(1))
        consume(consumer, 1)
    assert len(service.inbox_rows()) == 1


def test_closing_a_connection_that_is_gone_is_no_error(proxy, topology, inbox):
    consumer = RabbitConsumer(proxy.url, topology, QUEUE, inbox)
    consumer.step()
    proxy.cut()

    consumer.close()
    consumer.close()


def test_a_queue_that_is_deleted_is_told_and_declared_again(consumer, broker, service):
    consumer.step()
    broker.channel.queue_delete(QUEUE)

    def told():
        try:
            consumer.step()
        except AMQPError as error:
            return "no longer consuming" in str(error)
        return False

    eventually(told)
    consumer.step()
    send(broker, *envelopes(1))
    consume(consumer, 1)
    assert len(service.inbox_rows()) == 1


def test_a_broker_that_is_away_is_an_error_of_the_brokers(topology, inbox):
    with pytest.raises(AMQPError):
        RabbitConsumer("amqp://nobody:x@127.0.0.1:1/none", topology, QUEUE, inbox).step()


def test_a_broker_that_says_nothing_is_an_error_of_the_brokers(proxy, topology, inbox, monkeypatch):
    monkeypatch.setattr(rabbitmq_topology, "CONNECT_SECONDS", 0.2)
    proxy.mute()

    with pytest.raises(AMQPError):
        RabbitConsumer(proxy.url, topology, QUEUE, inbox).step()


def test_an_event_goes_from_outbox_to_inbox_by_the_broker(broker, topology, sqlite_url, postgres_url):
    speaker, reader = Service(sqlite_url).create_tables(), Service(postgres_url).create_tables()
    speaker.say(*[f"note {number}" for number in range(300)])
    publisher = RabbitPublisher(broker.url, topology)
    relay = Relay(speaker.database, speaker.outbox, publisher)

    with RabbitConsumer(broker.url, topology, QUEUE, reader.inbox) as consumer:
        assert [relay.step(), relay.step(), relay.step()] == [200, 100, 0]
        consume(consumer, 300)

    assert [row.id for row in reader.inbox_rows()] == [row.id for row in speaker.outbox_rows()]
    publisher.close()
    speaker.database.dispose()
    reader.database.dispose()
