"""The health check of an image, against servers that answer one thing or another, or nothing."""

import subprocess
import sys
import threading

import pytest
from flask import Flask
from werkzeug.serving import make_server

from servicekit.http.health import install_health
from servicekit.process.probe import main
from tests.servers.machine import free_port


def away() -> None:
    raise OSError("the database is away")


def well() -> None:
    pass


@pytest.fixture
def serve():
    servers = []

    def start(check):
        app = Flask(__name__, static_folder=None)
        install_health(app, {"database": check})
        server = make_server("127.0.0.1", 0, app)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.server_port

    yield start
    for server in servers:
        server.shutdown()


def test_a_process_that_is_ready_is_well(serve):
    assert main([], {"PORT": str(serve(well))}) == 0


def test_what_a_process_that_is_not_ready_says_is_passed_on(serve, capfdbinary):
    assert main([str(serve(away))], {}) == 1
    said = capfdbinary.readouterr().out
    assert b" 503 " in said
    assert b'"database":"failed"' in said


def test_a_process_that_does_not_answer_is_not_well():
    command = [sys.executable, "-m", "servicekit.process.probe", str(free_port())]

    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    assert done.returncode == 1
    assert "ConnectionRefusedError" in done.stdout
