"""The compose file as compose sees it, and what must be true of it: each rule tells its faults."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tests.deployment.cluster import ROOT, Thing
from tests.deployment.dockerfile import IMAGES, Dockerfile
from tests.deployment.process import Process

FILE = ROOT / "docker-compose.yml"
DEFAULT = re.compile(r"\$\{\w+:-([^}]*)\}")
ADDRESS = re.compile(r"(\w+://)?([^@/]*@)?(?P<host>(?!localhost)[a-z][a-z0-9-]*):(?P<port>\d+)(/.*)?")
PORTS = {"postgres": 5432, "rabbitmq": 5672, "redis": 6379}
"""Those of images that are not ours."""
PROBE = ["CMD", "python", "-m", "servicekit.process.probe"]


@dataclass(frozen=True)
class Compose:
    """The file's content, with nothing set in the environment."""

    content: Thing

    @classmethod
    def read(cls) -> "Compose":
        return cls(_filled_in(yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)))

    @property
    def services(self) -> dict[str, Thing]:
        return self.content["services"]

    @property
    def processes(self) -> dict[str, Process]:
        """The containers of our images that run what the image runs."""
        return {
            name: Process(
                where=name,
                image=service["image"],
                words=service.get("command", []),
                given=service["environment"],
                asked=frozenset(_asked(service)),
            )
            for name, service in self.services.items()
            if service["image"] in IMAGES and "entrypoint" not in service
        }

    def port(self, name: str) -> int | None:
        """Where a service listens."""
        process = self.processes.get(name)
        return process.port if process else PORTS.get(name)


def _filled_in(content: Any) -> Any:
    """After the file was read as YAML: what a default says stays a text."""
    if isinstance(content, dict):
        return {name: _filled_in(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_filled_in(value) for value in content]
    return DEFAULT.sub(r"\1", content) if isinstance(content, str) else content


def _asked(service: Thing) -> Iterator[tuple[str, int]]:
    test = service.get("healthcheck", {}).get("test", [])
    if test[: len(PROBE)] == PROBE:
        (port,) = test[len(PROBE) :] or ["8000"]
        yield "/health/ready", int(port)


def processes_fit(compose: Compose) -> Iterator[str]:
    """Settings, commands, ports and paths are those of the code."""
    for process in compose.processes.values():
        yield from process.faults()


def images_are_built(compose: Compose) -> Iterator[str]:
    """Ours are built from their Dockerfiles; others have a version."""
    for name, service in compose.services.items():
        image, built = service["image"], service.get("build")
        if image in IMAGES:
            if built is not None and built != {"context": ".", "dockerfile": IMAGES[image]}:
                yield f"{name}: {image} is built from something else"
        elif built is not None or image.partition(":")[2] in {"", "latest"}:
            yield f"{name}: {image} has no version, or is not ours to build"
    for image in set(IMAGES) - {one["image"] for one in compose.services.values() if "build" in one}:
        yield f"nothing builds {image}"


def addresses_lead_somewhere(compose: Compose) -> Iterator[str]:
    """Every address that a container is told is a service's, at its port, in a network that both are in."""
    for name, service in compose.services.items():
        for variable, value in service.get("environment", {}).items():
            found = ADDRESS.fullmatch(str(value)) if variable.endswith(("_URL", "_UPSTREAM")) else None
            if found is None:
                continue
            host = found["host"]
            if compose.port(host) != int(found["port"]):
                yield f"{name}: {variable} leads to {host}, where nothing listens on {found['port']}"
            elif not _is_once(service) and not _networks(service) & _networks(compose.services[host]):
                yield f"{name}: {variable} leads to {host}, with which it has no network"


def _is_once(service: Thing) -> bool:
    """It is told what its service's other processes are told, and needs the database alone."""
    return service["restart"] == "no"


def _networks(service: Thing) -> set[str]:
    return set(service["networks"])


def waits_end(compose: Compose) -> Iterator[str]:
    """Whoever is waited for is there, and can come as far as it is waited for."""
    for name, service in compose.services.items():
        for other, condition in _waits(service):
            awaited = compose.services.get(other)
            if awaited is None:
                yield f"{name}: waits for {other}, which is not there"
            elif condition == "service_healthy" and not _is_asked(awaited):
                yield f"{name}: waits until {other} is healthy, which nobody asks"
            elif condition == "service_completed_successfully" and not _is_once(awaited):
                yield f"{name}: waits for the end of {other}, which is started again and again"


def _waits(service: Thing) -> Iterator[tuple[str, str]]:
    waits = service.get("depends_on", {})
    for other in waits:
        yield other, waits[other]["condition"] if isinstance(waits, dict) else "service_started"


def _is_asked(service: Thing) -> bool:
    check = service.get("healthcheck")
    if check is None:
        image = service["image"]
        return image in IMAGES and any(word == "HEALTHCHECK" for word, _ in Dockerfile.of(image).last_stage)
    return not check.get("disable", False)


def parts_are_there(compose: Compose) -> Iterator[str]:
    """Networks and volumes are declared, files that are mounted exist, ports that are published are open."""
    for name, service in compose.services.items():
        for network in _networks(service) - set(compose.content["networks"]):
            yield f"{name}: the network {network} is not declared"
        for source in (volume.partition(":")[0] for volume in service.get("volumes", [])):
            if source.startswith("./") and not (ROOT / source).exists():
                yield f"{name}: {source} does not exist"
            elif not source.startswith(("./", "/")) and source not in compose.content["volumes"]:
                yield f"{name}: the volume {source} is not declared"
        for port in (int(one.rpartition(":")[2]) for one in service.get("ports", [])):
            if name in compose.processes and port != compose.port(name):
                yield f"{name}: publishes {port}, where nothing listens"


RULES = (processes_fit, images_are_built, addresses_lead_somewhere, waits_end, parts_are_there)
