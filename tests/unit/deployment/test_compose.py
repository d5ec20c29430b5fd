"""The compose file held to the code, and each of its rules seen to find what it is for."""

import copy

import pytest

from tests.deployment import cluster as manifests
from tests.deployment import compose as rules
from tests.deployment.compose import Compose


@pytest.fixture(scope="module")
def whole():
    return Compose.read()


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_file_keeps_each_rule(whole, rule):
    assert list(rule(whole)) == []


def test_every_process_of_kubernetes_is_one_of_compose_from_the_same_image(whole):
    for pod in manifests.read(manifests.files_of_demonstration()).pods:
        (container,) = pod.spec["containers"]
        assert container["image"].removesuffix(":latest") == whole.services[pod.name]["image"]


BREAKS = {
    "a setting that nobody reads": (
        rules.processes_fit,
        lambda services: services["orders-web"]["environment"].update({"REDIS": "x"}),
        "orders-web: REDIS is no setting",
    ),
    "a command that nobody knows": (
        rules.processes_fit,
        lambda services: services["payment-migrate"].update({"command": ["upgrade"]}),
        "payment-migrate: payment_service knows no command upgrade",
    ),
    "a health check of another port": (
        rules.processes_fit,
        lambda services: services["orders-worker"]["healthcheck"]["test"].pop(),
        "orders-worker: nothing listens on 8000",
    ),
    "another Dockerfile": (
        rules.images_are_built,
        lambda services: services["orders-migrate"]["build"].update(
            {"dockerfile": "payment_service/Dockerfile"}
        ),
        "orders-migrate: comanda/orders_service is built from something else",
    ),
    "an image that nobody builds": (
        rules.images_are_built,
        lambda services: services["gateway"].pop("build"),
        "nothing builds comanda/gateway",
    ),
    "an image of any version": (
        rules.images_are_built,
        lambda services: services["redis"].update({"image": "redis"}),
        "redis: redis has no version, or is not ours to build",
    ),
    "an address where nothing listens": (
        rules.addresses_lead_somewhere,
        lambda services: services["gateway"]["environment"].update({"ORDERS_UPSTREAM": "orders-web:5000"}),
        "gateway: ORDERS_UPSTREAM leads to orders-web, where nothing listens on 5000",
    ),
    "an address out of reach": (
        rules.addresses_lead_somewhere,
        lambda services: services["orders-live"].update({"networks": ["inner"]}),
        "orders-live: DATABASE_URL leads to postgres, with which it has no network",
    ),
    "a wait for nobody": (
        rules.waits_end,
        lambda services: services.pop("redis"),
        "orders-web: waits for redis, which is not there",
    ),
    "a wait for the health of what is never asked": (
        rules.waits_end,
        lambda services: services["postgres"].pop("healthcheck"),
        "orders-migrate: waits until postgres is healthy, which nobody asks",
    ),
    "a wait for the end of what never ends": (
        rules.waits_end,
        lambda services: services["orders-migrate"].update({"restart": "always"}),
        "orders-web: waits for the end of orders-migrate, which is started again and again",
    ),
    "a network that is not declared": (
        rules.parts_are_there,
        lambda services: services["redis"].update({"networks": ["cache"]}),
        "redis: the network cache is not declared",
    ),
    "a volume that is not declared": (
        rules.parts_are_there,
        lambda services: services["redis"].update({"volumes": ["carts:/data"]}),
        "redis: the volume carts is not declared",
    ),
    "a file that does not exist": (
        rules.parts_are_there,
        lambda services: services["redis"].update({"volumes": ["./infra/redis.conf:/x"]}),
        "redis: ./infra/redis.conf does not exist",
    ),
    "a port that is closed": (
        rules.parts_are_there,
        lambda services: services["gateway"].update({"ports": ["5000:80"]}),
        "gateway: publishes 80, where nothing listens",
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_rule_finds(whole, what):
    rule, breaking, fault = BREAKS[what]
    broken = Compose(copy.deepcopy(whole.content))
    breaking(broken.services)
    assert fault in list(rule(broken))


def test_every_rule_was_seen_to_find_something():
    assert {rule for rule, _, _ in BREAKS.values()} == set(rules.RULES)
