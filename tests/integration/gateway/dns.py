"""A name server for the tests: it knows names of type A, and what they stand for can change at any time."""

import socket
import struct
import threading

HEADER = struct.Struct("!6H")
ANSWERED, NO_SUCH_NAME = 0x8180, 0x8183
TYPE_A, CLASS_IN = 1, 1
POINTER_TO_QUESTION = 0xC00C
TIME_TO_LIVE = 600
"""Seconds; Docker's own name server says as much."""


class NameServer:
    """Answers on a port of the loopback address until it is stopped."""

    def __init__(self, **addresses: list[str]) -> None:
        self.addresses = addresses
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any more."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join(20)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            query, client = self._socket.recvfrom(512)
            if not query:
                return
            self._socket.sendto(self._answer(query), client)

    def _answer(self, query: bytes) -> bytes:
        """RFC 1035, section 4: the header, the question as it was asked, and a record for each address."""
        number = HEADER.unpack_from(query)[0]
        labels, at = [], HEADER.size
        while length := query[at]:
            labels.append(query[at + 1 : at + 1 + length].decode())
            at += 1 + length
        question = query[HEADER.size : at + 5]
        known = self.addresses.get(".".join(labels), [])
        records = b"".join(
            struct.pack("!HHHIH", POINTER_TO_QUESTION, TYPE_A, CLASS_IN, TIME_TO_LIVE, 4)
            + socket.inet_aton(one)
            for one in known
        )
        flags = ANSWERED if known else NO_SUCH_NAME
        return HEADER.pack(number, flags, 1, len(known), 0, 0) + question + records
