import pytest
from werkzeug.test import Client

from standalone.application import Application


def _named(name: str):
    def application(environ, start_response):
        start_response("200 OK", [])
        return [f"{name} {environ.get('SCRIPT_NAME', '')}|{environ['PATH_INFO']}".encode()]

    return application


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", "orders |/"),
        ("/products", "orders |/products"),
        ("/orders/payments", "orders |/orders/payments"),
        ("/paymentsx", "orders |/paymentsx"),
        ("/payments", "payments |/payments"),
        ("/payments/webhook", "payments |/payments/webhook"),
        ("/stores/centro/payments", "payments |/stores/centro/payments"),
        ("/stores/centro/payments/1", "payments |/stores/centro/payments/1"),
        ("/stores/centro/orders", "orders |/stores/centro/orders"),
        ("/fake-checkout", "emulator /fake-checkout|"),
        ("/fake-checkout/v1/payments", "emulator /fake-checkout|/v1/payments"),
        ("/health", "health |/health"),
        ("/health/ready", "health |/health/ready"),
        ("/metrics", "metrics |/metrics"),
        ("/fake-checkout/metrics", "metrics |/fake-checkout/metrics"),
        ("/metricsx", "orders |/metricsx"),
    ],
)
def test_each_path_reaches_the_application_that_owns_it(path: str, answer: str):
    application = Application(
        orders=_named("orders"),
        payments=_named("payments"),
        emulator=_named("emulator"),
        health=_named("health"),
        metrics=_named("metrics"),
    )
    body = b"".join(application({"PATH_INFO": path}, lambda *_: lambda _data: None))
    assert body.decode() == answer


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/metrics/x", "/fake-checkout/metrics"])
def test_whoever_names_no_application_for_metrics_shows_none(path: str):
    names = ("orders", "payments", "emulator", "health")
    application = Application(**{name: _named(name) for name in names})

    assert Client(application).get(path).status_code == 404
