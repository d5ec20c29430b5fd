"""Node, and a project of it with its packages in place."""

import os
import shutil
import subprocess
import zlib
from pathlib import Path

INSTALL_SECONDS = 300
NEEDED = ("node", "npm")


class NodeFailed(Exception):
    """A command of Node's did not do what it was to do; the message carries what it printed."""


def why_node_is_missing() -> str | None:
    """Returns one sentence on what this machine lacks to run Node, or None."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if not missing:
        return None
    return f"Node is not installed: {', '.join(missing)} not found (Debian: apt-get install nodejs npm)"


def install_packages(project: Path) -> None:
    """Installs what the project's lock names, unless that is in place already. Raises NodeFailed.

    What is installed is known by the lock's checksum, written down once all is in place.
    """
    lock = (project / "package-lock.json").read_bytes()
    stamp = project / "node_modules" / ".installed"
    wanted = f"{zlib.crc32(lock)} {len(lock)}"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    run_node(project, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", seconds=INSTALL_SECONDS)
    stamp.write_text(wanted, encoding="utf-8")


def run_node(project: Path, *command: str, seconds: float, **environment: str) -> str:
    """Runs a command in the project and returns what it printed. Raises NodeFailed."""
    try:
        done = subprocess.run(
            command,
            cwd=project,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NodeFailed(f"{' '.join(command)} took more than {seconds:g} s:\n{error.output}") from error
    if done.returncode:
        raise NodeFailed(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout
