"""What the machine offers: programs, free ports, and an account that may do nothing."""

import os
import pwd
import random
import shutil
import socket
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

UNPRIVILEGED = "nobody"
QUIET_PORTS = range(15_000, 32_000)
"""From which no system takes a port for the near end of a connection: it may be long until one is used."""


class Account(TypedDict, total=False):
    """The arguments by which `subprocess.Popen` runs a program as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


def find_program(name: str, *patterns: str) -> Path | None:
    """Returns the program of this name: the newest that matches `patterns`, else the one in PATH."""
    for pattern in patterns:
        folders = sorted(Path("/").glob(pattern.lstrip("/")), key=_version, reverse=True)
        for folder in folders:
            if os.access(folder / name, os.X_OK):
                return folder / name
    found = shutil.which(name)
    return Path(found) if found else None


def _version(folder: Path) -> list[int]:
    return [int(part) for part in folder.parts if part.isdigit()]


def free_port() -> int:
    """Returns a TCP port of the loopback address that nobody used a moment ago."""
    while True:
        port = random.SystemRandom().choice(QUIET_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def server_account() -> Account:
    """Returns the account that servers run under: an unprivileged one for root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(UNPRIVILEGED)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def give_to_server_account(path: Path) -> None:
    """Makes a file or folder belong to the account that servers run under."""
    account = server_account()
    if account:
        os.chown(path, account["user"], account["group"])
