import socket
from types import SimpleNamespace

import pytest

from servicekit.http.clients import departure_of_client

ESTABLISHED, CLOSE_WAIT = b"\x01", b"\x08"


class Connection:
    """One whose state is told."""

    family = socket.AF_INET

    def __init__(self, state):
        self.state = state

    def getsockopt(self, _level, _option, _size):
        if isinstance(self.state, Exception):
            raise self.state
        return self.state


@pytest.mark.parametrize(
    ("state", "has_left"), [(ESTABLISHED, False), (CLOSE_WAIT, True), (OSError("closed"), True)]
)
def test_the_system_knows_whether_the_other_end_is_there(monkeypatch, state, has_left):
    monkeypatch.setattr(socket, "TCP_INFO", 11, raising=False)

    assert departure_of_client({"gunicorn.socket": Connection(state)})() is has_left


@pytest.mark.parametrize("environ", [{}, {"gunicorn.socket": SimpleNamespace(family=socket.AF_UNIX)}])
def test_where_nobody_knows_the_client_counts_as_there(environ):
    assert departure_of_client(environ)() is False


def test_on_a_system_that_does_not_tell_the_client_counts_as_there(monkeypatch):
    monkeypatch.delattr(socket, "TCP_INFO", raising=False)

    assert departure_of_client({"gunicorn.socket": Connection(CLOSE_WAIT)})() is False
