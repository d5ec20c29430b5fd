"""An adapter for requests that bounds how long a whole answer may take.

Its time-out alone bounds each wait for the next byte: a server that sends a byte every few seconds could hold
a thread for hours, and nothing that comes before the body can be cut short from outside.
"""

import io
import socket
import time
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class _PunctualReader(io.RawIOBase):
    """Reads from a socket, which gets what is left of its time-out for all reads together."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._seconds = sock.gettimeout()
        self._give_up = time.monotonic() + (self._seconds or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        if self._seconds is None:
            return self._raw.readinto(buffer)
        left = self._give_up - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(left)
        try:
            return self._raw.readinto(buffer)
        finally:
            self._sock.settimeout(self._seconds)

    def close(self) -> None:
        super().close()
        self._raw.close()


class _PunctualResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_PunctualReader(self.fp.detach(), sock))


class _Connection(HTTPConnection):
    response_class = _PunctualResponse


class _SecureConnection(HTTPSConnection):
    response_class = _PunctualResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class PunctualAdapter(HTTPAdapter):
    """The read time-out that is given with a request is that of its whole answer."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """With pools whose connections keep the time."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
