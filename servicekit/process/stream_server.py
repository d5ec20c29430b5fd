"""A server that holds many streams in one process, each of them in a greenlet of gevent.

Whoever runs it has called gevent's monkey.patch_all() before importing anything else, so that threads, locks,
sockets and PostgreSQL's driver take turns as greenlets.
"""

import logging
import resource
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gevent import signal_handler
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from servicekit.http.clients import SOCKET
from servicekit.http.streams import end_streams
from servicekit.worker import Loops

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

GRACE_SECONDS = 2
"""For streams to end, which are told at once, and for requests in hand."""
BESIDE_STREAMS = 100
"""Connections for health and metrics, and for clients that are told to come again."""
BACKLOG = 1024
"""Clients that may knock at the same moment: after a restart all of them do."""
SILENCE_SECONDS = 10
"""Who asks for nothing for so long, or does not take what is sent, gives the place to others."""
FILES_PER_STREAM = 2
"""File descriptors; one is enough, but for the moment in which many come and many go."""


def serve_streams(
    application: "WSGIApplication", loops: Loops, address: tuple[str, int], streams: int
) -> int:
    """Run until SIGTERM or SIGINT; returns the exit status, which is not 0 where a loop died.

    Raises OSError where nothing can listen on the address.
    """
    _allow_files(FILES_PER_STREAM * (streams + BESIDE_STREAMS))
    server = WSGIServer(
        address,
        application,
        backlog=BACKLOG,
        spawn=Pool(streams + BESIDE_STREAMS),
        handler_class=_Handler,
        log=None,
        error_log=logging.getLogger(__name__),
    )

    def end() -> None:
        loops.ask_to_stop()
        server.close()
        end_streams()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal_handler(number, end)
    server.start()
    loops.start()
    status = loops.wait()
    end()  # again is no change; a loop may have died
    server.stop(timeout=GRACE_SECONDS)
    return status


class _Handler(WSGIHandler):  # type: ignore[misc] # gevent has no annotations
    def handle(self) -> None:
        self.socket.settimeout(SILENCE_SECONDS)
        super().handle()

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ[SOCKET] = self.socket
        return environ


def _allow_files(wanted: int) -> None:
    """Many systems begin with 1,024 for a process that may have more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
