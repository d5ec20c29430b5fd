"""Events change by additions, or get a new version."""

import copy
import json
from pathlib import Path

import pytest

from orders_service.entrypoints.events import payment_schemas
from payment_service.entrypoints.events import order_schemas
from tests.releases import event_schemas, versions
from tests.releases.event_rule import breaches

SCHEMAS = Path(__file__).parents[3] / "docs" / "events"
PLACED = "order.placed.v1"
READERS = {
    "order.placed.v1": order_schemas.PlacedSchema,
    "order.cancel_requested.v1": order_schemas.EndingSchema,
    "order.cancelled.v1": order_schemas.EndingSchema,
    "order.status_changed.v1": order_schemas.StatusSchema,
    "payment.created.v1": payment_schemas.CreatedSchema,
    "payment.approved.v1": payment_schemas.AttemptSchema,
    "payment.rejected.v1": payment_schemas.RejectedSchema,
    "payment.closed.v1": payment_schemas.AttemptSchema,
    "payment.refunded.v1": payment_schemas.RefundSchema,
    "payment.refund_failed.v1": payment_schemas.RefundSchema,
    "payment.charged_back.v1": payment_schemas.AttemptSchema,
}
RELEASED = event_schemas(versions()[-1])


def today():
    return {
        path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
        for path in SCHEMAS.glob("*.schema.json")
    }


@pytest.fixture
def changed():
    """The released schemas, to be changed."""
    return copy.deepcopy(RELEASED)


def test_todays_events_are_read_by_the_released_readers_and_the_other_way_round():
    assert breaches(RELEASED, today()) == []


def test_the_data_of_every_released_event_has_its_reader_but_of_the_one_that_is_read_by_its_subject():
    assert RELEASED.keys() - READERS.keys() == {"order.paid.v1"}


@pytest.mark.parametrize("event", READERS)
def test_a_reader_of_today_asks_for_nothing_that_a_released_writer_does_not_say(event):
    asked = {field.data_key or name for name, field in READERS[event]().fields.items() if field.required}
    assert asked <= set(RELEASED[event]["required"])


def test_what_is_added_is_harmless(changed):
    changed[PLACED]["properties"]["table"] = {"type": "string"}
    changed[PLACED]["required"].append("table")
    changed["order.eaten.v1"] = changed[PLACED]
    changed["order.placed.v2"] = {"type": "object"}
    assert breaches(RELEASED, changed) == []


def test_what_only_people_read_may_be_said_better(changed):
    changed[PLACED]["description"] = "Better."
    changed[PLACED]["properties"]["total"]["description"] = "Better."
    assert breaches(RELEASED, changed) == []


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        (lambda schema: schema["properties"].pop("total"), "order.placed.v1.total is gone"),
        (
            lambda schema: schema["properties"].update(sum=schema["properties"].pop("total")),
            "order.placed.v1.total is gone",
        ),
        (lambda schema: schema["required"].remove("total"), "order.placed.v1.total may be left out"),
        (
            lambda schema: schema["properties"]["total"].update(type="string"),
            "order.placed.v1.total has another type",
        ),
        (
            lambda schema: schema["properties"]["method"]["enum"].remove("card"),
            "order.placed.v1.method has another enum",
        ),
        (
            lambda schema: schema["properties"]["method"]["enum"].append("cash"),
            "order.placed.v1.method has another enum",
        ),
        (
            lambda schema: schema["properties"]["total"].update(maximum=10**12),
            "order.placed.v1.total has another maximum",
        ),
        (lambda schema: schema.update(type="array"), "order.placed.v1 means something else"),
    ],
)
def test_what_readers_or_writers_of_the_release_would_trip_over_is_named(changed, change, breach):
    change(changed[PLACED])
    assert breach in breaches(RELEASED, changed)


def test_an_event_that_nobody_says_any_more_is_named(changed):
    del changed[PLACED]
    assert breaches(RELEASED, changed) == ["order.placed.v1 is gone"]


def test_what_is_inside_of_a_member_is_looked_at():
    inside = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    before = {"a.v1": {"properties": {"who": inside}}}
    after = copy.deepcopy(before)
    after["a.v1"]["properties"]["who"]["properties"]["name"]["type"] = "integer"
    assert breaches(before, after) == ["a.v1.who.name has another type"]
