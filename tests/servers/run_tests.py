"""What `./run test` runs: private servers, the tests, the coverage gates, and nothing left behind.

Without arguments everything runs, on a process or two for each core, and the gates are kept. What
needs a running system comes later, so that none idles beside the other tests. Simulations and storms are not
measured: they run no line that another test does not run, and being traced takes half of their time. The
storms come last, one after the other, since each is a load of its own on the machine. Of them only the power
failures, planned stops and poison run: the others take half an hour and are asked for.
Arguments are pytest's: only what they choose runs, with the servers that it needs, and no gate.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

from tests.servers.catalogue import SERVERS, STARTED_BY_TESTS, nothing_may_be_skipped, why_missing
from tests.servers.private_server import PrivateServer, ServerDidNotStart

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "build" / "coverage"
CORES = min(os.cpu_count() or 1, 8)
"""Each process takes a database of Redis, which has 16, and a share of PostgreSQL's connections."""
SIMULATIONS = "tests/simulation"
RUNNING_SYSTEMS = "tests/e2e"
STORMS = "tests/storm"
LONG_STORMS = (
    "audit_meanwhile",
    "broker",
    "database",
    "database_exhaustion",
    "database_network",
    "embedded_lock",
    "restore",
)
"""Modules of tests/storm that run by their own command."""
LEFT_OUT = [f"--ignore={STORMS}/test_{name}.py" for name in LONG_STORMS]
PYTEST = (sys.executable, "-m", "pytest")
SIDE_BY_SIDE = (f"--numprocesses={CORES}", "--dist=loadscope", "--no-loadscope-reorder")
CROWDED = (f"--numprocesses={min(2 * CORES, 8)}", *SIDE_BY_SIDE[1:])
"""For tests that wait half of their time, for a process or a server."""
MEASURED = ("--cov", "--cov-append", "--cov-report=", "--cov-fail-under=0")
"""Adds to the coverage that was measured so far."""
GATED = "*/domain/*,*/usecases/*"
"""What a rule of the business lives in: every line and every branch of it is run by a test."""


def main(arguments: Sequence[str], *, only_measured: bool = False) -> int:
    """Returns the exit code: 0 when every test passed and every gate held."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run_chosen(arguments) if arguments else _run_all(only_measured=only_measured)
    except KeyboardInterrupt:
        return 130
    except ServerDidNotStart as reason:
        print(reason, file=sys.stderr)
        return 1


class _Terminated(KeyboardInterrupt):
    """SIGTERM unwinds like Ctrl-C does, so that the servers are stopped."""


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise _Terminated


def _run_chosen(arguments: Sequence[str]) -> int:
    return _call([*PYTEST, *arguments], dict(os.environ))


def what_is_missing() -> list[str]:
    """Returns a sentence for each program without which tests are skipped."""
    return [reason for reason in map(why_missing, (*SERVERS, *STARTED_BY_TESTS)) if reason]


def _run_all(*, only_measured: bool) -> int:
    missing = what_is_missing()
    for reason in missing:
        print(f"{reason}; the tests that need it are skipped.", file=sys.stderr)
    if missing and nothing_may_be_skipped():
        print("CI is set, so nothing may be skipped.", file=sys.stderr)
        return 1
    with _started([server() for server in SERVERS if why_missing(server) is None]) as addresses:
        environment = {**os.environ, **addresses, "COVERAGE_FILE": str(REPORTS / ".coverage")}
        REPORTS.mkdir(parents=True, exist_ok=True)
        _call([sys.executable, "-m", "coverage", "erase"], environment)
        apart = [f"--ignore={folder}" for folder in (RUNNING_SYSTEMS, SIMULATIONS, STORMS)]
        codes = [
            _call([*PYTEST, *CROWDED, *MEASURED, *apart], environment),
            _call([*PYTEST, *SIDE_BY_SIDE, *MEASURED, RUNNING_SYSTEMS], environment),
        ]
        if not only_measured:
            codes += [
                _call([*PYTEST, *SIDE_BY_SIDE, SIMULATIONS], environment),
                _call([*PYTEST, STORMS, *LEFT_OUT], environment),
            ]
    gates = _report_coverage(environment, complete=not missing)
    return max(codes) or gates


def _report_coverage(environment: dict[str, str], *, complete: bool) -> int:
    """Writes the reports; the gates hold only where no suite was skipped."""
    coverage = [sys.executable, "-m", "coverage"]
    for report in ("html", "xml"):
        _call([*coverage, report, "--quiet", "--fail-under=0"], environment)
    print(f"Coverage reports: {REPORTS.relative_to(ROOT)}/html/index.html and coverage.xml")
    if not complete:
        print("Some suites were skipped: the coverage gates are not checked.")
        return 0
    everything = _call([*coverage, "report", "--skip-covered"], environment)
    rules = _call(
        [*coverage, "report", "--skip-covered", f"--include={GATED}", "--fail-under=100"], environment
    )
    return everything or rules


@contextlib.contextmanager
def _started(servers: list[PrivateServer]) -> Iterator[dict[str, str]]:
    """Starts the servers side by side and stops all of them, whatever happens in between."""
    began = time.monotonic()
    print(f"Starting private servers: {', '.join(server.name for server in servers)} ...", flush=True)
    try:
        with ThreadPoolExecutor(max_workers=len(servers) or 1) as pool:
            list(pool.map(lambda server: server.start(), servers))
        print(f"Ready after {time.monotonic() - began:.1f} s.", flush=True)
        yield {server.variable: server.address for server in servers}
    finally:
        _stop(servers)


def _stop(servers: list[PrivateServer]) -> None:
    """Another Ctrl-C does not keep a server alive."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for server in servers:
        server.stop()


def _call(command: Sequence[str], environment: dict[str, str]) -> int:
    """Runs a command in the repository's root; one that is interrupted is given time to stop its servers."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt as reason:
        if isinstance(reason, _Terminated):  # the terminal's Ctrl-C has reached the command already
            process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(60)
        raise
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
