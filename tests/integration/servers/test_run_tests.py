"""What `./run test` does around the tests: the gates on coverage, and what it says about missing programs."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests.servers import run_tests
from tests.servers.private_server import PrivateServer, ServerDidNotStart

SETTINGS = run_tests.ROOT / "setup.cfg"
TESTED = "def call(value):\n" + "    value += 1\n" * 200 + "    return value\n"
HALF_TESTED = "def call(value):\n    if value:\n        return 1\n    return 2\n"


@pytest.fixture
def measure(tmp_path, monkeypatch):
    """Measures a small service of which one call was made, and reports on it."""
    reports = tmp_path / "build" / "coverage"
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    monkeypatch.setattr(run_tests, "REPORTS", reports)
    shutil.copy(SETTINGS, tmp_path)

    def run(half_tested_in: str, *, complete: bool = True) -> int:
        for name, text in (("domain/money", TESTED), (half_tested_in, HALF_TESTED)):
            path = tmp_path / "orders_service" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(text, encoding="utf-8")
        modules = ("domain.money", half_tested_in.replace("/", "."))
        calls = [f"import orders_service.{module}; orders_service.{module}.call(1)" for module in modules]
        environment = {**os.environ, "COVERAGE_FILE": str(reports / ".coverage")}
        environment.pop("COVERAGE_PROCESS_CONFIG", None)
        script = tmp_path / "call.py"
        script.write_text("\n".join(calls), encoding="utf-8")
        coverage = [sys.executable, "-m", "coverage"]
        for step in (["run", str(script)], ["combine", "--quiet"]):
            subprocess.run([*coverage, *step], cwd=tmp_path, env=environment, check=True)
        return run_tests._report_coverage(environment, complete=complete)

    return run


def test_one_branch_that_no_test_runs_breaks_the_gate_of_the_domain(measure, capfd):
    assert measure("domain/order") != 0

    assert "total of 99.0 is less than fail-under=100" in capfd.readouterr().out


def test_one_branch_that_no_test_runs_breaks_the_gate_of_the_use_cases(measure):
    assert measure("usecases/checkout_usecase") != 0


def test_elsewhere_one_branch_is_within_the_overall_gate(measure):
    assert measure("infrastructure") == 0


def test_both_reports_are_written(measure):
    measure("infrastructure")

    assert (run_tests.REPORTS / "html" / "index.html").exists()
    assert (run_tests.REPORTS / "coverage.xml").exists()


def test_where_suites_were_skipped_the_gates_are_not_checked_and_that_is_said(measure, capfd):
    assert measure("domain/order", complete=False) == 0

    assert "the coverage gates are not checked" in capfd.readouterr().out


class _Absent(PrivateServer):
    """A server whose program no machine has."""

    name, variable, package = "Absence", "TEST_ABSENT_URL", "absence"
    started = False

    @classmethod
    def missing_programs(cls):
        return ["absent-server"]

    @property
    def address(self):
        return "absent://"

    def serve(self):
        raise AssertionError

    def answers(self):
        return False


class _Refusing(_Absent):
    """A server that is installed and does not start."""

    @classmethod
    def missing_programs(cls):
        return []

    def start(self):
        raise ServerDidNotStart("Absence did not start: no memory")


@pytest.fixture
def calls(monkeypatch):
    """The commands that would be run; signals are left as they were found."""
    made = []
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr(run_tests, "_call", lambda command, _environment: made.append(command) or 0)
    yield made
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_a_missing_program_is_named_and_the_rest_is_tested(monkeypatch, calls, capsys):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(run_tests, "SERVERS", (_Absent,))

    assert run_tests.main([]) == 0

    assert "Absence is not installed: absent-server not found" in capsys.readouterr().err
    assert any("pytest" in command for command in calls)


def test_with_ci_set_a_missing_program_is_an_error_before_anything_runs(monkeypatch, calls, capsys):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(run_tests, "SERVERS", (_Absent,))

    assert run_tests.main([]) == 1

    assert "nothing may be skipped" in capsys.readouterr().err
    assert calls == []


def test_a_server_that_does_not_start_is_reported_in_its_own_words(monkeypatch, calls, capsys):
    monkeypatch.setattr(run_tests, "SERVERS", (_Refusing,))

    assert run_tests.main([]) == 1

    assert "no memory" in capsys.readouterr().err
    assert calls == []


def test_arguments_go_to_pytest_as_they_are_and_keep_no_gate(calls):
    assert run_tests.main(["tests/unit", "-k", "order"]) == 0

    assert [command[1:] for command in calls] == [["-m", "pytest", "tests/unit", "-k", "order"]]


def test_every_test_is_in_one_of_the_parts_and_the_storms_come_last_and_alone(monkeypatch, calls):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(run_tests, "SERVERS", (_Absent,))
    run_tests.main([])

    first, *later = [command for command in calls if "pytest" in command]
    left_out = [word.partition("=")[2] for word in first if "--ignore=" in word]
    assert left_out == ["tests/e2e", "tests/simulation", "tests/storm"]
    assert [word for command in later for word in command if word.startswith("tests/")] == left_out
    assert not any(word.startswith(("--numprocesses", "--cov")) for word in later[-1])


def test_what_is_not_measured_can_be_left_out(monkeypatch, calls):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(run_tests, "SERVERS", (_Absent,))

    assert run_tests.main([], only_measured=True) == 0

    runs = [command for command in calls if "pytest" in command]
    assert len(runs) == 2
    assert all("--cov" in command for command in runs)


@pytest.mark.parametrize("failing", ["--ignore=tests/e2e", "tests/simulation", "tests/e2e", "tests/storm"])
@pytest.mark.usefixtures("calls")
def test_a_failure_in_one_part_is_not_forgotten_over_the_others(monkeypatch, failing):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(run_tests, "SERVERS", (_Absent,))
    monkeypatch.setattr(run_tests, "_call", lambda command, _: int(failing in command))

    assert run_tests.main([]) == 1


def test_the_storms_that_are_left_out_of_a_whole_run_exist_and_the_others_are_in_it(monkeypatch, calls):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(run_tests, "SERVERS", (_Absent,))
    run_tests.main([])

    ignored = {
        word.partition("=")[2] for command in calls for word in command if "--ignore=tests/storm/" in word
    }
    storms = {f"tests/storm/{path.name}" for path in (run_tests.ROOT / "tests" / "storm").glob("test_*.py")}
    assert ignored < storms
    assert "tests/storm/test_kills.py" in storms - ignored
