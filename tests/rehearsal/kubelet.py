"""What a kubelet does for one pod, by means of Docker: mounts, variables, security, restarts, probes."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.deployment.cluster import Cluster, Pod, Thing, data_of
from tests.rehearsal.engine import LABEL, NAME, DockerFailed, docker

DOMAINS = ("", ".default", ".default.svc", ".default.svc.cluster.local")
LONGEST_BACK_OFF_SECONDS = 10
PATIENCE_SECONDS = 420


class NotReady(Exception):
    """A pod has not come as far as it should; the message carries the end of its log."""


class Kubelet:
    """Runs pods of a cluster; `folder` is where files of ConfigMaps and Secrets are laid out."""

    def __init__(self, cluster: Cluster, folder: Path, published: Mapping[str, tuple[int, int]]) -> None:
        self._cluster = cluster
        self._folder = folder
        self._published = published

    def run(self, pod: Pod) -> None:
        """Init containers one after the other, then what runs; returns when that is ready, or has ended well.

        Raises NotReady.
        """
        for container in pod.spec.get("initContainers", []):
            self._once(pod, container)
        (container,) = pod.spec["containers"]
        if pod.owner["kind"] == "Job":
            self._once(pod, container)
            return
        self._start(pod, container, "--detach", "--restart", "always")
        for name in ("startupProbe", "readinessProbe"):
            self._wait_for(pod, container, name)

    def remove(self, pod: Pod) -> None:
        """End it as a pod is ended: with SIGTERM, or what its image says, and its time of grace."""
        (container,) = pod.spec["containers"]
        grace = pod.spec.get("terminationGracePeriodSeconds", 30)
        docker("stop", "--time", str(grace), _name(pod, container), seconds=grace + 30)
        docker("rm", _name(pod, container))

    def await_ready(self, pod: Pod) -> None:
        """Returns once a pod that has started is ready, again perhaps. Raises NotReady."""
        (container,) = pod.spec["containers"]
        self._wait_for(pod, container, "readinessProbe")

    def probe(self, pod: Pod, name: str) -> bool:
        """What a probe of the pod's container says at this moment."""
        (container,) = pod.spec["containers"]
        return _probe(pod, container, container[name])

    def _once(self, pod: Pod, container: Thing) -> None:
        """Until it has ended well, again and again, with longer and longer pauses."""
        give_up, wait = time.monotonic() + PATIENCE_SECONDS, 1.0
        while True:
            try:
                self._start(pod, container, "--rm", seconds=PATIENCE_SECONDS)
            except DockerFailed as failed:
                if time.monotonic() > give_up:
                    raise NotReady(str(failed)) from failed
                time.sleep(wait)
                wait = min(LONGEST_BACK_OFF_SECONDS, wait * 2)
            else:
                return

    def _wait_for(self, pod: Pod, container: Thing, name: str) -> None:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not _probe(pod, container, container[name]):
            if time.monotonic() > give_up:
                log = docker("logs", "--tail", "30", _name(pod, container))
                raise NotReady(f"{pod.name}: {name} fails:\n{log}")
            time.sleep(container[name].get("periodSeconds", 10))

    def _start(self, pod: Pod, container: Thing, *how: str, seconds: float = 60) -> None:
        environ = self._cluster.environ(container)
        limits = container["resources"]["limits"]
        security = pod.spec["securityContext"]
        command = container.get("command", [])
        words = [_filled_in(word, environ) for word in [*command[1:], *container.get("args", [])]]
        docker(
            "run",
            *how,
            *("--name", _name(pod, container), "--label", LABEL, "--hostname", _host(pod), "--network", NAME),
            *(part for alias in self._aliases(pod) for part in ("--network-alias", alias)),
            *("--user", f"{security['runAsUser']}:{security['runAsGroup']}", "--read-only"),
            *(
                "--cap-drop",
                "ALL",
                "--security-opt",
                "no-new-privileges",
                "--group-add",
                str(security["fsGroup"]),
            ),
            *("--memory", _bytes(limits["memory"]), "--cpus", _cpus(limits["cpu"]), "--no-healthcheck"),
            *(part for name in environ for part in ("--env", name)),
            *(part for mount in self._mounts(pod, container) for part in mount),
            *self._publish(pod),
            *(("--entrypoint", command[0]) if command else ()),
            image_of(container),
            *words,
            environ=environ,
            seconds=seconds,
        )

    def _aliases(self, pod: Pod) -> Iterator[str]:
        for service in self._cluster.of("Service"):
            if self._cluster.selected({"matchLabels": service["spec"]["selector"]}) == [pod]:
                yield from (service["metadata"]["name"] + domain for domain in DOMAINS)

    def _publish(self, pod: Pod) -> list[str]:
        if pod.name not in self._published:
            return []
        ours, theirs = self._published[pod.name]
        return ["--publish", f"127.0.0.1:{ours}:{theirs}"]

    def _mounts(self, pod: Pod, container: Thing) -> Iterator[tuple[str, str]]:
        volumes = {volume["name"]: volume for volume in pod.spec.get("volumes", [])}
        group = pod.spec["securityContext"]["fsGroup"]
        for mount in container.get("volumeMounts", []):
            volume, path = volumes.get(mount["name"], {}), mount["mountPath"]
            if volume.get("emptyDir", {}).get("medium") == "Memory":
                yield "--tmpfs", f"{path}:rw,mode=1777,size={_bytes(volume['emptyDir']['sizeLimit'])}"
            elif "emptyDir" in volume:
                yield "--volume", f"{self._empty(pod, container, mount['name'], group)}:{path}"
            elif "configMap" in volume or "secret" in volume:
                folder = self._laid_out(volume) / mount.get("subPath", "")
                yield "--volume", f"{folder}:{path}:ro"
            else:
                claim = volume.get("persistentVolumeClaim", {}).get(
                    "claimName", f"{mount['name']}-{pod.name}-0"
                )
                yield "--volume", f"{_claimed(claim, group, image_of(container))}:{path}:nocopy"

    def _empty(self, pod: Pod, container: Thing, volume: str, group: int) -> Path:
        """A folder that everybody in the container may write, and that is its group's."""
        folder = self._folder / "emptyDir" / _name(pod, container) / volume
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        os.chown(folder, -1, group)
        folder.chmod(0o2777)
        return folder

    def _laid_out(self, volume: Thing) -> Path:
        """The files of a ConfigMap or a Secret, for everybody to read as those that a kubelet mounts."""
        kind, name = (
            ("ConfigMap", volume["configMap"]["name"])
            if "configMap" in volume
            else ("Secret", volume["secret"]["secretName"])
        )
        folder = self._folder / kind / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in data_of(self._cluster.get(kind, name)).items():
            (folder / file).write_text(text, encoding="utf-8")
        return folder


