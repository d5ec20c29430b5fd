"""What `./run coverage` makes of what coverage measured."""

import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tests.measures import coverage_report
from tests.servers import run_tests

SETTINGS = run_tests.ROOT / "setup.cfg"
HALF_TESTED = "def call(value):\n    if value:\n        return 1\n    return 2\n\n\ncall(1)\n"


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A house of two files, of which one is half tested, as it was measured."""
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    monkeypatch.setattr(run_tests, "REPORTS", tmp_path / "build" / "coverage")
    monkeypatch.setattr(run_tests, "what_is_missing", list)
    monkeypatch.setattr(run_tests, "main", lambda *_, **__: 0)
    monkeypatch.setattr(coverage_report, "PICTURES", tmp_path / "docs" / "coverage")
    shutil.copy(SETTINGS, tmp_path)
    for name, text in (("domain/money", "CURRENCY = 'BRL'\n"), ("usecases/pay", HALF_TESTED)):
        path = tmp_path / "orders_service" / f"{name}.py"
        path.parent.mkdir(parents=True)
        for folder in (path.parent, path.parents[1]):
            (folder / "__init__.py").touch()
        path.write_text(text, encoding="utf-8")
    script = tmp_path / "call.py"
    script.write_text("import orders_service.domain.money, orders_service.usecases.pay", encoding="utf-8")
    environment = {**os.environ, "COVERAGE_FILE": str(run_tests.REPORTS / ".coverage")}
    environment.pop("COVERAGE_PROCESS_CONFIG", None)
    run_tests.REPORTS.mkdir(parents=True)
    for step in (["run", str(script)], ["combine", "--quiet"]):
        command = [sys.executable, "-m", "coverage", *step]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(coverage_report.main, arguments)


def pictures(house):
    return {path.name: path.read_text(encoding="utf-8") for path in (house / "docs").rglob("*.svg")}


def test_the_figures_of_the_pictures_are_those_that_coverage_measured(house):
    done = run()

    # Of the half tested file three lines of four and one branch of two, with the call itself.
    assert done.exit_code == 0
    assert "  71.4 %  orders_service/usecases/pay.py" in done.output
    assert ">75%<" in pictures(house)["badge.svg"]
    picture = pictures(house)["packages.svg"]
    assert [part for part in (">75.0 %<", ">100.0 %<", ">71.4 %<") if part not in picture] == []


def test_drawn_again_they_are_the_same(house):
    run()
    first = pictures(house)

    run("--last")

    assert pictures(house) == first


def test_what_the_last_run_measured_is_told_without_a_test(house, monkeypatch):
    monkeypatch.setattr(run_tests, "main", None)

    assert run("--last", "--worst", "0").exit_code == 0
    assert pictures(house)


def test_where_a_test_failed_the_pictures_are_left_and_the_failure_is_kept(house, monkeypatch):
    monkeypatch.setattr(run_tests, "main", lambda *_, **__: 1)

    done = run()

    assert done.exit_code == 1
    assert "left as they are" in done.output
    assert pictures(house) == {}


def test_where_tests_were_skipped_the_pictures_are_left(house, monkeypatch):
    monkeypatch.setattr(run_tests, "what_is_missing", lambda: ["Absence is not installed"])

    assert "left as they are" in run().output
    assert pictures(house) == {}


@pytest.mark.usefixtures("house")
def test_without_a_measure_there_is_nothing_to_tell():
    (run_tests.REPORTS / ".coverage").unlink()

    done = run("--last")

    assert done.exit_code == 1
    assert "Nothing was measured yet" in done.output
