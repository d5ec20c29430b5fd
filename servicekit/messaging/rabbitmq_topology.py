"""What must exist at the broker before anything is published: then nothing is ever unroutable.

The arguments are those that RabbitMQ 3.10 and 4 both know. A declaration that differs from what the broker
has fails loudly (406), which is better than messages that vanish.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pika
import structlog
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPConnectionError, ChannelClosedByBroker
from pika.exchange_type import ExchangeType

HEARTBEAT_SECONDS = 30
BLOCKED_SECONDS = 20
CONNECT_SECONDS = 5
DELIVERY_LIMIT = 20
NOT_FOUND = 404

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Topology:
    """One topic exchange, and the queues with the routing pattern each is bound by."""

    exchange: str
    queues: Mapping[str, str]

    def declare(self, url: str) -> None:
        """Declare everything; repeating it changes nothing. Raises pika's AMQPError.

        A queue that was not there is told of: it is new, or was deleted with all that it held.
        """
        with connect(url) as connection:
            missing = [queue for queue in self.queues if not _is_there(connection, queue)]
            channel = connection.channel()
            dead = f"{self.exchange}.dead"
            channel.exchange_declare(self.exchange, ExchangeType.topic, durable=True)
            channel.exchange_declare(dead, ExchangeType.fanout, durable=True)
            channel.queue_declare(dead, durable=True, arguments={"x-queue-type": "quorum"})
            channel.queue_bind(dead, dead)
            for queue, pattern in self.queues.items():
                channel.queue_declare(queue, durable=True, arguments=_work_queue(dead))
                channel.queue_bind(queue, self.exchange, pattern)
        for queue in missing:
            log.warning("queue_made", queue=queue, hint="what it held, if it was there: `resend`")


def connect(url: str) -> pika.BlockingConnection:
    """A connection of the calling thread. Raises AMQPError."""
    try:
        return pika.BlockingConnection(parameters(url))
    except AMQPConnectorException as error:  # of a host that says nothing; pika does not count it as its own
        raise AMQPConnectionError(repr(error)) from error


def parameters(url: str) -> pika.URLParameters:
    """Connection parameters with every wait bounded."""
    chosen = pika.URLParameters(url)
    chosen.heartbeat = HEARTBEAT_SECONDS
    chosen.blocked_connection_timeout = BLOCKED_SECONDS
    chosen.socket_timeout = chosen.stack_timeout = CONNECT_SECONDS
    chosen.connection_attempts = 1
    return chosen


def _is_there(connection: pika.BlockingConnection, queue: str) -> bool:
    channel = connection.channel()
    try:
        channel.queue_declare(queue, passive=True)
    except ChannelClosedByBroker as error:
        if error.reply_code != NOT_FOUND:
            raise
        return False
    channel.close()
    return True


def _work_queue(dead_letter_exchange: str) -> dict[str, object]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": dead_letter_exchange,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
