"""`./run` before the application: finding Python, making the environment, handing over.

Each test has a copy of the script and of the locks, a Python that writes down how it is called and installs
nothing, and a PATH with only what the script may rely on.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOLS = ("sh", "cat", "cksum", "cut", "dirname", "mkdir", "mv", "rm")
HELP_STARTS = "Usage: ./run [command]"

PYTHON = """#!/bin/sh
echo "$@" >>"{calls}"
case "$*" in
    *ensurepip*) test ! -e "{home}/no-venv" && exit 0 || exit 1 ;;
    *version_info*3,*) test ! -e "{home}/too-old" && exit 0 || exit 1 ;;
    *%d.%d-venv*) echo python3.11-venv && exit 0 ;;
    *version_info*) echo 3.11 && exit 0 ;;
    *sys.version*) cat "{home}/version" && exit 0 ;;
    "-m venv "*) mkdir -p .venv/bin && cp "$0" .venv/bin/python && exit 0 ;;
    "-m pip --version") exit 0 ;;
    "-m pip install "*) test ! -e "{home}/no-network" && exit 0 || exit 1 ;;
    "-m standalone "*) shift 2; echo "standalone $$ $*" in "$PWD" DATA_DIR="$DATA_DIR" && {then} ;;
    "-P -m audit"*) echo "audit $*" in "$PWD" DATA_DIR="$DATA_DIR" PYTHONPATH="$PYTHONPATH" && exit 1 ;;
    "-m mypy") exit 1 ;;
    *) exit 0 ;;
