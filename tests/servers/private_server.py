"""The life of one private server: a folder, a port, a process, an address; nothing of it remains."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from tests.servers.machine import give_to_server_account, server_account

START_DEADLINE = 60.0
"""Seconds within which a server has to answer; a loaded two-core machine needs some ten for RabbitMQ."""
STOP_DEADLINE = 5.0
"""Seconds that a server is given to end by itself before it is killed: what it holds is thrown away."""
ATTEMPTS = 3
"""Another program may take a free port before the server binds it: then others are tried."""
KEEPER = 'folder=$1; shift; read -r _; for group; do kill -KILL "-$group"; done; sleep 1; rm -rf "$folder"'
"""Its input ends when the test process does: a server does not outlive even one that is killed."""


class ServerDidNotStart(Exception):
    """A private server ended or stayed silent; the message carries the end of what it printed."""


class PrivateServer(ABC):
    """Starts one server program for the tests alone and ends it by its process id."""

    name: ClassVar[str]
    variable: ClassVar[str]
    package: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self) -> None:
        self.password = secrets.token_hex(12)
        self.folder = Path()
        self._keeper: subprocess.Popen[bytes] | None = None
        self._processes: list[subprocess.Popen[bytes]] = []

    @classmethod
    @abstractmethod
    def missing_programs(cls) -> list[str]:
        """Returns the names of the programs that this server needs and the machine lacks."""

    def launch(self) -> None:
        """Prepares the folder, chooses ports and starts the program by `serve`."""
        self.serve()

    @abstractmethod
    def serve(self) -> None:
        """Starts the program by `spawn`, on the folder and ports that are there."""

    @abstractmethod
    def answers(self) -> bool:
        """Tells whether a client can work with the server now."""

    @property
    @abstractmethod
    def address(self) -> str:
        """The address that the tests are handed, as a URL."""

    def start(self) -> None:
        """Returns once the server answers; raises ServerDidNotStart otherwise, with nothing left behind."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._start_once()
            except ServerDidNotStart:
                self.stop()
                if attempt == ATTEMPTS:
                    raise
            except BaseException:
                self.stop()
                raise
            else:
                return

    def stop(self) -> None:
        """Ends what `start` started and removes its folder; does nothing the second time."""
        if self._keeper:
            _discharge(self._keeper)
            self._keeper = None
        while self._processes:
            self._end(self._processes.pop())
        if self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = Path()

    def halt(self, how: signal.Signals | None = None) -> None:
        """Ends the program, by its own stop signal or as told, and keeps its folder and ports."""
        self._end(self._processes.pop(), how)

    def resume(self) -> None:
        """Starts the program again on what it left; returns once it answers. Raises ServerDidNotStart."""
        self.serve()
        if self._keeper:
            _discharge(self._keeper)
        self._keep()
        self._wait_for_an_answer()

    def spawn(self, arguments: Iterable[str | Path], environment: Mapping[str, str] | None = None) -> None:
        """Starts a program in the folder, out of reach of the terminal's Ctrl-C, its output in a log file."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [str(argument) for argument in arguments],
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **server_account(),
            )
        self._processes.append(process)

    def run(self, arguments: Iterable[str | Path]) -> None:
        """Runs a program of the server's to its end; raises ServerDidNotStart when it fails."""
        self.spawn(arguments)
        process = self._processes.pop()
        try:
            code = process.wait(START_DEADLINE)
        except BaseException:
            self._end(process)
            raise
        if code != 0:
            raise ServerDidNotStart(self._complaint(f"{arguments} ended with {code}"))

    def write(self, name: str, text: str, mode: int = 0o600) -> Path:
        """Writes a file that the server may read."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        give_to_server_account(path)
        return path

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _start_once(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"comanda-{self.name.lower()}-"))
        give_to_server_account(self.folder)
        self.launch()
        self._keep()
        self._wait_for_an_answer()

    def _wait_for_an_answer(self) -> None:
        deadline = time.monotonic() + START_DEADLINE
        while not self.answers():
            ended = [process.args for process in self._processes if process.poll() is not None]
            if ended:
                raise ServerDidNotStart(self._complaint(f"{ended} ended at once"))
            if time.monotonic() > deadline:
                raise ServerDidNotStart(self._complaint(f"no answer within {START_DEADLINE:.0f} seconds"))
            time.sleep(0.05)

    def _keep(self) -> None:
        groups = [str(process.pid) for process in self._processes]
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", self.folder, *groups],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _end(self, process: "subprocess.Popen[bytes]", how: signal.Signals | None = None) -> None:
        """Asks the process to end, then kills it and those that it left in its session."""
        process.send_signal(how or self.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_DEADLINE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _complaint(self, what: str) -> str:
        printed = (
            self._log.read_text(encoding="utf-8", errors="replace")[-2000:] if self._log.exists() else ""
        )
        return f"{self.name} for the tests did not start: {what}.\n{printed}"


def _discharge(keeper: "subprocess.Popen[bytes]") -> None:
    keeper.kill()
    keeper.communicate()
