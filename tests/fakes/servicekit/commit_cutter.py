"""A network that fails at the worst moment for a client of PostgreSQL: while it commits."""

import socket
from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum

from tests.fakes.servicekit.tcp_proxy import TcpProxy, reset

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""A simple query of PostgreSQL's protocol (its manual, 55.7): kind, length, text."""


class Cut(StrEnum):
    """When a connection is cut; the client cannot tell one from the other."""

    BEFORE = "before the server hears of the commit"
    AFTER = "after the server has committed"


class CommitCutter(TcpProxy):
    """Stands between a service and its PostgreSQL. `choose` is asked at each commit; `cuts` counts."""

    def __init__(self, url: str) -> None:
        self.choose: Callable[[], Cut | None] = lambda: None
        self.cuts: Counter[Cut] = Counter()
        super().__init__(url)

    def plan(self, *cuts: Cut | None) -> None:
        """What befalls the next commits, one after the other; those that follow go well."""
        remaining: Iterable[Cut | None] = iter(cuts)
        self.choose = lambda: next(remaining, None)

    def _join(self, client: socket.socket, server: socket.socket) -> None:
        doomed = []

        def cut(how: Cut) -> None:
            self.cuts[how] += 1
            reset(client)
            reset(server)
            raise ConnectionAbortedError(how)

        def asked(data: bytes) -> None:
            how = self.choose() if COMMIT in data else None
            if how is Cut.BEFORE:
                cut(how)
            elif how is Cut.AFTER:
                doomed.append(how)

        def answered(_data: bytes) -> None:
            self._talking.wait(60)
            for how in doomed:
                cut(how)

        self._spawn(self._pump, client, server, asked)
        self._spawn(self._pump, server, client, answered)
