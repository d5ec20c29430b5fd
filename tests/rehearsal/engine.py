"""Docker's command line, and what of ours is on the engine: all of it is labelled, and goes with it."""

import os
import subprocess
from collections.abc import Mapping

NAME = "comanda-k8s"
LABEL = f"rehearsal={NAME}"


class DockerFailed(Exception):
    """A command of docker's did not do what it was to do; the message carries what it said."""


def docker(*arguments: str, environ: Mapping[str, str] | None = None, seconds: float = 120) -> str:
    """Run `docker ...` and return what it printed. Raises DockerFailed, subprocess.TimeoutExpired."""
    done = subprocess.run(
        ["docker", *arguments],
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        raise DockerFailed(f"docker {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


def build(images: Mapping[str, str]) -> None:
    """Each image from its Dockerfile, with the folder that we are in as context."""
    for image, dockerfile in images.items():
        docker("build", "--quiet", "--tag", f"{image}:{NAME}", "--file", dockerfile, ".", seconds=1800)


def clear() -> None:
    """Remove what a rehearsal has left on the engine, this one or one before."""
    if containers := docker("ps", "--all", "--quiet", "--filter", f"label={LABEL}").split():
        docker("rm", "--force", "--volumes", *containers)
    for kind in ("network", "volume"):
        if left := docker(kind, "ls", "--quiet", "--filter", f"label={LABEL}").split():
            docker(kind, "rm", *left)
    if images := docker(
        "images", "--filter", f"reference=*/*:{NAME}", "--format", "{{.Repository}}:{{.Tag}}"
    ).split():
        docker("rmi", *images)
