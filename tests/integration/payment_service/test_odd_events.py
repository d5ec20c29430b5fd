"""Whatever an event says: it is handled, it is parked, or it waits for what it speaks of. Nothing else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicekit.ids import new_id
from tests.builders.odd_events import Reader, odd, on_the_wire
from tests.conftest import fresh_database
from tests.fakes.payment_service.composed import composed

PLACED = {"total": 5980, "currency": "BRL", "method": "pix", "deadline": "2026-11-21T23:31:00Z"}
ABOUT = {
    "order.placed.v1": PLACED,
    "order.cancel_requested.v1": PLACED | {"reason": "expired"},
    "order.cancelled.v1": PLACED | {"reason": "customer", "goods_used": False},
    "order.status_changed.v1": {"status": "FINISHED"},
    "order.paid.v1": {"payment_id": "p"},
}


@pytest.fixture(scope="module")
def reader(postgresql_server):
    with fresh_database(postgresql_server) as url:
        container = composed(url)
        yield Reader(container)
        container.database.dispose()


events = st.sampled_from(sorted(ABOUT)).flatmap(lambda kind: st.tuples(st.just(kind), odd(ABOUT[kind])))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(events, st.booleans())
def test_whatever_an_event_says_it_is_handled_parked_or_waits_for_its_order(reader, event, known):
    event_type, data = event
    order_id = new_id()
    if known:
        reader.hear(on_the_wire("order.placed.v1", "/orders", order_id, PLACED))
    (row,) = reader.hear(on_the_wire(event_type, "/orders", order_id, data))
    assert row.status in {"done", "parked"} or row.error.startswith("UnknownCharge"), row.error
