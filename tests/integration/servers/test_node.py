"""Node and its packages: what is said where they are missing, and when they are installed."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.servers.node import NodeFailed, install_packages, run_node, why_node_is_missing


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with a shell and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "mkdir").symlink_to(str(shutil.which("mkdir")))
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "package-lock.json").write_text("{}", encoding="utf-8")
    return folder


def test_what_is_missing_is_named_with_what_brings_it(machine):
    assert "node, npm not found (Debian: apt-get install nodejs npm)" in (why_node_is_missing() or "")
    program(machine, "node", "true")
    assert "npm not found" in (why_node_is_missing() or "")
    program(machine, "npm", "true")
    assert why_node_is_missing() is None


def test_packages_are_installed_once_for_a_lock(machine, project):
    program(machine, "npm", "mkdir -p node_modules && echo $* >> calls")
    for _ in range(2):
        install_packages(project)
    assert len((project / "calls").read_text().splitlines()) == 1
    (project / "package-lock.json").write_text('{"changed": true}', encoding="utf-8")
    install_packages(project)
    assert len((project / "calls").read_text().splitlines()) == 2


def test_an_installation_that_failed_is_told_and_begun_anew(machine, project):
    program(machine, "npm", "echo no registry; exit 1")
    for _ in range(2):
        with pytest.raises(NodeFailed, match=r"npm ci .* ended with 1:\nno registry"):
            install_packages(project)


def test_a_command_that_takes_too_long_is_ended(project):
    slow = (sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(60)")
    with pytest.raises(NodeFailed, match="took more than"):
        run_node(project, *slow, seconds=1.0)
