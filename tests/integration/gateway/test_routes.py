"""Which service a path leads to: nginx's table and that of standalone/application.py are one."""

import json
import re
from urllib.parse import unquote_to_bytes

import pytest

import fake_checkout.bootstrap
import fake_checkout.settings
from fake_checkout.entrypoints.rest.app import create_app
from standalone.application import Application

ID = "01933c5e-7a52-7c1e-8c0a-0123456789ab"
PATHS = [
    "/",
    "/loja",
    "/products",
    f"/products/{ID}",
    f"/products/{ID}/image",
    "/images/0a1b",
    "/clients/cpf/529.982.247-25",
    "/openapi.json",
    "/docs",
    "/health",
    "/health/",
    "/health/ready",
    "/healthy",
    "/metricsx",
    "/orders",
    f"/orders/{ID}",
    f"/orders/{ID}/events",
    f"/orders/{ID}/events/",
    f"/orders/{ID}/eventsx",
    f"/orders/{ID}/x/events",
    "/orders/events",
    "/orders//events",
    "/orders/payments",
    "/kitchen/events",
    "/board/events",
    "/board",
    "/events",
    "/payments",
    "/payments/",
    "/payments?order_id=1",
    f"/payments/{ID}/qr.svg",
    "/payments/webhook",
    "/payments/card?order_id=1",
    "/payments/card/card.js",
    "/payments/events",
    "/paymentsx",
    "/paymen%74s",
    "/Payments",
    "//payments",
    "/x/payments",
    "/stores",
    "/stores/centro",
    "/stores/centro/",
    "/stores/centro/payments",
    f"/stores/centro/payments/{ID}/refunds",
    "/stores/centro/payments/webhook",
    "/stores/centro/payments/card/card.css",
    "/stores/centro/paymentsx",
    "/stores/a/b/payments",
    "/stores//payments",
    "/stores/payments",
    "/stores/payments/payments",
    "/stores/centro%2Fpayments",
    "/stores/caf%C3%A9/payments",
    "/stores/centro/orders",
    f"/stores/centro/orders/{ID}/events",
    "/stores/centro/kitchen/events",
    "/stores/centro/board/events",
    f"/stores/centro/products/{ID}/image",
    "/stores/events/events",
    "/fake-checkout",
    "/fake-checkout/",
    "/fake-checkout/pay/1",
    "/fake-checkout/v1/payments",
    "/fake-checkout/v1/payments/search?limit=2",
    "/fake-checkout/js/v2",
    "/fake-checkout/js/v2/field",
    "/fake-checkout/__fake/clock",
    "/fake-checkout/static/pay.js",
    "/fake-checkout/health/ready",
    "/fake-checkoutx",
    "/x/fake-checkout",
    "/stores/centro/fake-checkout",
    "/metrics",
    "/metrics/",
    "/metrics/x",
    "/fake-checkout/metrics",
    "/fake-checkout/metrics/x",
]


def by_the_application(path):
    """The service that the path is of, as the embedded run sees it; None where there is nothing."""

    def named(name):
        def application(_environ, start_response):
            start_response("200 OK", [])
            return [name.encode()]

        return application

    statuses = []
    application = Application(
        **{name: named(name) for name in ("orders", "payments", "emulator", "live")},
        health=named("orders"),  # which answers last, after payments
    )
    wsgi_path = unquote_to_bytes(path.partition("?")[0]).decode("latin-1")
    environ = {"PATH_INFO": wsgi_path, "REQUEST_METHOD": "GET", "SERVER_NAME": "x", "SERVER_PORT": "80"}
    environ |= {"wsgi.url_scheme": "http"}
    body = b"".join(application(environ, lambda status, *_: statuses.append(status))).decode()
    return body if statuses == ["200 OK"] else None


@pytest.mark.parametrize("path", PATHS)
def test_a_path_leads_where_the_embedded_run_leads_it(gateway, path):
    answer = gateway.get(path)
    wanted = by_the_application(path)
    if wanted is None:
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    else:
        assert (answer.json()["service"], answer.json()["target"]) == (wanted, path)


def test_every_service_has_paths_among_those():
    assert set(map(by_the_application, PATHS)) == {"orders", "payments", "emulator", "live", None}


@pytest.mark.parametrize(
    "path",
    [
        "/fake-checkout/v1/../__fake/clock",
        "/fake-checkout/v1/%2e%2E/__fake/clock",
        "/fake-checkout/v1/..%2f__fake/clock",
        "/./metrics",
        "/x/..",
        "/products/.",
        "/products%2f..%2fmetrics",
    ],
)
def test_a_path_with_dots_leads_nowhere(gateway, path):
    before = {name: len(upstream.asked) for name, upstream in gateway.upstreams.items()}
    assert gateway.get(path).status_code == 404
    assert {name: len(upstream.asked) for name, upstream in gateway.upstreams.items()} == before


def test_dots_within_a_segment_and_in_the_query_are_nothing_special(gateway):
    path = "/products/x..y?q=/../"
    assert gateway.get(path).json()["target"] == path


@pytest.fixture
def emulator_paths(sqlite_url):
    """Every path of the emulator's, with whether it is the provider's own."""
    settings = fake_checkout.settings.Settings(database_url=sqlite_url)
    app = create_app(fake_checkout.bootstrap.build(settings))
    owns = ("mercado_pago.", "sdk.")
    return {
        "/fake-checkout" + re.sub("<[^>]*>", "1", rule.rule): rule.endpoint.startswith(owns)
        for rule in app.url_map.iter_rules()
    }


def test_without_control_only_the_providers_own_paths_lead_to_the_emulator(strict_gateway, emulator_paths):
    statuses = {path: strict_gateway.get(path).status_code for path in emulator_paths}
    assert statuses == {path: 200 if own else 404 for path, own in emulator_paths.items()}
    assert set(statuses.values()) == {200, 404}


@pytest.mark.parametrize(
    "path",
    [
        "/fake-checkout",
        "/fake-checkout/x",
        "/fake-checkout//__fake/clock",
        "/fake-checkout/__fak%65/clock",
        "/fake-checkout/v1",
        "/fake-checkout/js",
        "/fake-checkout/js/v2x",
        "/fake-checkout%2F__fake/clock",
    ],
)
def test_no_way_of_writing_it_leads_to_control(strict_gateway, path):
    asked = len(strict_gateway.upstreams["emulator"].asked)
    assert strict_gateway.get(path).status_code == 404
    assert len(strict_gateway.upstreams["emulator"].asked) == asked


@pytest.mark.parametrize("word", ["On", "off", "yes", "", "1"])
def test_control_is_on_only_where_the_setting_says_on(start_gateway, word):
    gateway = start_gateway(FAKE_CHECKOUT_CONTROL=word)
    status = gateway.get("/fake-checkout/__fake/clock").status_code
    gateway.server.stop()
    assert status == (200 if word.lower() == "on" else 404)


def test_a_method_and_a_body_arrive_as_they_were_sent(gateway):
    raw = json.dumps({"quantity": 2, "notes": "sem cebola — ok"}).encode()
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        path = f"/carts/{method.lower()}"
        answer = gateway.ask(method, path, data=raw, headers={"Content-Type": "application/json"})
        assert answer.json()["body"] == len(raw)
        (asked,) = gateway.asked_of("orders", path)
        assert (asked.method, asked.body, asked.header("Content-Type")) == (method, raw, ["application/json"])
