"""The manifests, of the demonstration and of production, held to each other and to the code."""

import base64
import re

import pytest

from tests.deployment import cluster as manifests
from tests.deployment.cluster import FOLDER, ROOT, data_of
from tests.deployment.flows import (
    ANYBODY,
    asks_for_names,
    flows_from,
    flows_inside,
    flows_outside,
    not_denied,
)
from tests.deployment.rules import RULES, flows_of_addresses, processes
from tests.fakes.orders_service.composed import PRIVATE_KEY, PUBLIC_KEY

OWN_KEY = base64.urlsafe_b64encode(b"not the one of the demonstration").decode()
STORED = {
    "DATABASE_URL": "postgresql://somebody:secret@database.example.com:5432/books?sslmode=verify-full",
    "DATABASE_REPLICA_URL": "postgresql://somebody:secret@replica.example.com:5432/books?sslmode=verify-full",
    "BROKER_URL": "amqp://somebody:secret@rabbitmq:5672/",
    "REDIS_URL": "redis://:secret@redis:6379/0",
    "JWT_PRIVATE_KEY": PRIVATE_KEY,
    "JWT_PUBLIC_KEY": PUBLIC_KEY,
    "CPF_DIGEST_KEY": OWN_KEY,
    "PERSONAL_DATA_KEYS": OWN_KEY,
    "PROVIDER_ACCOUNT_KEYS": OWN_KEY,
    "MERCADO_PAGO_ACCESS_TOKEN": "APP_USR-1-010126-of-our-own-100200300",
    "MERCADO_PAGO_WEBHOOK_SECRET": "a secret of our own",
}
"""As a store of secrets would give them."""
ORDERS = {"orders-migrate", "orders-web", "orders-worker", "orders-live"}
PAYMENTS = {"payment-migrate", "payment-web", "payment-worker"}
WORKERS = {"orders-worker", "payment-worker"}
WITH_CARTS = ORDERS - {"orders-migrate"}
BEHIND_THE_GATEWAY = {"orders-web", "orders-live", "payment-web"}
INSIDE = (
    {("gateway", web, 8000) for web in BEHIND_THE_GATEWAY}
    | {(worker, "rabbitmq", 5672) for worker in WORKERS}
    | {(process, "redis", 6379) for process in WITH_CARTS}
)
"""In the demonstration as in production."""
OF_THE_EMULATOR = {
    ("gateway", "fake-checkout", 8000),
    ("payment-worker", "fake-checkout", 8000),
    ("fake-checkout", "payment-web", 8000),
}
SCRAPED = {(ANYBODY, web, 8000) for web in BEHIND_THE_GATEWAY} | {
    (ANYBODY, worker, 9000) for worker in WORKERS
}

