import socket
import time
from contextlib import suppress
from pathlib import Path

import pika
import pytest

from servicekit.messaging import rabbitmq_publisher, rabbitmq_topology
from servicekit.messaging.envelope import Envelope
from servicekit.messaging.rabbitmq_publisher import RabbitPublisher
from servicekit.messaging.rabbitmq_topology import Topology
from servicekit.messaging.relay import Published, PublisherUnavailable
from tests.builders.servicekit import an_envelope
from tests.fakes.servicekit.deadlines import eventually
from tests.servers.rabbitmq import BrokerControl

CLOSE_CONNECTIONS = (
    'true = is_list(rabbit_connection_tracking:list(<<"{0}">>)) andalso '
    'rabbit_connection_tracking:list(<<"{0}">>) =/= [],'
    'lists:foreach(fun(C) -> rabbit_networking:close_connection(element(6, C), "test") end,'
    'rabbit_connection_tracking:list(<<"{0}">>)).'
)


def confirmed(*envelopes):
    return Published(frozenset(envelope.id for envelope in envelopes), {})


def test_a_window_of_500_is_confirmed(publisher, broker):
    window = [an_envelope() for _ in range(500)]

    assert publisher.publish(window) == confirmed(*window)
    eventually(lambda: broker.waiting("toys.notes") == 500)


def test_a_message_is_a_persistent_cloud_event(publisher, broker):
    envelope = an_envelope(causationid="c")

    publisher.publish([envelope])

    properties, body = eventually(lambda: broker.take("toys.notes"))
    assert Envelope.from_json(body) == envelope
    assert properties.delivery_mode == 2
    assert properties.content_type == "application/cloudevents+json"
    assert (properties.message_id, properties.type) == (envelope.id, envelope.type)


def test_events_go_where_their_types_lead(publisher, broker):
    note, page = an_envelope(), an_envelope(type="page.turned.v1")

    publisher.publish([note, page])

    assert broker.take("toys.notes")[0].message_id == note.id
    assert broker.take("toys.pages")[0].message_id == page.id


def test_what_no_queue_takes_comes_back_and_its_neighbours_do_not(publisher):
    first, lost, third = an_envelope(), an_envelope(type="nobody.reads.v1"), an_envelope()

    published = publisher.publish([first, lost, third])

    assert published == Published(frozenset({first.id, third.id}), {lost.id: "NO_ROUTE"})


def test_what_comes_back_since_its_queue_was_deleted_finds_the_queue_made_again(publisher, broker):
    publisher.publish([an_envelope()])
    broker.channel.queue_delete("toys.notes")
    envelope = an_envelope()

    assert publisher.publish([envelope]) == Published(frozenset(), {envelope.id: "NO_ROUTE"})
    assert publisher.publish([envelope]) == confirmed(envelope)
    assert broker.take("toys.notes")[0].message_id == envelope.id


def test_what_a_full_queue_refuses_is_not_confirmed(publisher, broker):
    full = {"x-max-length": 1, "x-overflow": "reject-publish"}
    broker.channel.queue_declare("full", arguments=full)
    broker.channel.queue_bind("full", "toys.events", "full.#")
    window = [an_envelope(type="full.v1") for _ in range(20)]

    published = publisher.publish(window)

    assert published.confirmed
    assert len(published.confirmed) < 20
    assert not published.returned
    assert publisher.publish([note := an_envelope()]) == confirmed(note)


def test_an_empty_window_is_published_at_once(publisher):
    assert publisher.publish([]) == Published(frozenset(), {})


def test_a_broker_that_refuses_is_unavailable(topology):
    publisher = RabbitPublisher("amqp://nobody:x@127.0.0.1:1/none", topology)

    with pytest.raises(PublisherUnavailable):
        publisher.publish([an_envelope()])
    with pytest.raises(PublisherUnavailable):
        publisher.idle()
    publisher.close()


def test_a_broker_that_does_not_know_us_is_unavailable(broker_url, topology):
    user = broker_url.split("//")[1].split(":")[0]
    publisher = RabbitPublisher(broker_url.replace(f"{user}:", f"{user}:wrong"), topology)

    with pytest.raises(PublisherUnavailable):
        publisher.publish([an_envelope()])


