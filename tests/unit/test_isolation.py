"""The guard of the unit tests, shown to guard."""

import socket

import psycopg
import pytest
from pytest_socket import SocketBlockedError


# pytest-socket warns besides, which would be the error: warnings are errors here.
@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_unit_test_cannot_open_a_socket():
    with pytest.raises(SocketBlockedError):
        socket.socket()


def test_a_unit_test_cannot_connect_to_postgresql():
    with pytest.raises(pytest.fail.Exception, match="may not connect"):
        psycopg.connect("postgresql://127.0.0.1/anything")
