"""Serving: one gunicorn worker with threads; the loops start inside it, after the fork."""

import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

from gunicorn.app.base import BaseApplication

from servicekit.http.server_settings import LONGEST_REQUEST_LINE
from servicekit.process.web_worker import PunctualWorker
from servicekit.worker import Loops
from standalone.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

GRACE_SECONDS = 1
"""For requests in hand, which take milliseconds; the loops then have as long again.

On a loaded machine too, the whole has to stop within five seconds.
"""
PORT_PATIENCE_SECONDS = 3
"""A worker whose master was killed holds the port for a moment."""


class Composed(Protocol):
    """What is served, and what runs beside it."""

    def application(self, loops: Loops) -> "WSGIApplication":
        """Answers the requests, also those about these loops."""
        ...

    def loops(self) -> Loops:
        """Not started yet."""
        ...


class PortInUse(Exception):
    """Somebody else listens there."""


def require_port(host: str, port: int) -> None:
    """Raises PortInUse when the port cannot be had, even after a moment; OSError for a host not ours."""
    give_up = time.monotonic() + PORT_PATIENCE_SECONDS
    while not _is_free(host, port):
        if time.monotonic() > give_up:
            raise PortInUse(f"port {port} is in use")
        time.sleep(0.1)


def _is_free(host: str, port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in {98, 48}:  # EADDRINUSE on Linux, on macOS
                return False
            raise
    return True


class Server(BaseApplication):
    """Runs until SIGTERM or SIGINT. `compose` is called in the worker: no database may be open at a fork."""

    def __init__(
        self,
        settings: Settings,
        compose: Callable[[], Composed],
        when_ready: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._compose = compose
        self._when_ready = when_ready
        self._loops: Loops | None = None
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's settings."""
        chosen: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": 1,
            "worker_class": PunctualWorker,
            "threads": self._settings.threads,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "keepalive": 5,
            "limit_request_line": LONGEST_REQUEST_LINE,
            "loglevel": "warning",
            "forwarded_allow_ips": "",  # TRUSTED_PROXIES decides of whom anything is believed
            "control_socket_disable": True,
            "post_worker_init": self._start_loops,
            "worker_exit": self._stop_loops,
        }
        if os.path.isdir("/dev/shm"):  # noqa: S108, PTH112 - gunicorn's heartbeat file, off the disk
            chosen["worker_tmp_dir"] = "/dev/shm"  # noqa: S108
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":  # type: ignore[override] # gunicorn admits ASGI too; we have none
        """Called in the worker."""
        composed = self._compose()
        self._loops = composed.loops()
        return composed.application(self._loops)

    def _start_loops(self, _worker: object) -> None:
        if self._loops is not None:
            self._loops.start(on_death=lambda: os.kill(os.getpid(), signal.SIGTERM))
            self._when_ready()

    def _stop_loops(self, _server: object, _worker: object) -> None:
        if self._loops is not None:
            self._loops.stop(GRACE_SECONDS)
