"""What is published keeps to the schemas in docs/events."""

import json
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from orders_service.domain import events
from orders_service.infrastructure import database as tables
from tests.builders.orders_service import NOON, STORE, a_store, an_order
from tests.contract.orders_service.sql_restaurant import SqlRestaurant
from tests.unit.orders_service.domain.test_order_properties import actions, do

SCHEMAS = Path(__file__).parents[3] / "docs" / "events"
EVENTS = [
    events.OrderPlaced,
    events.OrderCancelRequested,
    events.OrderPaid,
    events.OrderStatusChanged,
    events.OrderCancelled,
]


def schema_of(event_type):
    return json.loads((SCHEMAS / f"{event_type}.schema.json").read_text())


def validator_of(event_type):
    return Draft202012Validator(schema_of(event_type), format_checker=FormatChecker())


def test_every_event_has_a_schema_and_every_schema_an_event():
    published = {path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("order.*.schema.json")}
    assert published == {event.type for event in EVENTS}


@pytest.mark.parametrize("event", EVENTS)
def test_a_schema_names_every_field_and_no_other(event):
    schema = schema_of(event.type)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"/events/{event.type}.schema.json"
    assert set(schema["properties"]) == set(schema["required"]) == {field.name for field in fields(event)}
    assert schema["additionalProperties"] is False


@pytest.fixture
def restaurant(sqlite_url):
    restaurant = SqlRestaurant(sqlite_url)
    with restaurant.uow() as uow:
        uow.stores.add(a_store())
        uow.commit()
    yield restaurant
    restaurant.dispose()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(actions, max_size=15))
def test_whatever_happens_to_an_order_what_it_says_keeps_to_the_schemas(restaurant, happenings):
    product = restaurant.sell(units=10)
    order = an_order(products=[product], number=f"A{product.id[-7:]}")
    with restaurant.uow() as uow:
        uow.orders.add(order)
        uow.stock.reserve(order)
        for number, action in enumerate(happenings):
            do(order, action, NOON + timedelta(minutes=3 * number))
            uow.orders.save(order)
        uow.commit()
    for row in said_about(restaurant, order.id):
        validator_of(row.type).validate(row.data)


def said_about(restaurant, order_id):
    table = tables.outbox
    with restaurant.database.read() as connection:
        rows = connection.execute(
            sa.select(table).where(table.c.subject == order_id, table.c.store == STORE)
        ).all()
    assert rows
    return rows