KINDS = {
    ("v1", "ConfigMap"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("batch/v1", "Job"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("policy/v1", "PodDisruptionBudget"),
}
COPIES = (
    ("postgres.yaml", "postgres-init", "init.sh", "infra/postgres/init.sh"),
    ("rabbitmq.yaml", "rabbitmq", "start.sh", "infra/rabbitmq/start.sh"),
    ("rabbitmq.yaml", "rabbitmq", "comanda.conf", "infra/rabbitmq/comanda.conf"),
    ("production/rabbitmq.yaml", "rabbitmq", "start.sh", "infra/rabbitmq/start.sh"),
    ("production/rabbitmq.yaml", "rabbitmq", "comanda.conf", "infra/rabbitmq/comanda.conf"),
)


@pytest.fixture(scope="module")
def demonstration():
    return manifests.read(manifests.files_of_demonstration())


@pytest.fixture(scope="module")
def production():
    return manifests.read(manifests.files_of_production())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("cluster", ["demonstration", "production"])
def test_each_cluster_keeps_each_rule(cluster, rule, request):
    assert list(rule(request.getfixturevalue(cluster))) == []


def test_containers_of_the_demonstration_fit_to_their_code(demonstration):
    assert [fault for process in processes(demonstration) for fault in process.faults()] == []


def test_containers_of_production_fit_to_their_code(production):
    assert [fault for process in processes(production, STORED) for fault in process.faults()] == []


def test_nothing_of_the_demonstration_is_in_production(production):
    names = {thing["metadata"]["name"] for thing in production.objects if thing["kind"] != "ServiceAccount"}
    assert "fake-checkout" not in names
    assert "only-for-development" not in str(production.objects)
    assert {
        process.given["ENVIRONMENT"] for process in processes(production) if process.service != "gateway"
    } == {"production"}


def test_pods_of_the_demonstration_reach_whom_they_need_and_nobody_else(demonstration):
    books = {(process, "postgres", 5432) for process in ORDERS | PAYMENTS}
    assert flows_inside(demonstration) == INSIDE | books | OF_THE_EMULATOR
    assert flows_outside(demonstration) == set()
    assert flows_of_addresses(demonstration) == flows_inside(demonstration) - {
        ("fake-checkout", "payment-web", 8000),  # the address is in each payment
    }


def test_pods_of_production_reach_whom_they_need_and_nobody_else(production):
    among_brokers = {("rabbitmq", "rabbitmq", 4369), ("rabbitmq", "rabbitmq", 25672)}
    assert flows_inside(production) == INSIDE | among_brokers
    assert flows_outside(production) == {
        *((process, "10.0.64.0/18", 5432) for process in ORDERS | PAYMENTS),
        ("payment-worker", "0.0.0.0/0", 443),
    }


@pytest.mark.parametrize("cluster", ["demonstration", "production"])
def test_all_ask_for_names_strangers_reach_the_gateway_and_prometheus_what_tells_of_itself(cluster, request):
    cluster = request.getfixturevalue(cluster)
    assert not_denied(cluster) == []
    assert asks_for_names(cluster) == {pod.name for pod in cluster.pods}
    assert flows_from(cluster, {}) == {(ANYBODY, "gateway", 8080)}
    prometheus = flows_from(cluster, {"app.kubernetes.io/name": "prometheus"})
    emulator = (
        {(ANYBODY, "fake-checkout", 8000)} if "fake-checkout" in {pod.name for pod in cluster.pods} else set()
    )
    assert prometheus == SCRAPED | emulator | {(ANYBODY, "rabbitmq", 15692), (ANYBODY, "gateway", 8080)}


@pytest.mark.parametrize(("file", "config", "name", "original"), COPIES)
def test_what_is_copied_into_a_manifest_is_the_original(file, config, name, original):
    copied = data_of(manifests.read([FOLDER / file]).get("ConfigMap", config))[name]
    assert copied == (ROOT / original).read_text(encoding="utf-8")


def test_no_object_is_of_a_kind_that_has_no_schema(demonstration, production):
    # kubernetes-validate passes over kinds that it does not know, a slip of the pen among them.
    assert {(thing["apiVersion"], thing["kind"]) for thing in demonstration.objects} <= KINDS
    others = {(thing["apiVersion"], thing["kind"]) for thing in production.objects} - KINDS
    assert others == {("external-secrets.io/v1", "ExternalSecret")}


def test_scaling_is_what_was_asked_for(demonstration):
    scaled = {
        scaler["metadata"]["name"]: (
            scaler["spec"]["minReplicas"],
            scaler["spec"]["maxReplicas"],
            {
                one["resource"]["name"]: one["resource"]["target"]["averageUtilization"]
                for one in scaler["spec"]["metrics"]
            },
        )
        for scaler in demonstration.of("HorizontalPodAutoscaler")
    }
    assert scaled == {"orders-web": (2, 5, {"cpu": 50}), "payment-web": (1, 5, {"cpu": 70, "memory": 80})}


def test_updates_begin_a_new_pod_before_an_old_one_ends(demonstration):
    alone = {"redis", "fake-checkout"}
    for owner in demonstration.of("Deployment"):
        name, strategy = owner["metadata"]["name"], owner["spec"]["strategy"]
        assert (strategy["type"] == "Recreate") == (name in alone)
        if name not in alone:
            assert strategy["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


def test_who_is_asked_to_end_first_sleeps_and_then_has_time_for_what_is_in_hand(demonstration):
    for name in ("gateway", *BEHIND_THE_GATEWAY):
        pod = demonstration.pod(name)
        (container,) = pod.spec["containers"]
        word, seconds = container["lifecycle"]["preStop"]["exec"]["command"]
        in_hand = 2 if name == "orders-live" else 20
        assert word == "sleep"
        assert pod.spec["terminationGracePeriodSeconds"] > int(seconds) + in_hand


def test_the_overlay_says_of_each_file_what_it_replaces():
    readme = (manifests.OVERLAY / "README.md").read_text(encoding="utf-8")
    applied = re.findall(r"^ +kubernetes/([a-z-]+\.yaml)", readme, re.MULTILINE)
    assert sorted(applied) == [path.name for path in manifests.files_of_production() if path.parent == FOLDER]
