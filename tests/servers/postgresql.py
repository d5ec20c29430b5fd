"""A private PostgreSQL, reached over the loopback address with a password of its own."""

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import psycopg

from tests.servers.machine import find_program, free_port
from tests.servers.private_server import PrivateServer

FOLDERS = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    # The machine does not lose power during a test run; what survives a killed process does not need these.
    "fsync": "off",
    "full_page_writes": "off",
    "log_min_messages": "fatal",
}


def _program(name: str) -> Path | None:
    return find_program(name, *FOLDERS)


class PostgresqlServer(PrivateServer):
    """One cluster for the whole run; each test gets a database of its own in it."""

    name = "PostgreSQL"
    variable = "TEST_POSTGRES_URL"
    package = "postgresql"
    settings: ClassVar[Mapping[str, str]] = SETTINGS
    stop_signal = signal.SIGINT  # a fast shutdown; SIGTERM would wait for every client to leave
    port = 0

    @classmethod
    def missing_programs(cls) -> list[str]:
        """Returns what is missing of initdb and postgres."""
        return [name for name in ("initdb", "postgres") if _program(name) is None]

    @property
    def address(self) -> str:
        """The address of the maintenance database, as the superuser."""
        return f"postgresql://comanda:{self.password}@127.0.0.1:{self.port}/postgres"

    def launch(self) -> None:
        """Makes a cluster and serves it."""
        password_file = self.write("password", self.password)
        self.run([
            _program("initdb") or "initdb",
            f"--pgdata={self._data}",
            "--username=comanda",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ])  # fmt: skip
        self.port = free_port()
        self.serve()

    def serve(self) -> None:
        """Serves the cluster."""
        settings = [f"--{name}={value}" for name, value in self.settings.items()]
        self.spawn([_program("postgres") or "postgres", "-D", self._data, f"--port={self.port}", *settings])

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def answers(self) -> bool:
        """Tells whether the maintenance database takes connections."""
        try:
            psycopg.connect(self.address, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True