def _claimed(claim: str, group: int, image: str) -> str:
    """A volume for a claim; its root is the group's, as fsGroup has it."""
    name = f"{NAME}-{claim}"
    if not docker("volume", "ls", "--quiet", "--filter", f"name=^{name}$"):
        docker("volume", "create", "--label", LABEL, name)
        for_group = f"chown root:{group} /claimed && chmod 2775 /claimed"
        nocopy = f"{name}:/claimed:nocopy"
        docker("run", "--rm", "--user", "0", "--volume", nocopy, "--entrypoint", "sh", image, "-c", for_group)
    return name


def image_of(container: Thing) -> str:
    """Ours have a tag of the rehearsal's: what else is built on the engine is left alone."""
    return container["image"].replace(":latest", f":{NAME}")


def _filled_in(word: str, environ: Mapping[str, str]) -> str:
    return re.sub(r"\$\((\w+)\)", lambda name: environ.get(name[1], name[0]), word)


def _cpus(quantity: Any) -> str:
    text = str(quantity)
    return str(int(text[:-1]) / 1000) if text.endswith("m") else text


def _bytes(quantity: str) -> str:
    return quantity.removesuffix("i").lower()


def _host(pod: Pod) -> str:
    return f"{pod.name}-0"


def _name(pod: Pod, container: Thing) -> str:
    return f"{NAME}-{pod.name}-{container['name']}"


def _probe(pod: Pod, container: Thing, probe: Thing) -> bool:
    name, seconds = _name(pod, container), probe.get("timeoutSeconds", 1)
    try:
        if "exec" in probe:
            docker("exec", name, *probe["exec"]["command"], seconds=seconds)
            return True
        address = docker(
            "inspect", "--format", f'{{{{(index .NetworkSettings.Networks "{NAME}").IPAddress}}}}', name
        )
        if "tcpSocket" in probe:
            socket.create_connection((address, pod.port(probe["tcpSocket"]["port"])), seconds).close()
            return True
        connection = http.client.HTTPConnection(address, pod.port(probe["httpGet"]["port"]), timeout=seconds)
        connection.request("GET", probe["httpGet"]["path"])
        return 200 <= connection.getresponse().status < 400
    except (OSError, http.client.HTTPException, DockerFailed, subprocess.TimeoutExpired):
        return False
