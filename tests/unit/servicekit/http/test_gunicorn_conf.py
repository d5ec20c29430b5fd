from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from servicekit.http import gunicorn_conf

WORKER = SimpleNamespace(pid=7)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "shared"
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(folder))
    return folder


def test_an_address_may_be_as_long_as_gunicorn_can_be_told():
    config = Config()
    config.set("limit_request_line", gunicorn_conf.limit_request_line)

    assert config.limit_request_line == 8190


def test_a_server_that_starts_makes_the_folder(folder):
    gunicorn_conf.on_starting(None)

    assert folder.is_dir()


def test_a_server_that_starts_forgets_what_earlier_processes_counted(folder):
    folder.mkdir()
    for name in ("counter_7.db", "histogram_7.db", "notes.txt"):
        (folder / name).touch()

    gunicorn_conf.on_starting(None)

    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_what_an_ended_process_counted_stays(folder):
    folder.mkdir()
    for name in ("counter_7.db", "gauge_livesum_7.db", "gauge_livesum_8.db"):
        (folder / name).touch()

    gunicorn_conf.child_exit(None, WORKER)

    assert {path.name for path in folder.iterdir()} == {"counter_7.db", "gauge_livesum_8.db"}


def test_a_server_of_one_process_needs_no_folder(monkeypatch):
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)

    gunicorn_conf.on_starting(None)
    gunicorn_conf.child_exit(None, WORKER)
