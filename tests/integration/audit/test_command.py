"""`./run audit`: what it prints, and the status with which it ends."""

import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import audit.__main__ as command
from audit.progress import on_terminal
from tests.integration.audit.conftest import FILES, Books

ROOT = Path(__file__).parents[3]
VARIABLES = {
    "orders": "ORDERS_DATABASE_URL",
    "payments": "PAYMENTS_DATABASE_URL",
    "provider": "PROVIDER_BOOKS_URL",
}


def run(books: Books, *arguments: str, **environ: str) -> Result:
    addresses = {VARIABLES[book]: address for book, address in books.addresses.items()}
    now = books.now.isoformat()
    return CliRunner().invoke(
        command.main, ["--settle", "0", "--now", now, *arguments], env={**addresses, **environ}
    )


def test_clean_books_end_with_0_and_a_line_for_each_rule(books: Books):
    done = run(books)

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == f"{len(books.orders)} orders, 0 of them too young for the rules at rest"
    assert lines[1].startswith("S1  holds        What is reserved")
    assert lines[-1] == "clean"
    assert len(lines) == 2 + 23


def test_violated_books_end_with_1_and_what_differs(books: Books):
    books.change("orders", "UPDATE order_lines SET unit_price = unit_price - 1 WHERE position = 0")

    done = run(books)

    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("O1  violated"))
    assert "expected R$ 33.89, found R$ 33.90" in lines[first + 1]
    assert lines[-1] == "VIOLATED: O1"


def test_of_many_differences_the_first_are_told_and_all_are_counted(books: Books):
    books.change("provider", "DELETE FROM payments", "DELETE FROM refunds")
    books.change("payments", "UPDATE payments SET provider_id = id", "UPDATE refunds SET provider_id = id")

    done = run(books)

    unknown = [line for line in done.stdout.splitlines() if "is at the provider: expected number" in line]
    assert done.exit_code == 1
    assert 20 < len(unknown) < 40
    assert " more\n" in done.stdout


def test_a_machine_is_told_as_json(books: Books):
    books.change(
        "orders",
        "UPDATE order_lines SET unit_price = unit_price - 1 WHERE order_id = :finished AND position = 0",
    )

    done = run(books, "--json")

    told = json.loads(done.stdout)
    verdict = next(one for one in told["verdicts"] if one["rule"] == "O1")
    assert done.exit_code == 1
    assert (told["clean"], told["orders"], told["unsettled"]) == (False, len(books.orders), 0)
    assert told["at"].endswith("Z")
    assert (verdict["outcome"], verdict["when"], verdict["violations"]) == ("violated", "always", 1)
    assert verdict["differences"] == [
        {
            "subject": f"order {books.orders['finished']}",
            "says": "total",
            "expected": "R$ 33.89",
            "found": "R$ 33.90",
        }
    ]


def test_options_are_stronger_than_the_environment(books: Books):
    options = [word for book, address in books.addresses.items() for word in (f"--{book}", address)]

    assert run(books, *options, **dict.fromkeys(VARIABLES.values(), "sqlite:////nowhere")).exit_code == 0


def test_without_addresses_the_embedded_runs_files_are_read(books: Books):
    for file, embedded in {FILES["provider"]: "fake_checkout.sqlite3"}.items():
        (books.folder / file).rename(books.folder / embedded)

    done = run(books, **dict.fromkeys(VARIABLES.values(), ""), DATA_DIR=str(books.folder))

    assert done.exit_code == 0, done.output


def test_files_are_read(books: Books, tmp_path: Path):
    for name in ("history", "tap"):
        (tmp_path / name).write_text("", encoding="utf-8")

    done = run(books, "--history", str(tmp_path / "history"), "--tap", str(tmp_path / "tap"))

    assert done.exit_code == 1
    assert "VIOLATED: O5, M5" in done.stdout


def test_settle_and_patience_decide_what_is_overdue(books: Books):
    late = ["--now", (books.now + timedelta(minutes=4)).isoformat()]

    assert run(books, *late, "--settle", "60").stdout.splitlines()[-1] == "VIOLATED: O4"
    assert (
        run(books, *late, "--settle", "60", "--patience", "0").stdout.splitlines()[-1] == "VIOLATED: S4, O4"
    )
    assert run(books, *late, "--settle", "300").exit_code == 0


def test_unread_books_end_with_2_and_one_line(books: Books):
    done = run(books, "--orders", "sqlite:////nowhere")

    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == "Error: The orders database cannot be read: /nowhere: No such file or directory\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--settle", "-1"], "-1 is not in the range x>=0."),
        (["--settle", "soon"], "'soon' is not a valid integer range."),
        (["--now", "yesterday"], "'yesterday' is not a time."),
        (["--now", "2026-01-01T00:00:00"], "'2026-01-01T00:00:00' has no time zone, such as Z at its end."),
        (["--tap", "/"], "File '/' is a directory."),
        (["--fix"], "No such option"),
        (["orders"], "Got unexpected extra argument (orders)"),
    ],
)
def test_wrong_usage_ends_with_2(books: Books, arguments, why):
    done = run(books, *arguments)

    assert done.exit_code == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_with_neither_verdict(books: Books, monkeypatch):
    def interrupted(*_: object, **__: object):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "audit", interrupted)

    assert run(books).exit_code == 130


def test_bars_are_for_terminals(monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    for stream, shown in ((terminal, True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with on_terminal("Reading", 3) as advance:
            advance(2)
            advance(1)
        assert ("Reading" in stream.getvalue()) is shown


def test_it_runs_as_a_module_and_leaves_nothing_behind(books: Books, tmp_path: Path):
    addresses = {VARIABLES[book]: address for book, address in books.addresses.items()}
    rubbish = tmp_path / "rubbish"
    rubbish.mkdir()

    done = subprocess.run(
        [sys.executable, "-m", "audit", "--now", books.now.isoformat(), "--settle", "0"],
        cwd=ROOT,
        env={**os.environ, **addresses, "TMPDIR": str(rubbish), "SQLITE_TMPDIR": str(rubbish)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert list(rubbish.iterdir()) == []
