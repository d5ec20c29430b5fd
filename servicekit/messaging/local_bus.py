"""The bus inside one process: the relay writes the reader's inbox itself; published means committed there."""

from collections.abc import Mapping, Sequence

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from servicekit.messaging.envelope import Envelope
from servicekit.messaging.inbox import Inbox
from servicekit.messaging.relay import Published, PublisherUnavailable


class LocalBus:
    """A publisher for applications that share a process. Routes are by the first word of the event's type."""

    def __init__(self, routes: Mapping[str, Inbox]) -> None:
        self._routes = routes

    def publish(self, window: Sequence[Envelope]) -> Published:
        """Store each event in the inbox that its type leads to; one with no reader comes back.

        Raises PublisherUnavailable when an inbox's database cannot be had.
        """
        returned: dict[str, str] = {}
        for topic in dict.fromkeys(_topic(envelope) for envelope in window):
            events = [envelope for envelope in window if _topic(envelope) == topic]
            if topic in self._routes:
                self._store(topic, events)
            else:
                returned.update({event.id: f"nobody reads {topic}" for event in events})
        return Published(frozenset(e.id for e in window) - returned.keys(), returned)

    def idle(self) -> None:
        """Nothing to look after."""

    def _store(self, topic: str, events: Sequence[Envelope]) -> None:
        try:
            self._routes[topic].store(events)
        except (OperationalError, PoolTimeoutError) as error:
            raise PublisherUnavailable(repr(error)) from error


def _topic(envelope: Envelope) -> str:
    return envelope.type.partition(".")[0]
