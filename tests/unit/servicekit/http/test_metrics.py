import pytest
from flask import Flask
from prometheus_client.metrics_core import GaugeMetricFamily

from servicekit.http.auth import TokenVerifier, anyone, install_auth
from servicekit.http.metrics import install_metrics
from servicekit.http.problems import install_problems
from servicekit.http.queueing import queued
from servicekit.http.request_context import install_request_context
from tests.fakes.orders_service.composed import PUBLIC_KEY
from tests.fakes.servicekit.scrapes import Scrape


class Toys:
    def collect(self):
        return [GaugeMetricFamily("toys", "Toys.", value=7)]


@pytest.fixture
def client():
    app = Flask("toys.entrypoints.app", static_folder=None)
    install_request_context(app)
    install_problems(app)
    install_metrics(app, [Toys()])

    @app.get("/toys/<toy_id>")
    @anyone
    def show(toy_id):
        if toy_id == "broken":
            raise KeyError(toy_id)
        return "a toy"

    install_auth(app, TokenVerifier(PUBLIC_KEY))
    return app.test_client()


def scrape(client):
    answer = client.get("/metrics")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return Scrape(answer.text)


def test_what_a_request_has_waited_for_a_thread_counts(client):
    bucket = {"route": "/toys/<toy_id>", "le": "2.5"}
    before = scrape(client).value("comanda_http_request_duration_seconds_bucket", **bucket)

    with queued(3):
        client.get("/toys/1")

    assert scrape(client).value("comanda_http_request_duration_seconds_bucket", **bucket) == before


def test_anyone_is_told_what_the_collectors_find(client):
    assert scrape(client).value("toys") == 7


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/toys/personal-data", "/toys/<toy_id>", "200"),
        ("/toys/broken", "/toys/<toy_id>", "500"),
        ("/personal-data", "other", "404"),
    ],
)
def test_requests_are_told_by_application_route_and_status_and_never_by_path(client, path, route, status):
    labels = {"application": "toys", "method": "GET", "route": route}
    before = scrape(client)

    client.get(path)

    after = scrape(client)
    for name, more in (
        ("comanda_http_requests_total", {"status": status}),
        ("comanda_http_request_duration_seconds_count", {}),
    ):
        assert after.value(name, **labels, **more) == before.value(name, **labels, **more) + 1
    assert "personal-data" not in client.get("/metrics").text
