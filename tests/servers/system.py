"""Comanda as it really runs, for the tests: the embedded process, or the processes of production."""

import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack, suppress
from pathlib import Path

import requests

from fake_checkout.settings import DEMO_PUBLIC_KEY
from servicekit.http.server_settings import LONGEST_REQUEST_LINE
from standalone.keys import key_pair
from tests.servers.gateway import Gateway
from tests.servers.machine import free_port

READY_SECONDS = 120
STOP_SECONDS = 15
ROOT = Path(__file__).parents[2]
ACCESS_TOKEN = "APP_USR-1-010126-tests-100200300"
WEBHOOK_SECRET = "the-secret-of-the-tests"
BEHIND_THE_GATEWAY = ("orders", "payments", "emulator", "live")
THREADS = "16"
"""More than a process has connections to its database, so that some have to wait for one."""
WEB_WORKER = "servicekit.process.web_worker.PunctualWorker"
SHORT_DEADLINES = {"PAYMENT_DEADLINE_SECONDS": "12", "CANCEL_PATIENCE_SECONDS": "60", "PAYMENT_ATTEMPTS": "3"}


class SystemDidNotStart(Exception):
    """A process ended or stayed silent; the text carries the end of its log."""


class System(ABC):
    """A running system with short deadlines. `url` is the one address for clients."""

    url: str

    def __init__(self, folder: Path, settings: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.settings = {**SHORT_DEADLINES, **(settings or {})}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, tuple[list[str], dict[str, str]]] = {}
        self.roots: dict[str, Path] = {}
        """Where the sources of a process are, if it is not here, by its name."""

    @property
    def emulator(self) -> str:
        """The provider's base address."""
        return self.url + "/fake-checkout"

    @property
    @abstractmethod
    def books(self) -> tuple[str, str, str]:
        """The addresses of the databases: orders, payments, the provider's."""

    @abstractmethod
    def start(self) -> None:
        """Returns once the system answers. Raises SystemDidNotStart."""

    def stop(self) -> None:
        """Ends every process by SIGTERM."""
        for process in self.processes.values():
            process.terminate()
        with ExitStack() as stack:
            for name in list(self.processes):
                stack.callback(self.end, name)

    def end(self, name: str, how: int = signal.SIGTERM) -> int:
        """Ends one process and returns its exit status."""
        process = self.processes.pop(name)
        process.send_signal(how)
        try:
            return process.wait(STOP_SECONDS)
        finally:
            _kill(process)

    def kill(self, name: str) -> None:
        """Ends one process and all its children at this very moment, as if the power failed."""
        _kill(self.processes.pop(name))

    def kill_child(self, name: str) -> bool:
        """Ends what serves behind gunicorn's master, which starts another. False where there is none."""
        master = self.processes[name].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        return bool(children)

    def start_again(self, name: str) -> None:
        """Starts a process that has ended, as it was started before."""
        self.spawn(name, *self._started[name])

    def spawn(self, name: str, module: list[str], environ: dict[str, str]) -> None:
        """Starts `python -m ...` with its output in <name>.log."""
        self._started[name] = (module, environ)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *module],
                cwd=self.roots.get(name, ROOT),
                env=clean_environ(measured=name not in self.roots) | environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until(self, url: str) -> None:
        """Returns once the address answers 200. Raises SystemDidNotStart."""
        give_up = time.monotonic() + READY_SECONDS
        while time.monotonic() < give_up:
            dead = [name for name, process in self.processes.items() if process.poll() is not None]
            if dead:
                raise SystemDidNotStart(f"{dead} ended:\n{self.log(dead[0])}")
            try:
                if requests.get(url, timeout=2).ok:
                    return
            except (requests.ConnectionError, requests.Timeout):
                pass
            time.sleep(0.05)
        raise SystemDidNotStart(f"no answer from {url}")

    def log(self, name: str) -> str:
        """The end of what a process printed."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-4000:]


class EmbeddedSystem(System):
    """One process with SQLite, as `./run` starts it."""

    @property
    def books(self) -> tuple[str, str, str]:
        """Three files."""
        orders, payments, provider = (
            f"sqlite:///{self.folder / 'data' / name}.sqlite3"
            for name in ("orders", "payments", "fake_checkout")
        )
        return orders, payments, provider

    @property
    def environ(self) -> dict[str, str]:
        """By which `./run` and its commands know where it is."""
        return {"PORT": self.url.rpartition(":")[2], "DATA_DIR": str(self.folder / "data")}

    def start(self) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.spawn("standalone", ["standalone", "serve"], {**self.environ, **self.settings})
        self.wait_until(f"{self.url}/health/ready")


class ProductionSystem(System):
    """Web and worker processes of each service on PostgreSQL and RabbitMQ, the emulator, and a gateway.

    Each process is named for its service and its role: orders-web, payments-worker; the emulator is one, and
    so is live, which holds the event streams of orders_service.
    """

    def __init__(  # one argument for each thing that is outside
        self,
        folder: Path,
        *,
        orders_database: str,
        payments_database: str,
        broker: str,
        settings: dict[str, str] | None = None,
    ) -> None:
        super().__init__(folder, settings)
        self._databases = {"orders": orders_database, "payments": payments_database}
        self._broker = broker
        self._gateway: Gateway | None = None
        self._emulators_books = f"sqlite:///{folder / 'fake_checkout.sqlite3'}"
        names = ("orders", "payments", "emulator", "live", "orders-worker", "payments-worker")
        self.ports = {name: free_port() for name in names}

    @property
    def books(self) -> tuple[str, str, str]:
        """Two databases of PostgreSQL, and a file of the emulator's."""
        return self._databases["orders"], self._databases["payments"], self._emulators_books

    def start(self) -> None:
        self.url = self.start_gateway({name: self.address(name) for name in BEHIND_THE_GATEWAY})
        self.start_emulator()
        for service in ("orders", "payments"):
            self.command(service, ["migrate"])
        self.command("orders", ["load-demo"])
        for service in ("orders", "payments"):
            self.start_web(service)
            self.start_worker(service)
        self.start_live()
        for name in self.ports:
            self.wait_until(f"{self.address(name)}/health/ready")

    def start_gateway(self, behind: dict[str, str]) -> str:
        """Starts what leads clients to the addresses behind it, by name. Returns its own."""
        self._gateway = Gateway(**behind)
        return self._gateway.url

    def address(self, name: str) -> str:
        """Where a process answers, past the gateway: orders, payments, emulator, live or <service>-worker."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def stop(self) -> None:
        super().stop()
        if self._gateway is not None:
            self._gateway.stop()

    def start_web(self, service: str) -> None:
        """Starts a service's web process."""
        self._serve(f"{service}-web", f"{_package(service)}.wsgi:application", service, self.environ(service))

    def start_worker(self, service: str, broker: str | None = None) -> None:
        """Starts a service's worker process, with another address of the broker if one is given."""
        name = f"{service}-worker"
        own = {"WORKER_PORT": str(self.ports[name]), "BROKER_URL": broker or self._broker}
        self.spawn(name, [f"{_package(service)}.worker"], self.environ(service) | own)

    def start_live(self) -> None:
        """Starts the process that holds the event streams."""
        self.spawn(
            "live", ["orders_service.live"], {**self.environ("orders"), "LIVE_PORT": str(self.ports["live"])}
        )

    def roll_out(self, service: str) -> int:
        """Puts a new web process in the old one's place, as a rolling update does. Returns the old one's exit
        status: it is asked to end when the new one is ready and clients are led there.
        """
        assert self._gateway is not None
        old, self.ports[service] = f"{service}-web-old", free_port()
        self.processes[old] = self.processes.pop(f"{service}-web")
        self.start_web(service)
        self.wait_until(f"{self.address(service)}/health/ready")
        self._gateway.lead(service, self.address(service))
        return self.end(old)

    def start_emulator(self) -> None:
        """Starts the provider's stand-in."""
        books = {"DATABASE_URL": self._emulators_books}
        environ = {**self._common(), **books, "FAKE_CHECKOUT_PUBLIC_URL": self.emulator}
        self._serve("emulator", "fake_checkout.wsgi:application", "emulator", environ)

    def command(self, service: str, words: list[str]) -> str:
        """Runs one of a service's commands and returns what it printed."""
        module = _package(service)
        completed = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=clean_environ() | self.environ(service),
            capture_output=True,
            text=True,
            timeout=READY_SECONDS,
            check=False,
        )
        if completed.returncode != 0:
            raise SystemDidNotStart(f"{module} {words}: {completed.stdout}{completed.stderr}")
        return completed.stdout

    def environ(self, service: str) -> dict[str, str]:
        """The environment of a service's processes."""
        return {**self._common(), "DATABASE_URL": self._databases[service], "BROKER_URL": self._broker}

    def _common(self) -> dict[str, str]:
        return {
            **key_pair(self.folder, {}),
            "PUBLIC_URL": self.url,
            "FAKE_CHECKOUT_CONTROL": "on",
            "MERCADO_PAGO_BASE_URL": f"http://127.0.0.1:{self.ports['emulator']}",
            "MERCADO_PAGO_ACCESS_TOKEN": ACCESS_TOKEN,
            "MERCADO_PAGO_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "MERCADO_PAGO_PUBLIC_KEY": DEMO_PUBLIC_KEY,
            "MERCADO_PAGO_SCRIPT_URL": "/fake-checkout/js/v2",
            "WEBHOOK_URL": f"{self.url}/payments/webhook",
            **self.settings,
        }

    def _serve(self, name: str, application: str, service: str, environ: dict[str, str]) -> None:
        where = ["--bind", f"127.0.0.1:{self.ports[service]}"]
        how = ["--worker-class", WEB_WORKER, "--threads", THREADS, "--workers", "1", "--no-control-socket"]
        most = ["--limit-request-line", str(LONGEST_REQUEST_LINE)]
        self.spawn(name, ["gunicorn", *where, *how, *most, application], environ)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Each process leads a group, in which gunicorn's workers are."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _package(service: str) -> str:
    return {"orders": "orders_service", "payments": "payment_service"}[service]


def clean_environ(*, measured: bool = True) -> dict[str, str]:
    """This process's environment without what would configure Comanda; measured, with what counts lines."""
    keep = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR")
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE") and measured}
    return {name: os.environ[name] for name in keep if name in os.environ} | coverage
