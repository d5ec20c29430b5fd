import pytest
from pika.exceptions import ChannelClosedByBroker
from structlog.testing import capture_logs

from servicekit.messaging.rabbitmq_topology import HEARTBEAT_SECONDS, Topology, parameters
from tests.fakes.servicekit.deadlines import eventually


def test_declaring_twice_changes_nothing(broker, broker_url, topology):
    broker.send(b"x")

    topology.declare(broker_url)

    eventually(lambda: broker.waiting("toys.notes") == 1)


def test_a_queue_that_was_not_there_is_made_and_told_of(broker, broker_url, topology):
    broker.channel.queue_delete("toys.notes")

    with capture_logs() as logs:
        topology.declare(broker_url)
        topology.declare(broker_url)

    assert [(line["event"], line["queue"]) for line in logs] == [("queue_made", "toys.notes")]
    broker.send(b"x")
    eventually(lambda: broker.waiting("toys.notes") == 1)


def test_a_queue_that_somebody_else_holds_alone_fails_loudly(broker, broker_url):
    broker.channel.queue_declare("mine", exclusive=True)

    with pytest.raises(ChannelClosedByBroker) as caught:
        Topology("toys.events", {"mine": "note.#"}).declare(broker_url)
    assert caught.value.reply_code == 405


@pytest.mark.parametrize("queue", ["toys.notes", "toys.events.dead"])
def test_a_queue_that_is_there_with_other_arguments_fails_loudly(broker, broker_url, topology, queue):
    broker.channel.queue_delete(queue)
    broker.channel.queue_declare(queue, durable=True)

    with pytest.raises(ChannelClosedByBroker) as caught:
        topology.declare(broker_url)
    assert caught.value.reply_code == 406


@pytest.mark.parametrize(("kind", "durable"), [("fanout", True), ("topic", False)])
def test_an_exchange_of_another_kind_or_one_that_would_not_last_fails_loudly(
    broker, broker_url, kind, durable
):
    broker.channel.exchange_declare("other", kind, durable=durable)

    with pytest.raises(ChannelClosedByBroker):
        Topology("other", {}).declare(broker_url)


def test_a_message_that_was_given_back_too_often_goes_to_the_dead_letters(broker, topology):
    broker.send(b"cursed")
    for _ in range(21):
        method = eventually(lambda: broker.channel.basic_get("toys.notes")[0])
        broker.channel.basic_nack(method.delivery_tag, requeue=True)

    eventually(lambda: broker.waiting(f"{topology.exchange}.dead") == 1)
    assert broker.waiting("toys.notes") == 0


def test_every_wait_of_a_connection_is_bounded():
    chosen = parameters("amqp://a:b@host/vhost")

    assert chosen.heartbeat == HEARTBEAT_SECONDS
    assert chosen.connection_attempts == 1
    assert None not in {chosen.socket_timeout, chosen.stack_timeout, chosen.blocked_connection_timeout}
