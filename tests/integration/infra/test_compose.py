"""What docker-compose.yml grants: no more than is needed."""

import re

import pytest
import yaml

from tests.servers.system import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
PUBLISHED = {
    "gateway": "5000",
    "grafana": "127.0.0.1:3000",
    "loki": "127.0.0.1:3100",
    "prometheus": "127.0.0.1:9090",
}
"""Who looks on is seen from this machine alone: neither Loki nor Prometheus asks who somebody is."""


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_may_do_nothing_that_it_need_not(service):
    granted = SERVICES[service]

    assert granted["read_only"]
    assert granted["cap_drop"] == ["ALL"]
    assert "cap_add" not in granted
    assert granted["security_opt"] == ["no-new-privileges:true"]
    assert not granted.get("privileged")
    assert not any("docker.sock" in str(volume) for volume in granted.get("volumes", []))


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_has_bounds(service):
    granted = SERVICES[service]

    assert granted["mem_limit"]
    assert granted["pids_limit"]
    assert granted["logging"]["options"].keys() >= {"max-size", "max-file"}


def test_nothing_is_open_to_the_outside_but_the_gateway_and_those_who_look_on():
    opened = {
        name: port.rpartition(":")[0]
        for name, service in SERVICES.items()
        for port in service.get("ports", [])
    }

    assert opened == PUBLISHED


def test_what_keeps_and_carries_has_no_way_out():
    internal = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}

    assert internal == {"data", "inner"}
    for name in ("postgres", "rabbitmq", "redis"):
        assert SERVICES[name]["networks"] == ["data"]


def test_every_image_has_a_version():
    ours = {one["image"] for one in SERVICES.values() if one["image"].startswith("comanda/")}
    others = {one["image"] for one in SERVICES.values()} - ours

    assert {image for image in others if not re.search(r":v?\d", image)} == set()
