"""A broker that a test hurts, and what may be asked of it."""

import signal

import pika

from tests.servers.rabbitmq import BrokerControl, RabbitmqServer

TO_ORDERS, TO_PAYMENTS = "comanda.orders", "comanda.payment"
QUEUES = (TO_ORDERS, TO_PAYMENTS)
MUCH, NEXT_TO_NOTHING = 0.4, 0.00001
"""Shares of the machine's memory: RabbitMQ's default, and one that it always exceeds."""


class Broker:
    """A server with a virtual host for the system alone; `url` is its address."""

    def __init__(self, server: RabbitmqServer, url: str) -> None:
        self.url = url
        self.password = server.password
        self._server = server
        self._control = BrokerControl(server.address)

    def stop(self) -> None:
        """In order."""
        self._server.halt()

    def kill(self) -> None:
        """At this very moment."""
        self._server.halt(signal.SIGKILL)

    def start(self) -> None:
        """On what it left."""
        self._server.resume()

    def waiting(self, queue: str) -> int:
        """How many messages are ready to be delivered."""
        return self._declared(queue).message_count

    def is_read(self) -> bool:
        """Whether every queue is there and has a consumer."""
        try:
            return all(self._declared(queue).consumer_count for queue in QUEUES)
        except pika.exceptions.AMQPError:
            return False

    def delete(self, queue: str) -> None:
        """With all that it holds."""
        with self._connect() as connection:
            connection.channel().queue_delete(queue)

    def change_password(self, password: str) -> None:
        """Nobody who knows another one is let in, or stays."""
        self._control.change_password(password)

    def take_no_more(self) -> None:
        """Memory is short: whoever publishes is kept waiting."""
        self._control.limit_memory(NEXT_TO_NOTHING)

    def take_again(self) -> None:
        """There is memory again."""
        self._control.limit_memory(MUCH)

    def _declared(self, queue: str) -> pika.spec.Queue.DeclareOk:
        with self._connect() as connection:
            return connection.channel().queue_declare(queue, passive=True).method

    def _connect(self) -> pika.BlockingConnection:
        return pika.BlockingConnection(pika.URLParameters(self.url))
