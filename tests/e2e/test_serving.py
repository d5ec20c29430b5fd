"""`./run` as an operator knows it: it starts, it stops, and it says what is wrong in one line."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from standalone.demo_client import DemoClient
from tests.servers.machine import free_port
from tests.servers.system import ROOT, EmbeddedSystem

STOPS_WITHIN_SECONDS = 5
ANSWERS_WITHIN_SECONDS = 20


@pytest.fixture
def system(tmp_path: Path):
    embedded = EmbeddedSystem(tmp_path)
    try:
        embedded.start()
        yield embedded
    finally:
        embedded.stop()


def _serve(**settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "standalone", "serve"],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=ANSWERS_WITHIN_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_within_five_seconds(system: EmbeddedSystem, how: signal.Signals):
    asked = time.monotonic()
    assert system.end("standalone", how) == 0
    assert time.monotonic() - asked < STOPS_WITHIN_SECONDS


def test_it_says_where_to_go_and_how_to_sign_in(system: EmbeddedSystem):
    said = system.log("standalone")
    assert system.url.replace("127.0.0.1", "localhost") in said
    for name in ("cozinha", "gerente", "admin"):
        assert name in said


def test_an_order_survives_a_kill(system: EmbeddedSystem):
    client = DemoClient(system.url, system.emulator)
    order = client.place_order()
    system.end("standalone", signal.SIGKILL)
    system.start()
    assert requests.get(f"{system.url}/orders/{order['id']}", timeout=5).json()["number"] == order["number"]


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = _serve(PORT=port, DATA_DIR=str(tmp_path))
    _told_in_one_line(ended, f"port {port} is in use")


def test_a_data_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path):
    file = tmp_path / "a-file"
    file.write_text("not a folder")
    ended = _serve(PORT=str(free_port()), DATA_DIR=str(file / "data"))
    _told_in_one_line(ended, "cannot be written")


def test_a_port_that_is_no_number_is_told_in_one_line(tmp_path: Path):
    _told_in_one_line(_serve(PORT="five thousand", DATA_DIR=str(tmp_path)), "PORT is not a valid number")


def test_half_a_key_pair_is_told_in_one_line(tmp_path: Path):
    ended = _serve(PORT=str(free_port()), DATA_DIR=str(tmp_path), JWT_PUBLIC_KEY="only half")
    _told_in_one_line(ended, "JWT_PRIVATE_KEY")


def _told_in_one_line(ended: subprocess.CompletedProcess[str], what: str) -> None:
    assert ended.returncode != 0
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1, ended.stderr
    assert what in lines[0]
