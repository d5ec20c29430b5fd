"""Every route of both services, called by everybody, for every store, with what is of each store.

Nothing leaks, reads included, and whoever is refused has changed nothing.
"""

import pytest

import orders_service.bootstrap
import payment_service.bootstrap
from orders_service.entrypoints.rest.app import create_app as create_orders_app
from payment_service.entrypoints.rest.app import create_app as create_payments_app
from tests.fakes.orders_service import composed as orders
from tests.fakes.orders_service.secrets import FakePasswords
from tests.fakes.payment_service import composed as payments
from tests.integration.matrix.entries import ENTRIES
from tests.integration.matrix.walk import complaints, rules_by_route
from tests.integration.matrix.world import live_of

NOWHERE = "sqlite:///never-opened.sqlite3"


def applications():
    """Both, to be looked at: nothing of them is opened."""
    settings, their_settings = orders.some_settings(NOWHERE), payments.some_settings(NOWHERE)
    container = orders_service.bootstrap.build(settings, passwords=FakePasswords())
    yield "orders_service", create_orders_app(container, live_of(container))
    yield "payment_service", create_payments_app(payment_service.bootstrap.build(their_settings))


ROUTES = [(name, route) for name, app in applications() for route in sorted(rules_by_route(app))]


@pytest.mark.parametrize(("service", "route"), ROUTES, ids=lambda one: one)
def test_a_route_answers_everybody_as_the_contract_says(world, service, route):
    assert complaints(world, service, route) == []


@pytest.mark.parametrize("service", ENTRIES)
def test_no_entry_speaks_of_a_route_that_is_gone(world, service):
    assert set(ENTRIES[service]) - set(rules_by_route(world.apps[service])) == set()
