"""Each rule finds what it is for: the demonstration's manifests, broken in one place, in memory."""

import pytest

from tests.deployment import cluster as manifests
from tests.deployment import rules
from tests.deployment.cluster import data_of
from tests.deployment.flows import ANYBODY, flows_from, flows_inside, flows_outside, not_denied


@pytest.fixture(scope="module")
def whole():
    return manifests.read(manifests.files_of_demonstration())


@pytest.fixture
def cluster(whole):
    return whole.changed()


def container(cluster, pod="orders-web"):
    return cluster.pod(pod).spec["containers"][0]


def spread(cluster):
    return cluster.pod("orders-web").spec["topologySpreadConstraints"][0]


def spec(cluster, kind, name):
    return cluster.get(kind, name)["spec"]


def without(cluster, kind, name):
    cluster.objects.remove(cluster.get(kind, name))


def rename_port(cluster):
    container(cluster)["ports"][0]["name"] = "web"


BREAKS = {
    "a Secret that is not declared": (
        rules.references,
        lambda c: without(c, "Secret", "orders-service"),
        "orders-web: 'Secret/orders-service' is not declared",
    ),
    "a key that is not declared": (
        rules.references,
        lambda c: container(c)["env"].append(
            {"name": "X", "valueFrom": {"secretKeyRef": {"name": "redis", "key": "NOBODYS"}}}
        ),
        "orders-web: 'Secret/redis: NOBODYS' is not declared",
    ),
    "files that are not declared": (
        rules.references,
        lambda c: without(c, "ConfigMap", "postgres-init"),
        "postgres: ConfigMap/postgres-init is not declared",
    ),
    "a file that is not there": (
        rules.references,
        lambda c: c.get("ConfigMap", "rabbitmq")["data"].pop("start.sh"),
        "rabbitmq: start.sh is not in config",
    ),
    "a claim that is not declared": (
        rules.references,
        lambda c: without(c, "PersistentVolumeClaim", "fake-checkout"),
        "fake-checkout: PersistentVolumeClaim/fake-checkout is not declared",
    ),
    "a volume that is not declared": (
        rules.references,
        lambda c: c.pod("redis").spec["volumes"].clear(),
        "redis: the volume data is not declared",
    ),
    "an account that is not declared": (
        rules.references,
        lambda c: without(c, "ServiceAccount", "gateway"),
        "gateway: ServiceAccount/gateway is not declared",
    ),
    "a selector of other pods": (
        rules.selectors,
        lambda c: spec(c, "Deployment", "redis")["selector"]["matchLabels"].update({"x": "y"}),
        "redis: its selector does not take its own pods",
    ),
    "a Service without pods": (
        rules.selectors,
        lambda c: spec(c, "Service", "redis")["selector"].update({"x": "y"}),
        "Service/redis: selects not exactly one kind of pod",
    ),
    "a spread among others": (
        rules.spreads,
        lambda c: spread(c)["labelSelector"]["matchLabels"].update({"x": "y"}),
        "orders-web: is spread among others",
    ),
    "a spread that counts the version before": (
        rules.spreads,
        lambda c: spread(c).pop("matchLabelKeys"),
        "orders-web: is spread among the pods of other versions",
    ),
    "a budget for nobody": (
        rules.targets,
        lambda c: spec(c, "PodDisruptionBudget", "gateway")["selector"]["matchLabels"].update({"x": "y"}),
        "PodDisruptionBudget/gateway: selects nothing",
    ),
    "a policy for nobody": (
        rules.targets,
        lambda c: spec(c, "NetworkPolicy", "to-redis")["podSelector"]["matchLabels"].update({"x": "y"}),
        "NetworkPolicy/to-redis: selects nothing",
    ),
    "an autoscaler of nothing": (
        rules.targets,
        lambda c: spec(c, "HorizontalPodAutoscaler", "orders-web")["scaleTargetRef"].update({"name": "web"}),
        "HorizontalPodAutoscaler/web: there is none to scale",
    ),
    "an autoscaler's number that is also written down": (
        rules.targets,
        lambda c: spec(c, "Deployment", "orders-web").update({"replicas": 2}),
        "orders-web: says how many it is",
    ),
    "a Service to a port that is closed": (
        rules.services,
        rename_port,
        "orders-web: orders-web opens no http",
    ),
    "a StatefulSet without its Service": (
        rules.services,
        lambda c: without(c, "Service", "postgres"),
        "postgres: Service/postgres is not declared",
    ),
    "an Ingress to nowhere": (
        rules.ingresses,
        lambda c: without(c, "Service", "svcfiaptechchallenge"),
        "Ingress/comanda",
    ),
    "an address that is no Service": (
        rules.addresses,
        lambda c: without(c, "Service", "fake-checkout"),
        "MERCADO_PAGO_BASE_URL leads to fake-checkout, which is no Service",
    ),
    "an address with another port": (
        rules.addresses,
        lambda c: spec(c, "Service", "rabbitmq")["ports"][0].update({"port": 5673}),
        "BROKER_URL leads to port 5672, which rabbitmq has not",
    ),
    "a probe that is missing": (
        rules.probes,
        lambda c: container(c).pop("readinessProbe"),
        "orders-web: no readinessProbe",
    ),
    "a probe at a port that is closed": (
        rules.probes,
        rename_port,
        "orders-web: a probe asks at http, which is not open",
    ),
    "root": (
        rules.restricted,
        lambda c: c.pod("redis").spec["securityContext"].update({"runAsUser": 0}),
        "redis: not so that it runs as a number that is not root's",
    ),
    "no seccomp profile": (
        rules.restricted,
        lambda c: c.pod("redis").spec["securityContext"].pop("seccompProfile"),
        "redis: not so that it has the runtime's seccomp profile",
    ),
    "a token": (
        rules.restricted,
        lambda c: c.pod("redis").spec.pop("automountServiceAccountToken"),
        "redis: not so that it has no token",
    ),
    "a folder of the host": (
        rules.restricted,
        lambda c: c.pod("redis").spec["volumes"].append({"name": "x", "hostPath": {"path": "/"}}),
        "redis: not so that it mounts nothing of its host",
    ),
    "a capability": (
        rules.restricted,
        lambda c: container(c, "redis")["securityContext"]["capabilities"].update({"add": ["CHOWN"]}),
        "redis/redis: may do more than it needs",
    ),
    "no limit": (
        rules.resources,
        lambda c: container(c)["resources"]["limits"].pop("memory"),
        "orders-web/web: no limits of cpu and memory",
    ),
    "an image that nobody builds": (
        rules.images,
        lambda c: container(c).update({"image": "comanda/orders:latest"}),
        "orders-web: nothing builds comanda/orders",
    ),
    "an image of any version": (
        rules.images,
        lambda c: container(c, "redis").update({"image": "redis"}),
        "redis: redis has no version",
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_rule_finds(cluster, what):
    rule, breaking, fault = BREAKS[what]
    container(cluster).setdefault("env", [])
    breaking(cluster)
    assert any(fault in found for found in rule(cluster))


def test_every_rule_is_among_those_that_were_seen_to_find_something():
    assert {rule for rule, _, _ in BREAKS.values()} == set(rules.RULES)


MISFITS = {
    "a setting that nobody reads": (
        "orders-web",
        lambda c: c.get("ConfigMap", "orders-service")["data"].update({"PAYMENT_DEADLINE": "900"}),
        "orders-web/web: PAYMENT_DEADLINE is no setting",
    ),
    "a setting that is required": (
        "orders-web",
        lambda c: c.get("Secret", "orders-service")["stringData"].pop("DATABASE_URL"),
        "orders-web/web: DATABASE_URL is required",
    ),
    "a setting of another service": (
        "fake-checkout",
        lambda c: c.get("ConfigMap", "fake-checkout")["data"].update({"DEMO_DATA": "on"}),
        "fake-checkout/web: DEMO_DATA is no setting",
    ),
    "keys that are no pair": (
        "orders-web",
        lambda c: c.get("Secret", "orders-service")["stringData"].update({"JWT_PUBLIC_KEY": "none"}),
        "orders-web/web: ",
    ),
    "a setting that the gateway has not": (
        "gateway",
        lambda c: c.get("ConfigMap", "gateway")["data"].update({"UPSTREAM": "x"}),
        "gateway/gateway: UPSTREAM is no setting",
    ),
    "a command that nobody knows": (
        "orders-migrate",
        lambda c: container(c, "orders-migrate").update({"args": ["upgrade"]}),
        "orders-migrate/migrate: orders_service knows no command upgrade",
    ),
    "a path that is not served": (
        "orders-worker",
        lambda c: container(c, "orders-worker")["readinessProbe"]["httpGet"].update({"path": "/products"}),
        "orders-worker/worker: worker does not serve /products",
    ),
    "a path that the gateway does not answer itself": (
        "gateway",
        lambda c: container(c, "gateway")["readinessProbe"]["httpGet"].update({"path": "/healthz"}),
        "gateway/gateway: nginx does not serve /healthz",
    ),
    "a port on which nothing listens": (
        "orders-live",
        lambda c: container(c, "orders-live")["ports"][0].update({"containerPort": 5003}),
        "orders-live/live: nothing listens on 5003",
    ),
}


@pytest.mark.parametrize("what", MISFITS)
def test_a_container_that_does_not_fit_to_its_code_is_found(cluster, what):
    name, breaking, fault = MISFITS[what]
    breaking(cluster)
    found = [
        one
        for process in rules.processes(cluster)
        if process.where.startswith(name)
        for one in process.faults()
    ]
    assert any(fault in one for one in found)


def test_a_flow_needs_both_to_be_let_out_and_to_be_let_in(cluster):
    flow = ("orders-worker", "rabbitmq", 5672)
    assert flow in flows_inside(cluster)
    for policy in ("to-rabbitmq", "clients-of-rabbitmq"):
        halved = cluster.changed()
        without(halved, "NetworkPolicy", policy)
        assert flow not in flows_inside(halved)


def test_without_a_denial_everything_is_let_through(cluster):
    without(cluster, "NetworkPolicy", "comanda-default-deny")
    assert "orders-migrate: Ingress is not denied" in not_denied(cluster)


def test_doors_that_are_left_open_are_seen(cluster):
    policy = spec(cluster, "NetworkPolicy", "to-postgres")
    policy["ingress"].append({})
    policy["policyTypes"].append("Egress")
    policy["egress"] = [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]
    assert (ANYBODY, "postgres", 5432) in flows_from(cluster, {})
    assert ("postgres", "0.0.0.0/0", 0) in flows_outside(cluster)


def test_a_store_of_secrets_declares_the_keys_of_its_secret():
    production = manifests.read(manifests.files_of_production())
    assert set(data_of(production.get("Secret", "redis"))) == {"REDIS_PASSWORD"}
