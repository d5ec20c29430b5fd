"""Each thing that the matrix is there to see, done to a service, is seen."""

import pytest
import sqlalchemy as sa
from flask import abort, jsonify

from orders_service.infrastructure.models.people_model import stores
from servicekit.http.auth import anyone, roles
from tests.integration.matrix.callers import CALLERS
from tests.integration.matrix.entries import ENTRIES
from tests.integration.matrix.walk import NoEntry, calls, complaints, rules_by_route

SERVICE = "orders_service"


@pytest.fixture
def replace_view(world, monkeypatch):
    def replace_view(endpoint, view):
        for form in (endpoint, f"store_{endpoint}"):
            monkeypatch.setitem(world.apps[SERVICE].view_functions, form, view)

    return replace_view


def test_a_door_that_was_left_open(world, replace_view):
    replace_view("staff.queue", anyone(lambda: jsonify(items=[])))
    seen = complaints(world, SERVICE, "GET /orders")
    assert "GET /orders by nobody, with what is of default: 200, expected [401]" in seen
    assert "GET /orders by manager of other, with what is of default: 200, expected [403]" in seen


def test_a_door_that_is_open_to_the_wrong_role(world, replace_view):
    replace_view("staff.timeline", roles("manager", "kitchen")(lambda order_id: jsonify(id=order_id)))
    seen = complaints(world, SERVICE, "GET /orders/<uuid:order_id>/timeline")
    assert any("by kitchen of default, with what is of default: 200, expected [403]" in one for one in seen)


def test_a_door_that_is_shut_to_the_right_role(world, replace_view):
    replace_view("staff.queue", roles("kitchen")(lambda: jsonify(items=[])))
    seen = complaints(world, SERVICE, "GET /orders")
    assert "GET /orders by manager of default, with what is of default: 403, expected [200]" in seen


@pytest.mark.parametrize("canary", ["word", "order_id"])
def test_a_name_or_an_id_of_another_store(world, replace_view, canary):
    leaked = world.things["other"][0][canary]
    replace_view("catalogue.categories", anyone(lambda: jsonify(items=[leaked])))
    seen = complaints(world, SERVICE, "GET /categories")
    assert f"GET /categories by nobody, with what is of default: 200, leaks {leaked}" in seen


def test_a_row_that_somebody_changed_who_was_then_refused(world, replace_view):
    @anyone
    def change_and_refuse(order_id):  # noqa: ARG001
        with world.orders.database.transaction() as transaction:
            transaction.connection.execute(sa.update(stores).values(name="Mudada"))
            transaction.commit()
        abort(404)

    replace_view("orders.show", change_and_refuse)
    seen = complaints(world, SERVICE, "GET /orders/<uuid:order_id>")
    assert any("wrote 2 rows" in one for one in seen)


def test_what_a_stream_tells_at_first(world):
    route = "GET /kitchen/events"
    (cook,) = [caller for caller in CALLERS if caller.name == "kitchen of default"]
    rule = rules_by_route(world.apps[SERVICE])[route][0]
    (call,) = calls(world, SERVICE, "GET", rule, ENTRIES[SERVICE][route][0], cook)
    with world.undone(SERVICE):
        _, told = call._ask()
    assert world.things["default"][0]["order_id"] in told.decode()


def test_a_route_that_nothing_is_said_of(world):
    with pytest.raises(NoEntry, match=r"Add 'GET /new' to the entries of orders_service"):
        complaints(world, SERVICE, "GET /new")
