import threading
import time

from servicekit.http.queueing import seconds_queued
from servicekit.process.web_worker import TimedThreads


def test_work_knows_how_long_it_has_waited_for_a_thread():
    free = threading.Event()
    with TimedThreads(1) as threads:
        first = threads.submit(lambda: free.wait(20) and seconds_queued())
        second = threads.submit(lambda *parts, **more: (parts, more, seconds_queued()), 1, two=2)
        came = time.monotonic()
        threading.Event().wait(0.3)
        waited = time.monotonic() - came
        free.set()
        assert first.result(20) < waited
        assert second.result(20)[:2] == ((1,), {"two": 2})
        assert waited <= second.result()[2] < waited + 10
        assert threads.submit(seconds_queued).result(20) < waited
