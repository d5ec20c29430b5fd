"""A worker as a process: its loops until a signal ends them, and its health over HTTP meanwhile."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from werkzeug.serving import WSGIRequestHandler, make_server

from servicekit.worker import Loops

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

POLL_SECONDS = 0.1
SILENT_CLIENT_SECONDS = 5


class WorkerSettings(Protocol):
    """What the environment decides of a worker."""

    @property
    def worker_heartbeat_file(self) -> str | None:
        """Touched while the worker is well."""
        ...

    @property
    def worker_host(self) -> str:
        """Address to listen on."""
        ...

    @property
    def worker_port(self) -> int:
        """Port to listen on; 0 for none."""
        ...


def run_worker(loops: Loops, monitoring: "WSGIApplication", settings: WorkerSettings) -> int:
    """Run until SIGTERM or SIGINT; returns the exit status, which is not 0 where a loop died.

    Raises SystemExit, with the reason on standard error, where nothing can listen on the port.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loops.ask_to_stop())
    heartbeat = settings.worker_heartbeat_file
    with _served(monitoring, settings.worker_host, settings.worker_port):
        loops.start()
        return loops.wait(Path(heartbeat) if heartbeat is not None else None)


@contextmanager
def _served(application: "WSGIApplication", host: str, port: int) -> Iterator[None]:
    if not port:
        yield
        return
    server = make_server(host, port, application, threaded=True, request_handler=_Handler)
    thread = threading.Thread(
        target=server.serve_forever, args=(POLL_SECONDS,), name="monitoring", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class _Handler(WSGIRequestHandler):
    timeout = SILENT_CLIENT_SECONDS

    def log(self, *_arguments: object) -> None:
        """The application logs each request itself."""
