"""Consuming from RabbitMQ: store what arrived in the inbox, commit, acknowledge. No handler runs here."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

import pika
from pika import spec
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from servicekit.messaging.envelope import Envelope
from servicekit.messaging.inbox import Inbox, Poison, read_message
from servicekit.messaging.rabbitmq_properties import read_any_properties
from servicekit.messaging.rabbitmq_topology import Topology, connect

PREFETCH = 200
WAIT_SECONDS = 0.5
PROBE_SECONDS = 10
"""After so long a silence the broker is asked for a sign of life; a half-open connection brings none."""


class RabbitConsumer:
    """Reads one queue. The connection belongs to the thread that calls step()."""

    def __init__(self, url: str, topology: Topology, queue: str, inbox: Inbox) -> None:
        self._url = url
        self._topology = topology
        self._queue = queue
        self._inbox = inbox
        self._connection: pika.BlockingConnection | None = None
        self._channel: BlockingChannel | None = None
        self._batch: list[tuple[int, Envelope | Poison]] = []
        self._heard = 0.0

    def step(self) -> int:
        """Wait a moment for messages, store and acknowledge them together. Returns how many there were.

        Raises pika's AMQPError: unacknowledged messages then come again. Raises a database error: they wait
        here for the next step, since each time they are given back counts towards the queue's delivery limit.
        """
        channel = self._receive()
        if not self._batch:
            return 0
        self._inbox.store([message for _tag, message in self._batch])
        return self._acknowledge(channel)

    def close(self) -> None:
        """Let the connection go; what was not acknowledged is delivered again."""
        connection, self._connection, self._channel, self._batch = self._connection, None, None, []
        if connection is not None and connection.is_open:
            with suppress(AMQPError):  # it is gone: that is all that was wanted
                connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _receive(self) -> BlockingChannel:
        with self._closing_on_failure():
            connection, channel = self._ready()
            connection.process_data_events(time_limit=0 if self._batch else WAIT_SECONDS)
            self._require_consuming(channel)
            if time.monotonic() - self._heard > PROBE_SECONDS:
                channel.queue_declare(self._queue, passive=True)
                self._heard = time.monotonic()
        return channel

    def _acknowledge(self, channel: BlockingChannel) -> int:
        batch, self._batch = self._batch, []
        with self._closing_on_failure():
            channel.basic_ack(batch[-1][0], multiple=True)
        return len(batch)

    @contextmanager
    def _closing_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _require_consuming(self, channel: BlockingChannel) -> None:
        """The broker cancels a consumer whose queue is deleted; it says so and no more."""
        if not channel.is_open or not channel.consumer_tags:
            raise AMQPError(f"no longer consuming {self._queue}")

    def _ready(self) -> tuple[pika.BlockingConnection, BlockingChannel]:
        if self._connection is None or self._channel is None:
            read_any_properties()
            self._topology.declare(self._url)
            self._connection = connect(self._url)
            self._channel = self._connection.channel()
            self._channel.basic_qos(prefetch_count=PREFETCH)
            self._channel.basic_consume(self._queue, self._on_message)
            self._heard = time.monotonic()
        return self._connection, self._channel

    def _on_message(
        self,
        _channel: BlockingChannel,
        method: spec.Basic.Deliver,
        properties: pika.BasicProperties,
        body: bytes,
    ) -> None:
        self._heard = time.monotonic()
        self._batch.append((method.delivery_tag, read_message(body, properties.content_type)))
