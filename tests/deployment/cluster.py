"""Kubernetes manifests as a cluster would see them: objects, pods, and the environment of each container."""

import base64
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "kubernetes"
OVERLAY = FOLDER / "production"
NOT_FOR_PRODUCTION = {"fake-checkout.yaml"}
WORKLOADS = ("Deployment", "StatefulSet", "Job")

Thing = dict[str, Any]
"""One object of a manifest, or a part of it."""


@dataclass(frozen=True)
class Pod:
    """The pods of one workload; they are all alike."""

    owner: Thing

    @property
    def name(self) -> str:
        return self.owner["metadata"]["name"]

    @property
    def labels(self) -> Mapping[str, str]:
        return self.owner["spec"]["template"]["metadata"]["labels"]

    @property
    def spec(self) -> Thing:
        return self.owner["spec"]["template"]["spec"]

    @property
    def containers(self) -> list[Thing]:
        """Those that run, and before them those that come first."""
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]

    def port(self, named: str | int) -> int | None:
        """The number of a port that one of the containers opens, by its name or itself."""
        for container in self.spec["containers"]:
            for port in container.get("ports", []):
                if named in (port["name"], port["containerPort"]):
                    return port["containerPort"]
        return None


class Cluster:
    """All objects of some files, each known by its kind and name."""

    def __init__(self, objects: list[Thing]) -> None:
        self.objects = objects

    def of(self, *kinds: str) -> list[Thing]:
        return [thing for thing in self.objects if thing["kind"] in kinds]

    def find(self, kind: str, name: str) -> Thing | None:
        """The object, or None. What a store of secrets brings counts as the Secret that it makes."""
        for thing in self.of(kind):
            if thing["metadata"]["name"] == name:
                return thing
        return _made_secret(self.find("ExternalSecret", name)) if kind == "Secret" else None

    def get(self, kind: str, name: str) -> Thing:
        """The object. Raises KeyError, naming it."""
        found = self.find(kind, name)
        if found is None:
            raise KeyError(f"{kind}/{name}")
        return found

    @property
    def pods(self) -> list[Pod]:
        return [Pod(owner) for owner in self.of(*WORKLOADS)]

    def pod(self, name: str) -> Pod:
        return next(pod for pod in self.pods if pod.name == name)

    def selected(self, selector: Thing) -> list[Pod]:
        """The pods with these labels. An empty selector means all of them."""
        return [pod for pod in self.pods if matches(selector, pod.labels)]

    def environ(self, container: Thing) -> dict[str, str]:
        """The container's variables, of ConfigMaps and Secrets too. Raises KeyError for what is missing."""
        environ: dict[str, str] = {}
        for source in container.get("envFrom", []):
            (field, reference), *_ = source.items()
            kind = {"configMapRef": "ConfigMap", "secretRef": "Secret"}[field]
            environ |= data_of(self.get(kind, reference["name"]))
        for variable in container.get("env", []):
            environ[variable["name"]] = self._value(variable)
        return environ

    def _value(self, variable: Thing) -> str:
        if "value" in variable:
            return variable["value"]
        (field, reference), *_ = variable["valueFrom"].items()
        if field == "fieldRef":
            return reference["fieldPath"]
        kind = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}[field]
        values = data_of(self.get(kind, reference["name"]))
        if reference["key"] not in values:
            raise KeyError(f"{kind}/{reference['name']}: {reference['key']}")
        return values[reference["key"]]

    def changed(self) -> "Cluster":
        """A copy, to be broken."""
        return Cluster(copy.deepcopy(self.objects))


def matches(selector: Thing, labels: Mapping[str, str]) -> bool:
    """Whether a label selector takes these labels."""
    exact = all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())
    return exact and all(
        labels.get(one["key"]) in one["values"] for one in map(_only_in, selector.get("matchExpressions", []))
    )


def _only_in(expression: Thing) -> Thing:
    assert expression["operator"] == "In", "no other operator is used here"
    return expression


def data_of(thing: Thing) -> dict[str, str]:
    """What a ConfigMap or a Secret holds."""
    hidden = {
        name: base64.b64decode(value).decode() if thing["kind"] == "Secret" else value
        for name, value in (thing.get("data") or {}).items()
    }
    return hidden | (thing.get("stringData") or {})


def _made_secret(external: Thing | None) -> Thing | None:
    """The Secret that the store's operator makes of it; the values are the store's, and empty here."""
    if external is None:
        return None
    keys = [entry["secretKey"] for entry in external["spec"]["data"]]
    return {"kind": "Secret", "metadata": external["metadata"], "stringData": dict.fromkeys(keys, "")}


def read(paths: list[Path]) -> Cluster:
    """What is in the files."""
    return Cluster([thing for path in sorted(paths) for thing in _documents(path)])


def _documents(path: Path) -> Iterator[Thing]:
    for document in yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
        assert isinstance(document, dict), f"{path.name} has an empty document"
        yield document


def files_of_demonstration() -> list[Path]:
    """What `kubectl apply -f kubernetes` reads: the folder, not those below."""
    return sorted(FOLDER.glob("*.yaml"))


def files_of_production() -> list[Path]:
    """The overlay, and of the folder above it what the overlay has no file of the same name for."""
    overlay = sorted(OVERLAY.glob("*.yaml"))
    replaced = {path.name for path in overlay} | NOT_FOR_PRODUCTION
    return [path for path in files_of_demonstration() if path.name not in replaced] + overlay
