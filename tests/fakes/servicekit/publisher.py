from collections.abc import Callable, Sequence

from servicekit.messaging.envelope import Envelope
from servicekit.messaging.relay import Published, PublisherUnavailable


class FakePublisher:
    """Remembers what it was given, and answers as `answer` says: by default, all is confirmed."""

    def __init__(self) -> None:
        self.windows: list[list[Envelope]] = []
        self.idled = 0
        self.answer: Callable[[Sequence[Envelope]], Published] = confirm

    @property
    def published(self) -> list[str]:
        """The ids of all that was given, in order."""
        return [envelope.id for window in self.windows for envelope in window]

    def publish(self, window: Sequence[Envelope]) -> Published:
        self.windows.append(list(window))
        return self.answer(window)

    def idle(self) -> None:
        self.idled += 1


def confirm(window: Sequence[Envelope]) -> Published:
    return Published(frozenset(envelope.id for envelope in window))


def stay_silent(_window: Sequence[Envelope]) -> Published:
    return Published(frozenset())


def be_away(_window: Sequence[Envelope]) -> Published:
    raise PublisherUnavailable("nobody is there")
