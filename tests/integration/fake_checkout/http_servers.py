"""The emulator and a merchant, over real HTTP on this machine."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from werkzeug.serving import make_server

from fake_checkout.entrypoints.rest.prefix import below_prefix
from servicekit.worker import Loops
from tests.integration.fake_checkout.conftest import SECRET, TOKEN
from tests.servers.certificate import Certificate
from tests.servers.machine import free_port

DEADLINE_SECONDS = 20
ROOT = Path(__file__).parents[3]


class Merchant:
    """Takes webhooks. `answers` are given in turn, then always the last."""

    def __init__(self) -> None:
        self.answers: list[int] = [200]
        self.headers: dict[str, str] = {}
        self.received: list[dict[str, Any]] = []
        self.hold = threading.Event()
        self.hold.set()
        merchant = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                address = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                merchant.received.append(
                    {"path": address.path, "query": query, "headers": self.headers, "body": body}
                )
                if address.path == "/slow":
                    merchant.hold.wait(DEADLINE_SECONDS)
                self.send_response(
                    merchant.answers.pop(0) if len(merchant.answers) > 1 else merchant.answers[0]
                )
                for name, value in merchant.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._thread.join(DEADLINE_SECONDS)
        self._server.server_close()

    def wait_for(self, number: int) -> list[dict[str, Any]]:
        """The webhooks, once there are so many."""
        eventually(lambda: len(self.received) >= number)
        return self.received


def eventually(happened: Callable[[], bool]) -> None:
    """Waits until it has happened; fails when it does not in time."""
    give_up = time.monotonic() + DEADLINE_SECONDS
    while not happened():
        assert time.monotonic() < give_up, "did not happen in time"
        time.sleep(0.02)


@contextmanager
def served(emulator: Any, certificate: Certificate | None = None) -> Iterator[str]:
    """The emulator's address below /fake-checkout, with its loops running; over TLS with a certificate."""
    files = None if certificate is None else (str(certificate.certificate), str(certificate.key))
    server = make_server("127.0.0.1", 0, below_prefix(emulator.app), threaded=True, ssl_context=files)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    loops = Loops(emulator.container.loops)
    thread.start()
    loops.start()
    try:
        yield f"http{'s' if files else ''}://127.0.0.1:{server.server_port}/fake-checkout"
    finally:
        loops.stop()
        server.shutdown()
        thread.join(DEADLINE_SECONDS)
        server.server_close()


class Process:
    """The emulator as its container runs it: gunicorn with threads, migrating and looping by itself."""

    def __init__(self, database_url: str, log: Path, **settings: str) -> None:
        self._port = free_port()
        self._environ = {
            **os.environ,
            "DATABASE_URL": database_url,
            "MERCADO_PAGO_ACCESS_TOKEN": TOKEN,
            "MERCADO_PAGO_WEBHOOK_SECRET": SECRET,
            **settings,
        }
        self._log = log
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Process":
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "--threads", "8", "--no-control-socket"),
                    *("--bind", f"127.0.0.1:{self._port}", "fake_checkout.wsgi:application"),
                ],
                cwd=ROOT,
                env=self._environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        eventually(self._answers)
        return self

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()
        try:
            return requests.get(f"{self.url}/health/ready", timeout=1).status_code == 200
        except requests.RequestException:
            return False

    def stop(self) -> int | None:
        """By SIGTERM; returns the exit status."""
        if self._process is None:
            return None
        self._process.terminate()
        return self._process.wait(DEADLINE_SECONDS)

    def kill(self) -> None:
        """Master and worker, without a warning."""
        assert self._process is not None
        os.killpg(self._process.pid, 9)
        self._process.wait(DEADLINE_SECONDS)
