"""Unit tests touch nothing outside their process."""

import psycopg
import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def _no_sockets(monkeypatch: pytest.MonkeyPatch):
    """A unit test that opens a socket fails at once; libpq opens its own in C, so psycopg is apart."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a unit test may not connect to PostgreSQL")

    monkeypatch.setattr(psycopg, "connect", refuse)
    disable_socket()
    yield
    enable_socket()