def test_a_host_that_takes_connections_and_says_nothing_is_unavailable(topology, monkeypatch):
    monkeypatch.setattr(rabbitmq_topology, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        publisher = RabbitPublisher(f"amqp://x:y@127.0.0.1:{silent.getsockname()[1]}/", topology)

        with pytest.raises(PublisherUnavailable):
            publisher.publish([an_envelope()])


def test_a_broker_that_falls_silent_while_we_connect_is_unavailable(topology, proxy, monkeypatch):
    monkeypatch.setattr(rabbitmq_topology, "CONNECT_SECONDS", 0.3)
    declare = Topology.declare

    def declare_and_mute(self, url):
        declare(self, url)
        proxy.mute()

    monkeypatch.setattr(Topology, "declare", declare_and_mute)
    publisher = RabbitPublisher(proxy.url, topology)
    with pytest.raises(PublisherUnavailable, match="Timeout"):
        publisher.publish([an_envelope()])

    proxy.unmute()
    monkeypatch.undo()
    assert publisher.publish([envelope := an_envelope()]) == confirmed(envelope)
    publisher.close()


def test_a_broker_that_falls_silent_before_it_opens_a_channel_is_unavailable(proxy, topology, monkeypatch):
    monkeypatch.setattr(rabbitmq_publisher, "READY_SECONDS", 0.3)
    publisher = RabbitPublisher(proxy.url, topology)
    on_open = publisher._on_open

    def mute_and_go_on(connection):
        proxy.mute()
        on_open(connection)

    publisher._on_open = mute_and_go_on
    with pytest.raises(PublisherUnavailable, match="no answer in time"):
        publisher.publish([an_envelope()])

    publisher._on_open = on_open
    proxy.unmute()
    assert publisher.publish([envelope := an_envelope()]) == confirmed(envelope)
    publisher.close()


def test_a_broker_that_vanishes_while_we_connect_is_unavailable(topology, proxy, monkeypatch):
    declare = Topology.declare

    def declare_elsewhere_and_refuse(_self, url):
        declare(topology, url)
        proxy.close()

    monkeypatch.setattr(Topology, "declare", declare_elsewhere_and_refuse)
    publisher = RabbitPublisher(proxy.url, topology)
    with pytest.raises(PublisherUnavailable, match="AMQPConnection"):
        publisher.publish([an_envelope()])
    publisher.close()


def test_a_topology_that_differs_from_the_brokers_is_told_loudly(broker_url, broker, topology):
    other = Topology(topology.exchange, {"plain": "plain.#"})
    broker.channel.queue_declare("plain")

    with pytest.raises(PublisherUnavailable, match="PRECONDITION_FAILED"):
        RabbitPublisher(broker_url, other).publish([an_envelope()])


def test_it_connects_again_after_the_broker_has_closed_the_connection(publisher, broker_url, rabbitmq_server):
    control = BrokerControl(rabbitmq_server)
    virtual_host = broker_url.rpartition("/")[2]
    publisher.publish([an_envelope()])

    def close_connections():
        try:
            control._evaluate(CLOSE_CONNECTIONS.format(virtual_host))
        except RuntimeError:  # the broker has not listed it yet
            return False
        return True

    eventually(close_connections)

    def lost():
        publisher.idle()
        return publisher._channel is None

    eventually(lost)
    publisher.idle()
    assert publisher.publish([envelope := an_envelope()]) == confirmed(envelope)


def test_a_connection_that_was_cut_unnoticed_is_told_and_made_again(proxy, topology):
    publisher = RabbitPublisher(proxy.url, topology)
    publisher.publish([an_envelope()])
    proxy.cut()
    unknown = an_envelope()

    with pytest.raises(PublisherUnavailable):
        publisher.publish([unknown])
    assert publisher.publish([unknown]) == confirmed(unknown)
    publisher.close()


def test_an_idle_connection_of_which_only_our_end_is_left_is_given_up_by_its_heartbeats(
    proxy, topology, monkeypatch
):
    monkeypatch.setattr(rabbitmq_topology, "HEARTBEAT_SECONDS", 1)
    publisher = RabbitPublisher(proxy.url, topology)
    publisher.idle()
    proxy.mute()

    def given_up():
        publisher.idle()
        return publisher._channel is None

    eventually(given_up)
    proxy.unmute()
    assert publisher.publish([envelope := an_envelope()]) == confirmed(envelope)
    publisher.close()


def test_of_a_window_that_is_cut_in_the_middle_what_was_confirmed_counts(proxy, topology):
    publisher = RabbitPublisher(proxy.url, topology)
    publisher.publish([an_envelope()])
    window = [an_envelope() for _ in range(50)]
    send, sent = publisher._send, []

    def send_and_cut(channel, envelope):
        send(channel, envelope)
        sent.append(envelope)
        if len(sent) == 25:
            publisher._connection.run_until(lambda: not publisher._open, 20)
        if len(sent) == 50:
            proxy.cut()

    publisher._send = send_and_cut
    published = publisher.publish(window)
    publisher._send = send

    assert published == confirmed(*window[:25])
    assert publisher.publish(window[25:]) == confirmed(*window[25:])
    publisher.close()


def test_answers_that_come_too_late_are_not_taken_for_the_next_windows(proxy, topology, monkeypatch):
    monkeypatch.setattr(rabbitmq_publisher, "CONFIRM_SECONDS", 0.2)
    monkeypatch.setattr(rabbitmq_publisher, "GOODBYE_SECONDS", 0.2)
    publisher = RabbitPublisher(proxy.url, topology)
    publisher.publish([an_envelope()])
    late = [an_envelope() for _ in range(3)]

    proxy.mute()
    with pytest.raises(PublisherUnavailable, match="no answer in time"):
        publisher.publish(late)
    proxy.unmute()
    monkeypatch.setattr(rabbitmq_publisher, "CONFIRM_SECONDS", 10)

    next_window = [an_envelope() for _ in range(2)]
    assert publisher.publish(next_window) == confirmed(*next_window)
    publisher.close()


def test_answers_that_come_during_the_goodbye_count(proxy, topology, monkeypatch):
    publisher = RabbitPublisher(proxy.url, topology)
    publisher.publish([an_envelope()])
    monkeypatch.setattr(rabbitmq_publisher, "CONFIRM_SECONDS", 0.1)
    window = [an_envelope() for _ in range(3)]
    real_close = publisher.close

    def unmute_and_close():
        proxy.unmute()
        real_close()

    publisher.close = unmute_and_close
    proxy.mute()

    assert publisher.publish(window) == confirmed(*window)
    real_close()


def test_a_channel_that_the_broker_closes_is_opened_again_with_the_topology(publisher, broker):
    publisher.publish([an_envelope()])
    broker.channel.exchange_delete("toys.events")
    envelope = an_envelope()

    with pytest.raises(PublisherUnavailable, match="NOT_FOUND"):
        publisher.publish([envelope])
    assert publisher.publish([envelope]) == confirmed(envelope)


def test_a_silent_broker_does_not_hold_up_the_goodbye(proxy, topology, monkeypatch):
    monkeypatch.setattr(rabbitmq_publisher, "GOODBYE_SECONDS", 0.2)
    publisher = RabbitPublisher(proxy.url, topology)
    publisher.publish([an_envelope()])
    proxy.mute()

    begun = time.monotonic()
    publisher.close()

    assert time.monotonic() - begun < 2


def test_the_connection_is_there_before_there_is_anything_to_publish(publisher):
    publisher.idle()
    connection = publisher._connection

    assert publisher.publish([envelope := an_envelope()]) == confirmed(envelope)
    assert publisher._connection is connection


def test_looking_after_an_idle_connection_keeps_it_usable(publisher):
    publisher.publish([an_envelope()])
    connection = publisher._connection

    for _ in range(50):
        publisher.idle()

    assert publisher.publish([envelope := an_envelope()]) == confirmed(envelope)
    assert publisher._connection is connection


def test_reconnecting_leaves_no_file_open(proxy, topology):
    publisher = RabbitPublisher(proxy.url, topology)

    def open_files():
        return len(list(Path("/proc/self/fd").iterdir()))

    def reconnect():
        proxy.cut()
        with suppress(PublisherUnavailable):
            publisher.publish([an_envelope()])
        publisher.publish([an_envelope()])

    reconnect()
    before = open_files()
    for _ in range(5):
        reconnect()

    assert open_files() <= before + 4
    publisher.close()


def test_closing_twice_is_closing_once(publisher):
    publisher.publish([an_envelope()])

    publisher.close()
    publisher.close()


def test_the_queues_are_declared_before_anything_is_published(publisher, broker_url):
    publisher.publish([an_envelope()])

    connection = pika.BlockingConnection(pika.URLParameters(broker_url))
    channel = connection.channel()
    for queue, waiting in (("toys.notes", 1), ("toys.pages", 0), ("toys.events.dead", 0)):
        declared = eventually(lambda queue=queue: channel.queue_declare(queue, passive=True))
        assert declared.method.message_count == waiting
    connection.close()
