"""Gunicorn's worker with threads, which tells each request how long it has waited for one of them."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from servicekit.http.queueing import queued


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
    """With all threads busy, a request that has waited for one is not let wait as long again."""

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Gunicorn asks for it when the worker starts."""
        return TimedThreads(max_workers=self.cfg.threads)
