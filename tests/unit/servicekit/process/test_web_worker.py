import threading

from servicekit.http.queueing import seconds_queued
from servicekit.process.web_worker import TimedThreads


def test_work_knows_how_long_it_has_waited_for_a_thread():
    with TimedThreads(1) as threads:
        first = threads.submit(lambda: threading.Event().wait(0.3) or seconds_queued())
        second = threads.submit(lambda *parts, **more: (parts, more, seconds_queued()), 1, two=2)
        assert first.result(20) < 0.3
        assert second.result(20)[:2] == ((1,), {"two": 2})
        assert 0.3 <= second.result()[2] < 10
        assert threads.submit(seconds_queued).result(20) < 0.3
