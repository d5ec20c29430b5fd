"""A client of server-sent events, over real HTTP: it reads in a thread, tests look at what it has read."""

import http.client
import json
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.servicekit.deadlines import eventually

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Told:
    """One event; `id` is the last event's id that the client knows after it."""

    name: str
    data: Any
    id: str | None


class EventStreamClient(threading.Thread):
    """Connects at once. Close it, or it stays until the server ends it."""

    def __init__(self, url: str, *, token: str | None = None, last_event_id: str | None = None) -> None:
        super().__init__(daemon=True)
        headers = {"Accept": "text/event-stream"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        address = urlsplit(url)
        connection = http.client.HTTPConnection(address.netloc, timeout=PATIENCE_SECONDS)
        connection.request("GET", address.path, headers=headers)
        self._socket = connection.sock
        self._answer = connection.getresponse()
        self.status = self._answer.status
        self.headers: Mapping[str, str] = self._answer.headers
        self.events: list[Told] = []
        self.heartbeats = 0
        self.retry: int | None = None
        self.last_id = last_event_id
        self.broken: Exception | None = None
        self._has_ended = threading.Event()
        self.start()

    def run(self) -> None:
        try:
            self._read()
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.broken = error  # the server was killed, or the test has closed it
        finally:
            self._has_ended.set()

    def _read(self) -> None:
        fields: dict[str, str] = {}
        while raw := self._answer.readline():
            line = raw.decode().rstrip("\n")
            name, _, value = line.partition(": ")
            if line.startswith(":"):
                self.heartbeats += 1
            elif line:
                fields[name] = value
            elif "retry" in fields:
                self.retry = int(fields.pop("retry"))
            elif fields:
                self.last_id = fields.get("id", self.last_id)
                self.events.append(Told(fields["event"], json.loads(fields["data"]), self.last_id))
                fields = {}

    def wait_for(self, count: int) -> list[Told]:
        """Returns the events once there are so many."""
        eventually(lambda: len(self.events) >= count)
        return list(self.events)

    def wait_for_end(self) -> None:
        """Returns once the server has ended it properly."""
        assert self._has_ended.wait(PATIENCE_SECONDS), "it has not ended"
        assert self.broken is None, repr(self.broken)

    @property
    def is_open(self) -> bool:
        return not self._has_ended.is_set()

    def close(self) -> None:
        """Leave, as a browser does whose page is closed."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self.join(PATIENCE_SECONDS)
        self._answer.close()
        self._socket.close()
