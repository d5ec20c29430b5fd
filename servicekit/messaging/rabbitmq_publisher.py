"""Publishing to RabbitMQ in windows of confirms.

The connection belongs to the thread that calls publish() and idle(): its I/O loop runs inside them only.
"""

import time
from collections.abc import Callable, Sequence

import pika
from pika import spec
from pika.channel import Channel
from pika.delivery_mode import DeliveryMode
from pika.exceptions import AMQPError
from pika.frame import Method

from servicekit.messaging.envelope import CONTENT_TYPE, Envelope
from servicekit.messaging.rabbitmq_topology import CONNECT_SECONDS, Topology, parameters
from servicekit.messaging.relay import Published, PublisherUnavailable

READY_SECONDS = 2 * CONNECT_SECONDS
"""Longer than pika tries to connect: then it has failed by itself, since it cannot be told to stop trying."""
CONFIRM_SECONDS = 10
GOODBYE_SECONDS = 1


class _Connection(pika.SelectConnection):  # type: ignore[misc] # pika comes without types
    """A connection whose I/O loop runs only as long as somebody waits for something."""

    def run_until(self, done: Callable[[], bool], seconds: float) -> None:
        """Run the I/O loop until it is done or the time is over."""
        deadline = time.monotonic() + seconds
        timer = self.ioloop.call_later(seconds, self.ioloop.stop)
        while not done():
            self.ioloop.start()
            if time.monotonic() >= deadline:
                break
        self.ioloop.remove_timeout(timer)

    def wake(self) -> None:
        """Something has happened: whoever waits looks again."""
        self.ioloop.stop()

    def end(self) -> None:
        """Say goodbye, then cut the connection: a silent broker would not answer."""
        if self.is_open:
            self.close()
            self.run_until(lambda: bool(self.is_closed), GOODBYE_SECONDS)
        if self.is_closing:
            self._adapter_disconnect_stream()
            self.run_until(lambda: bool(self.is_closed), GOODBYE_SECONDS)
        self.ioloop.close()


class RabbitPublisher:
    """Persistent, mandatory messages; a window is done when the broker has confirmed or returned each one."""

    def __init__(self, url: str, topology: Topology) -> None:
        self._url = url
        self._topology = topology
        self._connection: _Connection | None = None
        self._channel: Channel | None = None
        self._lost: str | None = None
        self._tag = 0
        self._open: dict[int, str] = {}
        self._confirmed: set[str] = set()
        self._returned: dict[str, str] = {}

    def publish(self, window: Sequence[Envelope]) -> Published:
        """Publish all, then wait for the answers. Raises PublisherUnavailable, also when there was none."""
        connection, channel = self._ready()
        self._open, self._confirmed, self._returned = {}, set(), {}
        for envelope in window:
            self._send(channel, envelope)
        connection.run_until(lambda: not self._open or self._is_lost(), CONFIRM_SECONDS)
        if self._open:  # answers that come later would be taken for the next window's
            why = self._why_lost()
            self.close()
            if len(self._open) == len(window):
                raise PublisherUnavailable(why)
        if self._returned:  # a queue is missing; whoever connects declares it
            self.close()
        return Published(frozenset(self._confirmed - self._returned.keys()), dict(self._returned))

    def idle(self) -> None:
        """Answer heartbeats, notice a connection that was closed, and open one where there is none.

        Raises PublisherUnavailable: that the broker is away is known before there is anything to publish.
        """
        connection, _channel = self._ready()
        connection.run_until(self._is_lost, 0)

    def close(self) -> None:
        """Let the connection go. Answers that arrive till then still count."""
        if self._connection is not None:
            self._connection.end()
        self._connection, self._channel = None, None

    def _ready(self) -> tuple[_Connection, Channel]:
        if self._connection is None or self._channel is None:
            self._connect()
        if self._connection is None or self._channel is None:
            why = self._why_lost()
            self.close()
            raise PublisherUnavailable(why)
        return self._connection, self._channel

    def _connect(self) -> None:
        self.close()
        self._lost, self._tag = None, 0
        try:
            self._topology.declare(self._url)
        except (AMQPError, OSError) as error:
            raise PublisherUnavailable(repr(error)) from error
        self._connection = _Connection(
            parameters(self._url),
            on_open_callback=self._on_open,
            on_open_error_callback=self._on_lost,
            on_close_callback=self._on_lost,
        )
        self._connection.run_until(lambda: self._channel is not None or self._is_lost(), READY_SECONDS)

    def _send(self, channel: Channel, envelope: Envelope) -> None:
        self._tag += 1
        self._open[self._tag] = envelope.id
        properties = pika.BasicProperties(
            content_type=CONTENT_TYPE,
            delivery_mode=DeliveryMode.Persistent,
            message_id=envelope.id,
            type=envelope.type,
        )
        channel.basic_publish(
            self._topology.exchange, envelope.type, envelope.to_json(), properties, mandatory=True
        )

    def _is_lost(self) -> bool:
        return self._lost is not None

    def _why_lost(self) -> str:
        return self._lost or "no answer in time"

    def _on_open(self, connection: _Connection) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Channel) -> None:
        channel.add_on_close_callback(lambda _channel, why: self._on_lost(channel.connection, why))
        channel.add_on_return_callback(self._on_returned)
        channel.confirm_delivery(
            lambda frame: self._on_answer(channel, frame), callback=lambda _frame: self._on_ready(channel)
        )

    def _on_ready(self, channel: Channel) -> None:
        self._channel = channel
        channel.connection.wake()

    def _on_lost(self, connection: _Connection, why: BaseException) -> None:
        self._lost, self._channel = repr(why), None
        connection.wake()

    def _on_returned(
        self, _channel: Channel, method: spec.Basic.Return, properties: pika.BasicProperties, _body: bytes
    ) -> None:
        self._returned[properties.message_id] = method.reply_text

    def _on_answer(self, channel: Channel, frame: Method[spec.Basic.Ack | spec.Basic.Nack]) -> None:
        answer = frame.method
        tags = [tag for tag in self._open if tag == answer.delivery_tag]
        if answer.multiple:
            tags = [tag for tag in self._open if tag <= answer.delivery_tag]
        for tag in tags:
            event_id = self._open.pop(tag)
            if isinstance(answer, spec.Basic.Ack):
                self._confirmed.add(event_id)
        if not self._open:
            channel.connection.wake()
