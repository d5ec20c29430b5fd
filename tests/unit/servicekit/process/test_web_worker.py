import threading
import time

from servicekit.http.queueing import seconds_queued
from servicekit.process.web_worker import TimedThreads


def test_work_knows_how_long_it_has_waited_for_a_thread():
    begun, free = threading.Event(), threading.Event()

    def hold() -> float:
        begun.set()
        free.wait(20)
        return seconds_queued()

    with TimedThreads(1) as threads:
        came = time.monotonic()
        first = threads.submit(hold)
        assert begun.wait(20)
        had_begun = time.monotonic()
        second = threads.submit(lambda *parts, **more: (parts, more, seconds_queued()), 1, two=2)
        there = time.monotonic()
        threading.Event().wait(0.3)
        waited = time.monotonic() - there
        free.set()
        assert first.result(20) <= had_begun - came
        assert second.result(20)[:2] == ((1,), {"two": 2})
        assert waited <= second.result()[2] <= time.monotonic() - had_begun
        came = time.monotonic()
        assert threads.submit(seconds_queued).result(20) <= time.monotonic() - came
