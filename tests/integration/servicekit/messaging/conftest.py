import pika
import pytest

from servicekit.messaging.envelope import CONTENT_TYPE
from servicekit.messaging.rabbitmq_publisher import RabbitPublisher
from servicekit.messaging.rabbitmq_topology import Topology
from tests.builders.servicekit import Service
from tests.fakes.servicekit.tcp_proxy import TcpProxy

TOPOLOGY = Topology("toys.events", {"toys.notes": "note.#", "toys.pages": "page.#"})


class Broker:
    """What a test asks the broker itself."""

    def __init__(self, url):
        self.url = url
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self._connection.channel()

    def waiting(self, queue):
        """How many messages are ready to be delivered."""
        return self.channel.queue_declare(queue, passive=True).method.message_count

    def take(self, queue):
        """Takes one message: its properties and its body."""
        method, properties, body = self.channel.basic_get(queue, auto_ack=True)
        return (properties, body) if method is not None else None

    def send(self, *bodies, routing_key="note.taken.v1", content_type=CONTENT_TYPE, **properties):
        for body in bodies:
            said = pika.BasicProperties(content_type=content_type, **properties)
            self.channel.basic_publish(TOPOLOGY.exchange, routing_key, body, said)

    def close(self):
        self._connection.close()


@pytest.fixture
def topology():
    return TOPOLOGY


@pytest.fixture
def broker(broker_url):
    TOPOLOGY.declare(broker_url)
    broker = Broker(broker_url)
    yield broker
    broker.close()


@pytest.fixture
def proxy(broker_url):
    with TcpProxy(broker_url) as proxy:
        yield proxy


@pytest.fixture
def publisher(broker_url):
    publisher = RabbitPublisher(broker_url, TOPOLOGY)
    yield publisher
    publisher.close()


@pytest.fixture
def service(sqlite_url):
    service = Service(sqlite_url).create_tables()
    yield service
    service.database.dispose()
