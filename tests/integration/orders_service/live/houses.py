"""Servers of event streams over a real database and real HTTP, as embedded and as in production."""

import os
import signal
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from pathlib import Path

import requests
from werkzeug.serving import WSGIRequestHandler, make_server

from orders_service.bootstrap import build
from orders_service.entrypoints.live.app import create_live_app
from orders_service.entrypoints.live.live import LiveTerms, live_loops, make_live
from orders_service.infrastructure.database import CHANNEL
from servicekit.database.commits import Commits
from servicekit.database.database import Database
from servicekit.database.notices import Listener
from servicekit.worker import Loops
from tests.fakes.orders_service.composed import PRIVATE_KEY, PUBLIC_KEY, some_settings
from tests.fakes.orders_service.secrets import FakePasswords
from tests.fakes.servicekit.deadlines import eventually
from tests.servers.machine import free_port

ROOT = Path(__file__).parents[4]
STREAMS = 8
STOP_SECONDS = 20


class Server(ABC):
    """Holds streams until it is stopped."""

    url: str

    @abstractmethod
    def stop(self):
        """End it as SIGTERM does; its streams end properly."""


class ThreadServer(Server):
    """Streams in threads of this process: as in the embedded run over SQLite, as in the live process else."""

    def __init__(self, container, heartbeat_seconds):
        self._listener = None
        if container.database.dialect == "postgresql":
            self._listener = Listener(container.database, CHANNEL)
        self.live, loops = _composed(container, self._listener, heartbeat_seconds)
        self._loops = Loops(loops)
        application = create_live_app(container, self.live, self._loops)
        self._server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._loops.start()
        self._thread.start()

    def stop(self):
        self.live.streams.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._loops.stop()
        if self._listener is not None:
            self._listener.close()


def _composed(container, listener, heartbeat_seconds):
    """The streams, and the loops beside them, with and without notices."""
    wake = Commits() if listener is not None else container.database.commits
    terms = LiveTerms(STREAMS, heartbeat_seconds, wake, 60 if listener is not None else None)
    live = make_live(container.usecases, container.public_url, terms)
    return live, live_loops(live, listener)


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def make_environ(self):
        """With the connection where gunicorn has it."""
        return super().make_environ() | {"gunicorn.socket": self.connection}

    def log(self, *_arguments):
        """The application logs each request itself."""


class ProcessServer(Server):
    """The live process itself."""

    def __init__(self, database_url, folder, settings):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environ = {
            "DATABASE_URL": database_url,
            "JWT_PRIVATE_KEY": PRIVATE_KEY,
            "JWT_PUBLIC_KEY": PUBLIC_KEY,
            "PUBLIC_URL": "https://comanda.example",
            "LIVE_PORT": str(port),
            "LIVE_STREAMS": str(STREAMS),
        }
        self.log = folder / f"live-{port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "orders_service.live"],
                cwd=ROOT,
                env=os.environ | environ | settings,
                stdout=log,
                stderr=log,
            )
        try:
            eventually(self._is_ready, within=60)
        except BaseException:
            self.kill()
            raise

    def _is_ready(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return requests.get(f"{self.url}/health/ready", timeout=5).ok
        except requests.ConnectionError:
            return False

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        finally:
            self.kill()

    def kill(self):
        """At this very moment, as if the power failed."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class House:
    """A shop over one database, and servers of its streams, which all end with the test."""

    def __init__(self, shop, folder):
        self.shop = shop
        self._folder = folder
        self._database_url = shop.container.settings.database_url
        self._open = []
        self._databases = []

    def serve(self, *, heartbeat_seconds=15):
        """One more server, as apart from the others as a process; the first over SQLite is the shop's."""
        embedded = self.shop.container.database.dialect == "sqlite" and not self._open
        container = self.shop.container if embedded else self._another()
        return self._opened(ThreadServer(container, heartbeat_seconds))

    def serve_process(self, **settings):
        """The live process itself, which needs PostgreSQL."""
        return self._opened(ProcessServer(self._database_url, self._folder, settings))

    def _opened(self, server):
        self._open.append(server)
        return server

    def _another(self):
        database = Database(self._database_url)
        self._databases.append(database)
        return build(some_settings(self._database_url), database=database, passwords=FakePasswords())

    def close(self):
        for server in self._open:
            server.stop()
        for database in self._databases:
            database.dispose()
