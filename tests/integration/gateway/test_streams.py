"""Event streams through the gateway: each event as it comes, and an end on one side ends the other."""

import threading

import pytest
import requests

from tests.integration.gateway.conftest import DEADLINE_SECONDS

PATH = "/stores/centro/orders/01933c5e-7a52-7c1e-8c0a-0123456789ab/events"


class Teller:
    """Says an event, waits until it is told to go on, and says the next.

    It neither asks for being unbuffered nor comes in chunks, both of which the live process does: the gateway
    has to know by itself.
    """

    def __init__(self):
        self.go_on = threading.Semaphore(0)
        self.client_left = threading.Event()

    def __call__(self, handler):
        try:
            self._tell(handler)
        except OSError:  # whoever leaves amid an event is met by the next
            self.client_left.set()

    def _tell(self, handler):
        self.headers = dict(handler.headers.items())
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream; charset=utf-8")
        handler.send_header("Cache-Control", "no-store")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for event in (
            b"retry: 2000\n\n",
            b"id: 1\ndata: one\n\n",
            b": still here\n\n",
            b"id: 2\ndata: two\n\n",
        ):
            handler.wfile.write(event)
            if not self.go_on.acquire(timeout=DEADLINE_SECONDS):
                return
        if handler.connection.recv(1) == b"":
            self.client_left.set()
        handler.close_connection = True


@pytest.fixture
def teller(gateway):
    teller = gateway.upstreams["live"].answers[PATH] = Teller()
    yield teller
    teller.go_on.release(10)


def test_each_event_arrives_before_the_next_is_said(gateway, teller):
    headers = {"Accept-Encoding": "gzip", "Last-Event-ID": "7", "Accept": "text/event-stream"}
    with requests.get(gateway.url + PATH, stream=True, headers=headers, timeout=DEADLINE_SECONDS) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Content-Encoding" not in answer.headers
        lines = answer.iter_lines(chunk_size=1)
        said = []
        for _ in range(4):
            said.append(next(line for line in lines if line))
            teller.go_on.release()
        assert said[0] == b"retry: 2000"
        assert said[1:] == [b"id: 1", b"data: one", b": still here"]
    assert teller.headers["Last-Event-ID"] == "7"


def test_a_client_that_leaves_ends_the_stream_behind_the_gateway(gateway, teller):
    teller.go_on.release(4)
    with requests.get(gateway.url + PATH, stream=True, timeout=DEADLINE_SECONDS) as answer:
        next(answer.iter_lines(chunk_size=1))
    assert teller.client_left.wait(DEADLINE_SECONDS)


def test_a_stream_that_ends_behind_the_gateway_ends_for_the_client(gateway):
    def end(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: last\n\n")
        handler.close_connection = True

    gateway.upstreams["live"].answers["/stores/over/board/events"] = end
    with requests.get(
        f"{gateway.url}/stores/over/board/events", stream=True, timeout=DEADLINE_SECONDS
    ) as answer:
        assert answer.content == b"data: last\n\n"
