"""A private streaming replica of a private PostgreSQL."""

from collections.abc import Mapping
from typing import ClassVar

from tests.servers.machine import find_program, free_port
from tests.servers.postgresql import FOLDERS, SETTINGS, PostgresqlServer


class ReplicaServer(PostgresqlServer):
    """Follows its primary from the moment that it is started, over the address by which it is to reach it."""

    settings: ClassVar[Mapping[str, str]] = {**SETTINGS, "wal_retrieve_retry_interval": "100ms"}

    def __init__(self, primary: PostgresqlServer, way: str) -> None:
        super().__init__()
        self._way = way
        self.password = primary.password

    def launch(self) -> None:
        """Copies the primary, with where to go on from, and serves the copy."""
        self.run([
            find_program("pg_basebackup", *FOLDERS) or "pg_basebackup",
            f"--pgdata={self._data}",
            f"--dbname={self._way}",
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
        ])  # fmt: skip
        self.port = free_port()
        self.serve()
