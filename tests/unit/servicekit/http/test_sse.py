"""A stream as its client reads it; places and watches are real, what is told is the test's."""

import threading
import time

import pytest
from flask import Flask

from servicekit.http.sse import HEARTBEAT, ServerEvent, Terms, event_stream
from servicekit.http.streams import Streams
from servicekit.http.watching import Watched
from tests.fakes.servicekit.deadlines import Work

RETRY = b"retry: 2000\n\n"


class NumberTeller:
    """Tells each number once, and is done with the last."""

    def __init__(self, last=99):
        self.told = 0
        self.last = last

    @property
    def is_done(self):
        return self.told >= self.last

    def tell(self, state):
        if state <= self.told:
            return ()
        self.told = state
        return (ServerEvent("number", str(state), str(state)),)


class Stream:
    """A stream of numbers; `chunks` are what a server would send."""

    def __init__(self, **terms):
        self.streams = Streams(1)
        self.watched = Watched()
        self.place = self.streams.take("test")
        self.watch = self.watched.watch("number", self.place.wake)
        self.teller = NumberTeller()
        self.terms = Terms(**{"heartbeat_seconds": 60, **terms})

    def put(self, number):
        self.watched.put("number", number)

    @property
    def response(self):
        return event_stream(self.place, self.watch, self.teller, self.terms)

    @property
    def chunks(self):
        return iter(self.response.response)


@pytest.mark.parametrize(
    ("event", "written"),
    [
        (ServerEvent("order", "{}", "7"), b"id: 7\nevent: order\ndata: {}\n\n"),
        (ServerEvent("gone", "a\nb"), b"event: gone\ndata: a\ndata: b\n\n"),
        (ServerEvent("empty", ""), b"event: empty\ndata: \n\n"),
        (ServerEvent("order", "pão"), "event: order\ndata: pão\n\n".encode()),
        (ServerEvent("order", "a\r\nb\rc"), b"event: order\ndata: a\ndata: b\ndata: c\n\n"),
        (ServerEvent("order", "a\u2028b\u2029c"), "event: order\ndata: a\u2028b\u2029c\n\n".encode()),
    ],
)
def test_an_event_is_written_as_the_standard_has_it(event, written):
    assert event.encode() == written


def test_an_answer_is_an_event_stream_that_nobody_keeps_or_holds_back():
    response = Stream().response

    assert response.content_type == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Accel-Buffering"] == "no"


def test_a_stream_begins_with_how_to_come_again_and_what_is_known():
    stream = Stream()
    stream.put(1)

    assert next(stream.chunks) == RETRY + b"id: 1\nevent: number\ndata: 1\n\n"


def test_a_stream_that_has_nothing_to_tell_begins_all_the_same():
    assert next(Stream().chunks) == RETRY


def test_what_is_put_is_told_to_a_stream_that_rests():
    stream = Stream()
    chunks = stream.chunks
    next(chunks)
    waiting = Work(lambda: next(chunks))

    stream.put(1)

    assert waiting.result() == b"id: 1\nevent: number\ndata: 1\n\n"


def test_what_passed_while_the_client_read_is_told_as_it_is_now():
    stream = Stream()
    chunks = stream.chunks
    next(chunks)

    stream.put(1)
    stream.put(2)

    assert next(chunks) == b"id: 2\nevent: number\ndata: 2\n\n"


def test_silence_is_broken_by_heartbeats():
    stream = Stream(heartbeat_seconds=0.01)
    chunks = stream.chunks
    next(chunks)

    assert [next(chunks), next(chunks)] == [HEARTBEAT, HEARTBEAT]


def test_a_stream_ends_when_all_was_told():
    stream = Stream()
    stream.teller = NumberTeller(last=2)
    stream.put(2)

    assert list(stream.chunks) == [RETRY + b"id: 2\nevent: number\ndata: 2\n\n"]


def test_a_stream_that_rests_ends_when_the_process_is_to_end():
    stream = Stream()
    reading = Work(lambda: list(stream.chunks))

    stream.streams.close()

    assert reading.result() == [RETRY]


def test_a_stream_ends_with_its_time_and_tells_nothing_after_it():
    stream = Stream(ends_at=time.time() + 0.05, heartbeat_seconds=0.01)
    chunks = stream.chunks
    next(chunks)
    threading.Event().wait(0.06)
    stream.put(1)

    assert list(chunks) == []


def test_a_stream_ends_when_its_client_has_left():
    stream = Stream(client_left=lambda: True, heartbeat_seconds=0.01)

    assert list(stream.chunks) == [RETRY]


def test_closing_the_answer_gives_back_what_was_taken_also_of_one_that_was_never_read():
    app = Flask("test")
    stream = Stream()

    @app.get("/")
    def view():
        response = stream.response
        response.call_on_close(stream.place.leave)
        return response

    answer = app.test_client().head("/")
    assert answer.status_code == 200
    answer.close()
    stream.streams.take("again")
