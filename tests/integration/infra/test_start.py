"""What the images' entrypoint runs, by its words; a program that says how it was called is its Python."""

import subprocess

import pytest

from tests.servers.system import ROOT

START = ROOT / "infra" / "images" / "start.sh"
PYTHON = """#!/bin/sh
echo "$@"
echo "${PROMETHEUS_MULTIPROC_DIR:-alone}"
"""
WEB = "-m gunicorn -c python:servicekit.http.gunicorn_conf orders_service.wsgi:application"


@pytest.fixture
def start(tmp_path):
    (tmp_path / "python").write_text(PYTHON)
    (tmp_path / "python").chmod(0o755)

    def start(*words, **environ):
        path = {"PATH": f"{tmp_path}:/usr/bin:/bin", "SERVICE": "orders_service"}
        done = subprocess.run([START, *words], env=path | environ, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    return start


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ([], WEB),
        (["web"], WEB),
        (["worker"], "-m orders_service.worker"),
        (["live"], "-m orders_service.live"),
        (["migrate"], "-m orders_service migrate"),
        (["parked", "list"], "-m orders_service parked list"),
    ],
)
def test_the_first_word_says_what_runs(start, words, called):
    assert start(*words) == [called, "alone"]


def test_web_processes_that_are_several_count_together(start):
    assert start("web", WEB_CONCURRENCY="2") == [WEB, "/tmp/metrics"]  # noqa: S108
    assert start("web", WEB_CONCURRENCY="1") == [WEB, "alone"]
