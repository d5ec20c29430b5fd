"""Gunicorn with the house's worker, whose threads are all busy."""

import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests

from tests.fakes.servicekit.deadlines import Work, eventually
from tests.servers.machine import free_port
from tests.servers.system import WEB_WORKER

APPLICATION = """
import threading
from flask import Flask
from servicekit.database.patience import patience_left
from servicekit.http.request_context import install_request_context

application = Flask("busy", static_folder=None)
install_request_context(application)

@application.get("/left/<float:after>")
def left(after):
    threading.Event().wait(after)
    return {"left": patience_left(60)}
"""


@pytest.fixture
def url(tmp_path):
    (tmp_path / "busy.py").write_text(APPLICATION)
    port = free_port()
    options = ["--worker-class", WEB_WORKER, "--threads", "1", "--bind", f"127.0.0.1:{port}"]
    where = ["--no-control-socket", "--pythonpath", str(tmp_path), "--access-logfile", "-"]
    command = [sys.executable, "-m", "gunicorn", *options, *where, "busy:application"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(20)


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
