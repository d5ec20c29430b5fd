"""The other end of the connection on which a request came."""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SOCKET = "gunicorn.socket"
"""Where gunicorn puts the connection; servers of ours do the same."""
ESTABLISHED = 1
"""Of the states that TCP_INFO tells (Linux, tcp(7)); any other means that the client has closed its end."""


def departure_of_client(environ: "WSGIEnvironment") -> Callable[[], bool]:
    """Tells, whenever it is called, whether the client has closed the connection.

    Writing to it would only show that with the second heartbeat. Where the server or the system does not
    know, the answer is always no.
    """
    connection: Any = environ.get(SOCKET)
    option = getattr(socket, "TCP_INFO", None)
    if option is None or getattr(connection, "family", None) not in {socket.AF_INET, socket.AF_INET6}:
        return lambda: False

    def has_left() -> bool:
        try:
            state: bytes = connection.getsockopt(socket.IPPROTO_TCP, option, 1)
        except OSError:
            return True
        return state[0] != ESTABLISHED

    return has_left
