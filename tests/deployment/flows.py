"""Who may speak to whom, as NetworkPolicies have it: a flow needs to be let out and to be let in."""

from tests.deployment.cluster import Cluster, Pod, Thing, matches

Flow = tuple[str, str, int]
"""Whose pods, to whose pods, at which port of theirs."""
ANYBODY = "anybody"


def flows_inside(cluster: Cluster) -> set[Flow]:
    """Every flow from pod to pod that is let through, at the ports that pods open."""
    return {
        (client.name, server.name, port)
        for client in cluster.pods
        for server in cluster.pods
        for port in _ports(server)
        if _lets(cluster, client, server, port, "Egress") and _lets(cluster, server, client, port, "Ingress")
    }


def flows_from(cluster: Cluster, labels: dict[str, str]) -> set[Flow]:
    """What pods of others, with these labels in whichever namespace, reach; they may speak to anybody."""
    stranger = Pod(
        {"metadata": {"name": ANYBODY}, "spec": {"template": {"metadata": {"labels": labels}, "spec": {}}}}
    )
    return {
        (ANYBODY, server.name, port)
        for server in cluster.pods
        for port in _ports(server)
        if any(
            _names(peer, stranger, is_ours=False)
            for rule in _rules(cluster, server, "Ingress")
            if _has_port(rule, port, server)
            for peer in rule.get("from", [{}])
        )
    }


def flows_outside(cluster: Cluster) -> set[Flow]:
    """Whoever is let out to addresses, and where: the block of addresses stands for the server."""
    return {
        (client.name, peer["ipBlock"]["cidr"], port["port"])
        for client in cluster.pods
        for rule in _rules(cluster, client, "Egress")
        for peer in rule.get("to", [{"ipBlock": {"cidr": "0.0.0.0/0"}}])
        if "ipBlock" in peer
        for port in rule.get("ports", [{"port": 0}])
    }


def asks_for_names(cluster: Cluster) -> set[str]:
    """The pods that are let out to the cluster's DNS, by UDP and by TCP."""
    dns = {"k8s-app": "kube-dns"}
    return {
        pod.name
        for pod in cluster.pods
        for rule in _rules(cluster, pod, "Egress")
        if {("UDP", 53), ("TCP", 53)} <= {(one["protocol"], one["port"]) for one in rule["ports"]}
        and any(peer.get("podSelector", {}).get("matchLabels") == dns for peer in rule["to"])
    }


def not_denied(cluster: Cluster) -> list[str]:
    """Pods that no policy selects for both directions: they may do everything."""
    return [
        f"{pod.name}: {direction} is not denied"
        for pod in cluster.pods
        for direction in ("Ingress", "Egress")
        if not any(_selects(policy, pod, direction) for policy in cluster.of("NetworkPolicy"))
    ]


def _ports(server: Pod) -> set[int]:
    return {
        port["containerPort"]
        for container in server.spec["containers"]
        for port in container.get("ports", [])
    }


def _lets(cluster: Cluster, whose: Pod, other: Pod, port: int, direction: str) -> bool:
    """`port` is the server's, which is the other where it goes out."""
    server = other if direction == "Egress" else whose
    side = "to" if direction == "Egress" else "from"
    return any(
        _has_port(rule, port, server) and any(_names(peer, other) for peer in rule.get(side, [{}]))
        for rule in _rules(cluster, whose, direction)
    )


def _rules(cluster: Cluster, pod: Pod, direction: str) -> list[Thing]:
    return [
        rule
        for policy in cluster.of("NetworkPolicy")
        if _selects(policy, pod, direction)
        for rule in policy["spec"].get(direction.lower(), [])
    ]


def _selects(policy: Thing, pod: Pod, direction: str) -> bool:
    spec = policy["spec"]
    return direction in spec["policyTypes"] and matches(spec["podSelector"], pod.labels)


def _has_port(rule: Thing, port: int, server: Pod) -> bool:
    return any(server.port(one["port"]) == port for one in rule["ports"]) if "ports" in rule else True


def _names(peer: Thing, pod: Pod, *, is_ours: bool = True) -> bool:
    """Whether the pod is meant: ours in our namespace, whose labels are not known, a stranger in any."""
    if "ipBlock" in peer:
        return False
    namespaces = peer.get("namespaceSelector")
    if namespaces is None and peer and not is_ours:
        return False
    if namespaces and is_ours:
        return False
    return matches(peer.get("podSelector", {}), pod.labels)
