"""Gunicorn's worker with threads, which tells each request how long it has waited for one of them.

When it is to end, it says so to whoever asks whether it is ready, and goes on for DRAIN_SECONDS: by then
nobody leads requests to it any more. Then it ends as gunicorn's workers do, and so do the event streams that
it holds, which would not end by themselves.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import FrameType
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from servicekit.http.draining import begin_draining, is_draining
from servicekit.http.queueing import queued
from servicekit.http.server_settings import ServerSettings
from servicekit.http.streams import end_streams
from servicekit.observability.redaction import redact_record
from servicekit.settings import load

ACCESS_LOG_FORMAT = '%(h)s %(t)s "%(m)s %(H)s" %(s)s %(B)s %(L)s'
"""Without addresses of requests: they can name a person."""


class TimedThreads(ThreadPoolExecutor):
    """Threads whose work knows, by `seconds_queued`, how long it has waited for one of them."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Begin the work as soon as a thread is free."""
        came = time.monotonic()

        def begin() -> object:
            with queued(time.monotonic() - came):
                return work(*args, **kwargs)

        return super().submit(begin)


class PunctualWorker(ThreadWorker):
    """With all threads busy, a request that has waited for one is not let wait as long again.

    What gunicorn itself writes down tells of no person: neither the access log, where it is switched on, nor
    what it says of requests that it cannot read.
    """

    def init_process(self) -> None:
        """Gunicorn calls it after the fork."""
        self.cfg.set("access_log_format", ACCESS_LOG_FORMAT)
        self.log.error_log.addFilter(redact_record)
        super().init_process()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Gunicorn asks for it when the worker starts."""
        return TimedThreads(max_workers=self.cfg.threads)

    def handle_exit(self, _signal: int, _frame: FrameType | None) -> None:
        """Gunicorn calls it for SIGTERM. What takes a lock is left to the loop that was interrupted."""
        self.method_queue.defer(self._drain)

    def _drain(self) -> None:
        if is_draining():
            return
        begin_draining()
        timer = threading.Timer(load(ServerSettings, os.environ).drain_seconds, self._end)
        timer.daemon = True
        timer.start()

    def _end(self) -> None:
        super().handle_exit(signal.SIGTERM, None)
        end_streams()
