"""The post between the services: it takes events in at once, and delivers when, how often and in which order
the test likes.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from servicekit.messaging.envelope import Envelope
from servicekit.messaging.rabbitmq_consumer import RabbitConsumer
from servicekit.messaging.rabbitmq_publisher import RabbitPublisher
from servicekit.messaging.relay import Published, Publisher
from tests.fakes.servicekit.deadlines import eventually


class Carrier(Protocol):
    """Brings events to their readers' inboxes, and returns when they are there."""

    def carry(self, envelopes: list[Envelope]) -> None: ...


class ByHand:
    """Embedded: the local bus writes the inboxes itself."""

    def __init__(self, bus: Publisher) -> None:
        self._bus = bus

    def carry(self, envelopes: list[Envelope]) -> None:
        assert self._bus.publish(envelopes).confirmed == {envelope.id for envelope in envelopes}


class ByBroker:
    """Production: through RabbitMQ, to the consumers."""

    def __init__(self, publisher: RabbitPublisher, consumers: Sequence[RabbitConsumer]) -> None:
        self._publisher = publisher
        self._consumers = consumers

    def carry(self, envelopes: list[Envelope]) -> None:
        assert self._publisher.publish(envelopes).confirmed == {envelope.id for envelope in envelopes}
        arrived = 0

        def all_arrived() -> bool:
            nonlocal arrived
            arrived += sum(consumer.step() for consumer in self._consumers)
            return arrived >= len(envelopes)

        eventually(all_arrived)


class Post:
    """A publisher that holds everything back until it is told to deliver, but for what it loses."""

    def __init__(self) -> None:
        self.carrier: Carrier | None = None
        self.held: list[Envelope] = []
        self.loses: Callable[[Envelope], bool] = lambda _envelope: False

    def publish(self, window: Sequence[Envelope]) -> Published:
        """Take everything."""
        self.held += [envelope for envelope in window if not self.loses(envelope)]
        return Published(frozenset(envelope.id for envelope in window))

    def idle(self) -> None:
        """Nothing to look after."""

    def deliver(self, position: int, *, keep: bool = False) -> None:
        """Deliver one held event, counted around; kept, it will come once more."""
        if self.held:
            index = position % len(self.held)
            self._carry([self.held[index] if keep else self.held.pop(index)])

    def lose(self, position: int) -> None:
        """Lose one held event, counted around: its sender counts it as published."""
        if self.held:
            self.held.pop(position % len(self.held))

    def deliver_all(self) -> int:
        """Deliver what is held, newest first. Returns how many there were."""
        held, self.held = self.held, []
        if held:
            self._carry(held[::-1])
        return len(held)

    def _carry(self, envelopes: list[Envelope]) -> None:
        assert self.carrier is not None
        self.carrier.carry(envelopes)
