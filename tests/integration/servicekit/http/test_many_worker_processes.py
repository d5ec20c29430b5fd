"""A server of several worker processes tells at /metrics of all of them, whichever is asked."""

import os
import signal
import subprocess
import sys

import pytest
import requests

from tests.fakes.payment_service.composed import PUBLIC_KEY, composed
from tests.fakes.servicekit.deadlines import eventually
from tests.fakes.servicekit.scrapes import Scrape
from tests.servers.machine import free_port

OPTIONS = [
    "-c",
    "python:servicekit.http.gunicorn_conf",
    "--workers",
    "2",
    "--threads",
    "2",
    "--no-control-socket",
]

pytestmark = pytest.mark.timeout(180)  # servers are started, with two processes each


class Server:
    """Two processes behind one port, which count together in a folder."""

    def __init__(self, folder, environ):
        self.folder = folder
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        command = [sys.executable, "-m", "gunicorn", *OPTIONS, "--bind", f"127.0.0.1:{port}"]
        shared = {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
        self.process = subprocess.Popen(
            [*command, "payment_service.wsgi:application"], env={**os.environ, **environ, **shared}
        )
        self.asked = 0
        eventually(self.answers, within=40)

    def answers(self):
        try:
            return self.ask()
        except requests.ConnectionError:
            return False

    def ask(self):
        """One request on a connection of its own, which any of the processes may take."""
        answered = requests.get(f"{self.url}/health/live", timeout=10).ok
        self.asked += answered
        return answered

    def counted(self):
        scrape = Scrape(requests.get(f"{self.url}/metrics", timeout=10).text)
        return scrape.value("comanda_http_requests_total", route="/health/live", status="200")

    def counting(self):
        """The ids of the processes that have counted anything."""
        return {int(path.stem.rpartition("_")[2]) for path in self.folder.glob("counter_*.db")}

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        finally:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def serve(sqlite_url, tmp_path):
    composed(sqlite_url).database.dispose()
    servers = []

    def start():
        environ = {"DATABASE_URL": sqlite_url, "JWT_PUBLIC_KEY": PUBLIC_KEY}
        servers.append(Server(tmp_path / "counted", environ))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def test_whichever_process_is_asked_tells_what_all_have_counted(serve):
    server = serve()
    eventually(lambda: server.ask() and len(server.counting()) == 2)

    assert {server.counted() for _ in range(20)} == {server.asked}

    os.kill(min(server.counting()), signal.SIGKILL)
    eventually(lambda: server.answers() and len(server.counting()) == 3)
    assert {server.counted() for _ in range(20)} == {server.asked}


def test_a_server_that_is_started_again_begins_at_zero(serve):
    first = serve()
    for _ in range(10):
        first.ask()
    first.stop()

    second = serve()

    assert second.counted() == second.asked < first.asked
