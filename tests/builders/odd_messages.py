"""Messages for RabbitMQ with properties that pika would not write, and does not read."""

import struct

import pika

from servicekit.messaging.envelope import CONTENT_TYPE


class OddHeaders(pika.BasicProperties):
    """An event's content type, and a table of headers as the bytes it is made of."""

    def __init__(self, headers: bytes) -> None:
        super().__init__()
        self._table = headers

    def encode(self) -> list[bytes]:
        content_type = CONTENT_TYPE.encode()
        flags = struct.pack(">HB", self.FLAG_CONTENT_TYPE | self.FLAG_HEADERS, len(content_type))
        return [flags, content_type, struct.pack(">I", len(self._table)), self._table]


def nested_tables(depth: int) -> bytes:
    """A header with tables inside each other."""
    table = b""
    for _ in range(depth):
        table = b"\x01aF" + struct.pack(">I", len(table)) + table
    return table


def a_time_past_all_calendars() -> bytes:
    """A header of a time in hundreds of thousands of millions of years."""
    return b"\x01tT" + struct.pack(">Q", 2**63)
