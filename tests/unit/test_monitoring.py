"""Alerts and dashboards ask for what is there to be told."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.servers.catalogue import nothing_may_be_skipped

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "infra" / "monitoring"
METRICS = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
KNOWN = set(re.findall(r"^\| `(\w+)` \|(?=.*\|.*\|.*\|)", METRICS, re.MULTILINE))
ALERTS = yaml.safe_load((MONITORING / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
SCRAPED = yaml.safe_load((MONITORING / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DASHBOARDS = [json.loads(path.read_text("utf-8")) for path in (MONITORING / "grafana").rglob("*.json")]
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
QUESTIONS = [rule["expr"] for rule in RULES] + [
    target["expr"]
    for dashboard in DASHBOARDS
    for panel in dashboard["panels"]
    for target in panel["targets"]
    if panel["datasource"]["uid"] == "prometheus"
]


def test_every_metric_that_is_asked_for_is_told():
    asked = {name for question in QUESTIONS for name in re.findall(r"\b(?:comanda|process)_\w+", question)}

    assert asked
    assert {name for name in asked if re.sub(r"_(bucket|count|sum)$", "", name) not in KNOWN} == set()


def test_every_label_that_is_asked_for_is_of_that_metric():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \|(?=.*\|.*\|)", METRICS, re.MULTILINE)
    labels = {name: set(re.findall(r"`(\w+)`", told)) for name, told in rows}
    asked = [found for one in QUESTIONS for found in re.findall(r"\b(comanda_\w+)\{([^}]*)\}", one)]

    assert asked
    for name, chosen in asked:
        assert set(re.findall(r"(\w+)\s*[=!]", chosen)) <= labels[re.sub(r"_(bucket|count|sum)$", "", name)]


def test_every_metric_that_the_document_wakes_somebody_for_has_an_alert_that_does():
    table = METRICS.partition("## Alerts")[2].partition("## ")[0]
    told = re.findall(r"^\| (yes|no) \|(.*)$", table, re.MULTILINE)

    for severity, rows in (("wake", "yes"), ("morning", "no")):
        named = {name for kind, row in told if kind == rows for name in re.findall(r"`(comanda_\w+)`", row)}
        rules = " ".join(rule["expr"] for rule in RULES if rule["labels"]["severity"] == severity)
        assert named
        assert {name for name in named if name not in rules} == set()


def test_every_process_is_scraped_where_it_tells():
    found = {
        one["dns_sd_configs"][0]["names"][0]: one["dns_sd_configs"][0]["port"]
        for one in SCRAPED["scrape_configs"]
        if "dns_sd_configs" in one
    }
    ours = {
        name: 9000 if service["command"] == ["worker"] else 8000
        for name, service in COMPOSE["services"].items()
        if service["image"].startswith("comanda/")
        and service.get("command") in (["web"], ["worker"], ["live"])
    }

    assert found == ours


def test_every_dashboard_asks_a_source_that_is_provisioned():
    sources = MONITORING / "grafana" / "provisioning" / "datasources" / "comanda.yml"
    known = {one["uid"] for one in yaml.safe_load(sources.read_text("utf-8"))["datasources"]}

    assert {panel["datasource"]["uid"] for one in DASHBOARDS for panel in one["panels"]} == known


@pytest.mark.skipif(
    shutil.which("promtool") is None and not nothing_may_be_skipped(),
    reason="promtool is not installed (Debian: prometheus)",
)
def test_prometheus_can_read_its_configuration_and_rules():
    done = subprocess.run(
        ["promtool", "check", "config", MONITORING / "prometheus" / "prometheus.yml"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
