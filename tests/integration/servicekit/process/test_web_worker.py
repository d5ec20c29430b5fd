"""Gunicorn with the house's worker, whose threads are all busy, or which is to end."""

import os
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests

from tests.fakes.servicekit.deadlines import Work, eventually
from tests.servers.machine import free_port

APPLICATION = """
import threading
from flask import Flask
from servicekit.database.patience import patience_left
from servicekit.http.health import install_health
from servicekit.http.request_context import install_request_context

application = Flask("busy", static_folder=None)
install_request_context(application)
install_health(application, {})

@application.get("/left/<float:after>")
def left(after):
    threading.Event().wait(after)
    return {"left": patience_left(60)}
"""


class Server:
    """Runs the application; its settings are those of every service, or come from the environment."""

    def __init__(self, folder, **environ):
        (folder / "busy.py").write_text(APPLICATION)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        where = ["--bind", f"127.0.0.1:{port}", "--pythonpath", str(folder), "--access-logfile", "-"]
        command = [sys.executable, "-m", "gunicorn", "-c", "python:servicekit.http.gunicorn_conf", *where]
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "busy:application"], env={**os.environ, **environ}, stdout=log, stderr=log
            )

    def end(self):
        self.process.terminate()
        return self.process.wait(20)


@pytest.fixture
def url(tmp_path):
    server = Server(tmp_path, THREADS="1")
    yield server.url
    server.end()


@pytest.fixture
def draining(tmp_path):
    server = Server(tmp_path, DRAIN_SECONDS="3")
    eventually(lambda: answers(server.url))
    yield server
    server.end()


def left(url, after):
    return requests.get(f"{url}/left/{after}", timeout=20).json()["left"]


def answers(url):
    try:
        return left(url, 0.0)
    except requests.ConnectionError:
        return None


def test_a_request_that_has_waited_for_a_thread_has_less_patience_left(url):
    assert eventually(lambda: answers(url)) > 4
    requests_at_once = [Work(lambda: left(url, 1.0)) for _ in range(2)]
    second, first = sorted(request.result() for request in requests_at_once)
    assert first - second > 0.9


def test_what_gunicorn_writes_down_names_nobody(url, tmp_path):
    eventually(lambda: answers(url))
    number = "529.982.247-25"
    requests.get(f"{url}/people/{number}?number={number}", headers={"Referer": number}, timeout=20)
    with socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=20) as connection:
        connection.sendall(f"GET /people/{number} HTTP/{number}\r\n\r\n".encode())
        connection.recv(1)
    log = tmp_path / "log"
    eventually(lambda: '"GET HTTP/1.1" 404' in log.read_text() and "Invalid request" in log.read_text())
    assert number not in log.read_text()
    assert "[hidden]" in log.read_text()


def is_ready(server):
    return requests.get(f"{server.url}/health/ready", timeout=20).ok


def test_a_process_that_is_to_end_says_so_and_still_answers(draining):
    assert is_ready(draining)
    under_way = Work(lambda: left(draining.url, 4.0))

    draining.process.terminate()
    eventually(lambda: not is_ready(draining), within=2.5)

    assert left(draining.url, 0.0) > 4
    assert under_way.result() > 0.5
    assert draining.process.wait(20) == 0
