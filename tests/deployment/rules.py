"""What must be true of a cluster's objects among themselves. Each rule tells its faults; none is none."""

import re
from collections.abc import Iterator

from tests.deployment.cluster import WORKLOADS, Cluster, Pod, Thing, data_of, matches
from tests.deployment.dockerfile import IMAGES
from tests.deployment.flows import Flow
from tests.deployment.process import Process

ADDRESS = re.compile(
    r"(\w+://)?([^@/]+@)?(?P<host>(?!localhost)[a-z0-9-]+)(\.default\.svc\.cluster\.local)?:(?P<port>\d+)(/.*)?"
)
UNUSED = {
    (pod, name)
    for pods, names in (
        (("orders-web", "orders-live", "orders-migrate"), ("BROKER_URL",)),
        (("orders-migrate",), ("REDIS_URL",)),
        (("payment-web", "payment-migrate"), ("BROKER_URL", "MERCADO_PAGO_BASE_URL")),
        (("payment-web", "payment-worker", "payment-migrate"), ("WEBHOOK_URL",)),
    )
    for pod in pods
    for name in names
}
"""Addresses that a process is told with its service's others, and does not speak to."""
SIZES = {"cpu", "memory"}
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


def references(cluster: Cluster) -> Iterator[str]:
    """Every ConfigMap, Secret, key, claim and account that a pod names is declared."""
    for pod in cluster.pods:
        for container in pod.containers:
            try:
                cluster.environ(container)
            except KeyError as missing:
                yield f"{pod.name}: {missing} is not declared"
        for volume in pod.spec.get("volumes", []):
            yield from _missing_volume(cluster, pod, volume)
        account = pod.spec["serviceAccountName"]
        if cluster.find("ServiceAccount", account) is None:
            yield f"{pod.name}: ServiceAccount/{account} is not declared"
        yield from _mounts(cluster, pod)


def _missing_volume(cluster: Cluster, pod: Pod, volume: Thing) -> Iterator[str]:
    fields = {
        "configMap": ("ConfigMap", "name"),
        "secret": ("Secret", "secretName"),
        "persistentVolumeClaim": ("PersistentVolumeClaim", "claimName"),
    }
    for field, (kind, key) in fields.items():
        if field in volume and cluster.find(kind, volume[field][key]) is None:
            yield f"{pod.name}: {kind}/{volume[field][key]} is not declared"


def _mounts(cluster: Cluster, pod: Pod) -> Iterator[str]:
    volumes = {volume["name"]: volume for volume in pod.spec.get("volumes", [])}
    claimed = {claim["metadata"]["name"] for claim in pod.owner["spec"].get("volumeClaimTemplates", [])}
    for container in pod.containers:
        for mount in container.get("volumeMounts", []):
            volume = volumes.get(mount["name"])
            if volume is None and mount["name"] not in claimed:
                yield f"{pod.name}: the volume {mount['name']} is not declared"
            elif volume and "subPath" in mount and mount["subPath"] not in _files_of(cluster, volume):
                yield f"{pod.name}: {mount['subPath']} is not in {mount['name']}"


def _files_of(cluster: Cluster, volume: Thing) -> set[str]:
    if "configMap" in volume:
        return set(data_of(cluster.get("ConfigMap", volume["configMap"]["name"])))
    return set(data_of(cluster.get("Secret", volume["secret"]["secretName"])))


def selectors(cluster: Cluster) -> Iterator[str]:
    """What selects pods or names a workload finds it."""
    for owner in cluster.of(*WORKLOADS):
        pod = Pod(owner)
        if owner["kind"] != "Job" and cluster.selected(owner["spec"]["selector"]) != [pod]:
            yield f"{pod.name}: its selector does not take its own pods, or takes others"
    for service in cluster.of("Service"):
        if "externalName" not in service["spec"] and len(_behind(cluster, service)) != 1:
            yield f"Service/{service['metadata']['name']}: selects not exactly one kind of pod"


