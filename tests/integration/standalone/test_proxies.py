"""Every application of the house takes its proxies from TRUSTED_PROXIES, and trusts none by itself."""

import pytest
from flask import request

import fake_checkout.bootstrap
import fake_checkout.entrypoints.rest.app
import fake_checkout.settings
import orders_service.entrypoints.rest.app
import payment_service.entrypoints.rest.app
from standalone.server import Server
from standalone.settings import Settings
from tests.fakes.orders_service import composed as orders
from tests.fakes.payment_service import composed as payments


def orders_app(url, **settings):
    return orders_service.entrypoints.rest.app.create_app(orders.composed(url, **settings))


def payments_app(url, **settings):
    return payment_service.entrypoints.rest.app.create_app(payments.composed(url, **settings))


def emulator_app(url, **settings):
    made = fake_checkout.settings.Settings(database_url=url, **settings)
    return fake_checkout.entrypoints.rest.app.create_app(fake_checkout.bootstrap.build(made))


@pytest.mark.parametrize("make", [orders_app, payments_app, emulator_app])
@pytest.mark.parametrize(
    ("settings", "address"), [({}, "127.0.0.1"), ({"trusted_proxies": 1}, "203.0.113.9")]
)
def test_who_asks_is_told_by_as_many_proxies_as_are_trusted(sqlite_url, make, settings, address):
    app, seen = make(sqlite_url, **settings), []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/health/live", headers={"X-Forwarded-For": "203.0.113.9"})
    assert seen == [address]


def test_the_embedded_server_believes_no_header_by_itself():
    server = Server(Settings(), compose=lambda: None, when_ready=lambda: None)
    assert server.cfg.forwarded_allow_ips == []
