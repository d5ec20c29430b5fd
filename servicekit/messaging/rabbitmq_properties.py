"""Properties of messages, read so that none of them can cost the connection.

pika reads every header of a message. What it stumbles over, such as a time that no calendar has or tables
nested a thousand deep, breaks the connection: the broker delivers the message again and again, and gives it
up at last, together with all that was delivered beside it each time. Nothing here needs a header.
"""

from contextlib import suppress

import pika
from pika import spec


class TolerantProperties(pika.BasicProperties):  # type: ignore[misc] # pika comes without types
    """Keeps what could be read up to the first that could not; a message's content type comes first."""

    def decode(self, encoded: bytes, offset: int = 0) -> "TolerantProperties":
        """Read what the broker has sent."""
        with suppress(Exception):  # whatever it is that cannot be read
            super().decode(encoded, offset)
        return self


def read_any_properties() -> None:
    """Have pika read messages so, in this process; repeating it changes nothing."""
    spec.props[TolerantProperties.INDEX] = TolerantProperties