def spreads(cluster: Cluster) -> Iterator[str]:
    """Pods are spread among their like, and a Deployment's among those of their version alone.

    Counting the old ones, an update puts the new ones where those are not: all on one node, in the end.
    """
    for pod in cluster.pods:
        for constraint in pod.spec.get("topologySpreadConstraints", []):
            if not matches(constraint["labelSelector"], pod.labels):
                yield f"{pod.name}: is spread among others"
            if pod.owner["kind"] == "Deployment" and "pod-template-hash" not in constraint.get(
                "matchLabelKeys", []
            ):
                yield f"{pod.name}: is spread among the pods of other versions"


def targets(cluster: Cluster) -> Iterator[str]:
    """What guards or scales pods has some."""
    for kind, field in (("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")):
        for thing in cluster.of(kind):
            if not cluster.selected(thing["spec"][field]):
                yield f"{kind}/{thing['metadata']['name']}: selects nothing"
    for scaler in cluster.of("HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        found = cluster.find(target["kind"], target["name"])
        if found is None:
            yield f"HorizontalPodAutoscaler/{target['name']}: there is none to scale"
        elif "replicas" in found["spec"]:
            yield f"{target['name']}: says how many it is, against its autoscaler"


def services(cluster: Cluster) -> Iterator[str]:
    """Every port that a Service leads to is open; every Service that is named is there."""
    for service in cluster.of("Service"):
        for pod in _behind(cluster, service):
            for port in service["spec"]["ports"]:
                if pod.port(port["targetPort"]) is None:
                    yield f"Service/{service['metadata']['name']}: {pod.name} opens no {port['targetPort']}"
    for owner in cluster.of("StatefulSet"):
        if cluster.find("Service", owner["spec"]["serviceName"]) is None:
            yield f"{owner['metadata']['name']}: Service/{owner['spec']['serviceName']} is not declared"


def ingresses(cluster: Cluster) -> Iterator[str]:
    """They lead to Services, at ports that those have."""
    for ingress in cluster.of("Ingress"):
        paths = [path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
        for backend in (path["backend"]["service"] for path in paths):
            if backend["port"]["name"] not in _port_names(cluster, backend["name"]):
                yield f"Ingress/{ingress['metadata']['name']}: {backend} is not there"


def _port_names(cluster: Cluster, service: str) -> set[str]:
    found = cluster.find("Service", service)
    return {port["name"] for port in found["spec"]["ports"]} if found else set()


def _behind(cluster: Cluster, service: Thing) -> list[Pod]:
    selector = service["spec"].get("selector")
    return cluster.selected({"matchLabels": selector}) if selector else []


def probes(cluster: Cluster) -> Iterator[str]:
    """What runs is asked whether it has started, lives and is ready, at a port that it opens."""
    for pod in cluster.pods:
        for container in pod.spec["containers"]:
            if pod.owner["kind"] != "Job":
                yield from (f"{pod.name}: no {probe}" for probe in PROBES if probe not in container)
            for probe in (container[name] for name in PROBES if name in container):
                port = (probe.get("httpGet") or probe.get("tcpSocket") or {}).get("port")
                if port is not None and pod.port(port) is None:
                    yield f"{pod.name}: a probe asks at {port}, which is not open"


def restricted(cluster: Cluster) -> Iterator[str]:
    """The pod security standard "restricted", and more: numeric users, read-only roots, no token."""
    for pod in cluster.pods:
        context = pod.spec["securityContext"]
        wanted = {
            "runs as a number that is not root's": context.get("runAsUser", 0) > 0
            and context.get("runAsNonRoot"),
            "has the runtime's seccomp profile": context.get("seccompProfile") == {"type": "RuntimeDefault"},
            "has no token": pod.spec.get("automountServiceAccountToken") is False,
            "gets no links to services": pod.spec.get("enableServiceLinks") is False,
            "shares nothing with its host": not {"hostNetwork", "hostPID", "hostIPC"} & set(pod.spec),
            "mounts nothing of its host": not any("hostPath" in one for one in pod.spec.get("volumes", [])),
        }
        yield from (f"{pod.name}: not so that it {what}" for what, is_so in wanted.items() if not is_so)
        for container in pod.containers:
            own = container.get("securityContext", {})
            if own != {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }:
                yield f"{pod.name}/{container['name']}: may do more than it needs"


def resources(cluster: Cluster) -> Iterator[str]:
    """Requests and limits of processor and memory, for every container."""
    for pod in cluster.pods:
        for container in pod.containers:
            sizes = container.get("resources", {})
            for kind in ("requests", "limits"):
                if set(sizes.get(kind, {})) != SIZES:
                    yield f"{pod.name}/{container['name']}: no {kind} of {' and '.join(sorted(SIZES))}"


def images(cluster: Cluster) -> Iterator[str]:
    """Ours are built here; others have a version."""
    for pod in cluster.pods:
        for container in pod.containers:
            name, _, tag = container["image"].partition(":")
            if name.startswith("comanda/") and name not in IMAGES:
                yield f"{pod.name}: nothing builds {name}"
            elif not name.startswith("comanda/") and tag in {"", "latest"}:
                yield f"{pod.name}: {name} has no version"


def addresses(cluster: Cluster) -> Iterator[str]:
    """Every address inside the cluster that a container is told leads to a Service, by its port."""
    for pod, name, host, port in _told(cluster):
        service = cluster.find("Service", host)
        if service is None:
            yield f"{pod.name}: {name} leads to {host}, which is no Service"
        elif port not in {one["port"] for one in service["spec"]["ports"]}:
            yield f"{pod.name}: {name} leads to port {port}, which {host} has not"


def flows_of_addresses(cluster: Cluster) -> set[Flow]:
    """What containers will try, by the addresses that they are told."""
    return {
        (pod.name, server.name, port)
        for pod, name, host, port in _told(cluster)
        for server in _behind(cluster, cluster.get("Service", host))
        if (pod.name, name) not in UNUSED
    }


def _told(cluster: Cluster) -> Iterator[tuple[Pod, str, str, int]]:
    for pod in cluster.pods:
        for container in pod.containers:
            for name, value in cluster.environ(container).items():
                if (found := ADDRESS.fullmatch(value)) and name.endswith(("_URL", "_UPSTREAM")):
                    yield pod, name, found["host"], int(found["port"])


def processes(cluster: Cluster, stored: dict[str, str] | None = None) -> list[Process]:
    """The containers of our images. `stored` has the values that a store of secrets would give."""
    return [
        Process(
            where=f"{pod.name}/{container['name']}",
            image=container["image"],
            words=container.get("args", []),
            given=_filled(cluster.environ(container), stored or {}),
            asked=frozenset(_asked(pod, container)),
        )
        for pod in cluster.pods
        for container in pod.containers
        if container["image"].partition(":")[0] in IMAGES
    ]


def _filled(environ: dict[str, str], stored: dict[str, str]) -> dict[str, str]:
    return {name: value or stored.get(name, "") for name, value in environ.items()}


def _asked(pod: Pod, container: Thing) -> Iterator[tuple[str, int]]:
    for probe in (container[name] for name in PROBES if name in container):
        if "httpGet" in probe:
            yield probe["httpGet"]["path"], pod.port(probe["httpGet"]["port"]) or 0
    annotations = pod.owner["spec"]["template"]["metadata"].get("annotations", {})
    if container in pod.spec["containers"] and "prometheus.io/path" in annotations:
        yield annotations["prometheus.io/path"], int(annotations["prometheus.io/port"])


RULES = (
    references,
    selectors,
    spreads,
    targets,
    services,
    ingresses,
    addresses,
    probes,
    restricted,
    resources,
    images,
)
