"""The project's containers, by `docker compose`: whichever engine PATH and DOCKER_HOST lead to."""

import json
import os
import subprocess
from collections.abc import Sequence

from tests.servers.system import ROOT

PROJECT = "comanda"
UP_SECONDS = 600
RESTART_SECONDS = 300


class ComposeFailed(Exception):
    """The command failed; the text is what it said."""


class Compose:
    """The services of docker-compose.yml, with these settings in its environment."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._environ = {**os.environ, **settings, "COMPOSE_ANSI": "never"}

    def services(self) -> list[str]:
        """All that start without a profile, in the order of the file's names."""
        return self._compose("config", "--services").split()

    def up(self, services: Sequence[str]) -> None:
        """Build and start them, as the documentation says; returns when all of them are well."""
        self._compose("up", "--build", "-V", "--detach", "--wait", *services, within=UP_SECONDS)

    def restart(self, service: str) -> None:
        """Returns when its containers have been ended and started, and are well."""
        self._compose("restart", service, within=RESTART_SECONDS)
        self._compose(
            "up", "--no-recreate", "--no-deps", "--detach", "--wait", service, within=RESTART_SECONDS
        )

    def load(self) -> str:
        """What the profile `load` says of its customers."""
        once = ("run", "--rm", "--no-deps")
        return self._compose("--profile", "load", *once, "load", within=UP_SECONDS).strip()

    def address(self, service: str) -> str:
        """The address of its container, which this machine reaches where the engine runs on it."""
        container = self._compose("ps", "--quiet", service).split()[0]
        networks = json.loads(
            self._docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", container)
        )
        return str(next(iter(networks.values()))["IPAddress"])

    def logs(self, service: str) -> str:
        """The end of what it printed."""
        return self._compose("logs", "--no-log-prefix", "--tail", "40", service)

    def down(self) -> None:
        """Take it down with its volumes."""
        self._compose("down", "--volumes", "--remove-orphans", "--timeout", "60", within=RESTART_SECONDS)

    def left_behind(self) -> list[str]:
        """Containers, networks and volumes of the project's that are still there."""
        mine = ("--quiet", "--filter", f"label=com.docker.compose.project={PROJECT}")
        kinds = (("ps", "--all"), ("network", "ls"), ("volume", "ls"))
        return [f"{kind[0]} {one}" for kind in kinds for one in self._docker(*kind, *mine).split()]

    def _compose(self, *words: str, within: float = 60) -> str:
        return self._docker("compose", *words, within=within)

    def _docker(self, *words: str, within: float = 60) -> str:
        done = subprocess.run(
            ["docker", *words],
            cwd=ROOT,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )
        if done.returncode != 0:
            raise ComposeFailed(f"docker {' '.join(words)}: {done.stderr[-4000:]}")
        return done.stdout