esac
"""


class Copy:
    """A copy of the project's entrance on a machine of the test's making."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.project = home / "a folder" / "comanda"
        self.path = home / "bin"
        (self.project / "requirements").mkdir(parents=True)
        self.path.mkdir()
        shutil.copy(ROOT / "run", self.project)
        for name in ("runtime", "development"):
            (self.project / "requirements" / f"{name}.txt").write_text(f"{name}==1.0\n", encoding="utf-8")
        for tool in (*TOOLS, "cp", "sleep"):
            (self.path / tool).symlink_to(shutil.which(tool) or tool)
        self.put("version", "3.11.7 (main)")
        self.install_python()
        self.program("id", "echo 1000")

    def install_python(self, name: str = "python3", then: str = "exit 0") -> Path:
        return self.program(name, PYTHON.format(calls=self.home / "calls", home=self.home, then=then))

    def program(self, name: str, body: str) -> Path:
        path = self.path / name
        path.unlink(missing_ok=True)
        path.write_text(body if body.startswith("#!") else f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def put(self, name: str, text: str = "") -> None:
        (self.home / name).write_text(text, encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        return [str(self.project / "run"), *arguments]

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        self.put("calls")
        return subprocess.run(
            self.command(*arguments),
            cwd=self.home,
            env={"PATH": str(self.path), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    @property
    def calls(self) -> list[str]:
        return (self.home / "calls").read_text(encoding="utf-8").splitlines()

    @property
    def pip_calls(self) -> list[str]:
        return [call for call in self.calls if call.startswith("-m pip install")]


@pytest.fixture
def machine(tmp_path):
    return Copy(tmp_path)


def test_help_lists_the_commands_and_needs_no_python(machine):
    (machine.path / "python3").unlink()

    for word in ("help", "-h", "--help"):
        done = machine.run(word)
        assert done.returncode == 0
        assert done.stdout.startswith(HELP_STARTS)
    assert not (machine.project / ".venv").exists()


def test_an_unknown_word_prints_the_usage_and_ends_with_2(machine):
    done = machine.run("fly")

    assert done.returncode == 2
    assert "does not know 'fly'" in done.stderr
    assert HELP_STARTS in done.stderr


def test_the_first_start_makes_the_environment_from_hashed_locks_and_serves(machine):
    done = machine.run()

    assert done.returncode == 0, done.stderr
    assert "serve in" in done.stdout
    assert machine.calls.count("-m venv --clear .venv") == 1
    [install] = machine.pip_calls
    assert "--require-hashes" in install
    assert install.endswith("-r requirements/runtime.txt")


def test_a_second_start_calls_no_pip(machine):
    machine.run()

    done = machine.run()

    assert done.returncode == 0
    assert machine.pip_calls == []
    assert done.stderr == ""


def test_a_changed_lock_is_installed(machine):
    machine.run()
    (machine.project / "requirements" / "runtime.txt").write_text("runtime==2.0\n", encoding="utf-8")

    machine.run()

    assert len(machine.pip_calls) == 1


def test_a_changed_python_is_installed_for(machine):
    machine.run()
    machine.put("version", "3.12.1 (main)")

    machine.run()

    assert len(machine.pip_calls) == 1


def test_an_install_that_fails_says_so_and_is_tried_again_by_the_next_start(machine):
    machine.put("no-network")

    failed = machine.run()
    (machine.home / "no-network").unlink()
    again = machine.run()

    assert failed.returncode == 1
    assert "Is the package index reachable?" in failed.stderr
    assert "standalone" not in failed.stdout
    assert again.returncode == 0
    assert len(machine.pip_calls) == 1


def test_the_words_of_the_application_are_handed_on_with_their_arguments(machine):
    for word in ("serve", "demo", "parked", "add-staff", "reconcile", "statement"):
        assert f"{word} --all in" in machine.run(word, "--all").stdout
    assert "settings in" in machine.run("help", "settings").stdout


def test_test_installs_the_development_packages_too_and_hands_pytest_its_arguments(machine):
    done = machine.run("test", "tests/unit", "-k", "order")

    assert done.returncode == 0
    assert [call.rpartition(" ")[2] for call in machine.pip_calls] == [
        "requirements/runtime.txt",
        "requirements/development.txt",
    ]
    assert machine.calls[-1] == "-m tests.servers.run_tests tests/unit -k order"


@pytest.mark.parametrize(("word", "module"), [("coverage", "coverage_report"), ("mutants", "mutants")])
def test_what_measures_the_tests_has_the_development_packages_and_its_arguments(machine, word, module):
    done = machine.run(word, "an argument")

    assert done.returncode == 0
    assert machine.pip_calls[-1].endswith("requirements/development.txt")
    assert machine.calls[-1] == f"-m tests.measures.{module} an argument"


def test_lint_runs_every_tool_and_fails_when_one_fails(machine):
    done = machine.run("lint")

    assert done.returncode == 1
    assert machine.calls[-6:] == [
        "-m ruff check",
        "-m ruff format --check",
        "-m mypy",
        ".venv/bin/lint-imports --no-logo",
        ".venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml",
        ".venv/bin/kubernetes-validate --strict --quiet kubernetes/*.yaml kubernetes/*/*.yaml",
    ]
    assert "== hadolint" in done.stderr


def test_it_works_in_the_project_wherever_it_is_called_from(machine):
    done = machine.run("serve", DATA_DIR="books")

    assert f"in {machine.project} DATA_DIR={machine.home / 'books'}" in done.stdout


def test_an_absolute_data_folder_is_left_as_it_is(machine):
    assert "DATA_DIR=/var/lib/comanda" in machine.run("serve", DATA_DIR="/var/lib/comanda").stdout


def test_the_audit_looks_for_files_where_the_caller_is_and_for_data_in_the_project(machine):
    done = machine.run("audit", "--tap", "tap.jsonl")

    assert done.returncode == 1
    assert f"-m audit --tap tap.jsonl in {machine.home} " in done.stdout
    assert f"DATA_DIR={machine.project / 'data'} PYTHONPATH={machine.project}" in done.stdout
    assert [call.rpartition(" ")[2] for call in machine.pip_calls] == ["requirements/runtime.txt"]


def test_signals_reach_the_application_since_the_script_becomes_it(machine):
    machine.run()
    stub = machine.install_python(then="exec sleep 30")
    shutil.copy(stub, machine.project / ".venv" / "bin" / "python")

    with subprocess.Popen(
        machine.command(), env={"PATH": str(machine.path)}, stdout=subprocess.PIPE
    ) as process:
        said = process.stdout.readline().split()
        process.send_signal(signal.SIGTERM)

        assert int(said[1]) == process.pid
        assert process.wait(10) == -signal.SIGTERM


def test_a_python_that_is_too_old_is_named_and_nothing_is_made(machine):
    machine.put("too-old")

    done = machine.run()

    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "PYTHON=" in done.stderr
    assert not (machine.project / ".venv" / "bin").exists()


def test_a_machine_without_python_is_told_what_to_install(machine):
    (machine.path / "python3").unlink()

    done = machine.run()

    assert done.returncode == 1
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_newer_python_is_found_behind_one_that_is_too_old(machine):
    machine.program("python3", 'case "$*" in *%d.%d*) echo 3.9;; *) exit 1;; esac')
    machine.install_python("python3.12")

    done = machine.run()

    assert done.returncode == 0, done.stderr
    assert "serve in" in done.stdout


def test_the_python_that_is_asked_for_is_taken(machine):
    asked = machine.install_python("my python")
    machine.program("python3", "exit 1")

    assert machine.run(PYTHON=str(asked)).returncode == 0


def test_without_the_venv_module_the_exact_package_is_named(machine):
    machine.put("no-venv")

    done = machine.run()

    assert done.returncode == 1
    assert done.stderr.strip().endswith("apt-get install python3.11-venv")


def test_root_has_the_venv_module_installed(machine):
    machine.put("no-venv")
    machine.program("id", "echo 0")
    machine.program("apt-get", f'echo "$@" >>"{machine.home}/apt"; rm -f "{machine.home}/no-venv"')

    done = machine.run()

    assert done.returncode == 0, done.stderr
    assert (machine.home / "apt").read_text(encoding="utf-8") == "install -y -qq python3.11-venv\n"


def test_root_is_told_the_line_when_the_package_cannot_be_installed(machine):
    machine.put("no-venv")
    machine.program("id", "echo 0")
    machine.program("apt-get", "exit 100")

    done = machine.run()

    assert done.returncode == 1
    assert done.stderr.strip().endswith("apt-get install python3.11-venv")


def test_a_folder_that_cannot_be_written_is_named(machine):
    (machine.project / ".venv").write_text("in the way", encoding="utf-8")

    done = machine.run()

    assert done.returncode == 1
    assert f"{machine.project}/.venv, which cannot be written" in done.stderr


def test_a_broken_environment_is_made_anew(machine):
    machine.run()
    shutil.rmtree(machine.project / ".venv" / "bin")

    assert machine.run().returncode == 0
    assert "-m venv --clear .venv" in machine.calls


@pytest.mark.skipif(os.environ.get("CI") is None, reason="fetches packages: once, on continuous integration")
@pytest.mark.timeout(300)
def test_the_real_locks_install_with_their_hashes_on_this_python(tmp_path):
    (tmp_path / "standalone").mkdir()
    (tmp_path / "standalone" / "__main__.py").write_text(
        "import flask, sqlalchemy, pika, psycopg", encoding="utf-8"
    )
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copy(ROOT / "run", tmp_path)

    done = subprocess.run(
        [tmp_path / "run"],
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
