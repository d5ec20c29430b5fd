"""Whatever an event says: it is handled, it is parked, or it waits for what it speaks of. Nothing else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders_service.entrypoints.rest.app import create_app
from servicekit.ids import new_id
from tests.builders.odd_events import Reader, odd, on_the_wire
from tests.conftest import fresh_database
from tests.fakes.orders_service.composed import composed

ATTEMPT = {"payment_id": "p-1", "attempt": 1, "status": "PENDING", "method": "pix", "amount": 4980}
REFUND = ATTEMPT | {"status": "APPROVED", "refund_id": "r-1", "refunded_total": 1, "reason": "store"}
ABOUT = {
    "payment.created.v1": ATTEMPT
    | {"qr_code": "x", "ticket_url": "https://x/", "expires_at": "2026-11-21T23:56:00Z"},
    "payment.approved.v1": ATTEMPT | {"status": "APPROVED"},
    "payment.rejected.v1": ATTEMPT | {"status": "REJECTED", "reason": "no", "attempts_left": 0},
    "payment.closed.v1": ATTEMPT | {"status": "CANCELLED"},
    "payment.refunded.v1": REFUND,
    "payment.refund_failed.v1": REFUND,
    "payment.charged_back.v1": ATTEMPT | {"status": "CHARGED_BACK", "reimbursed": False},
}


@pytest.fixture(scope="module")
def container(postgresql_server):
    with fresh_database(postgresql_server) as url:
        container = composed(url)
        yield container
        container.database.dispose()


@pytest.fixture(scope="module")
def order_id(container):
    kiosk = create_app(container).test_client()
    menu = kiosk.get("/products?limit=200").json["items"]
    items = [{"product_id": next(one["id"] for one in menu if one["available"] is None), "quantity": 1}]
    return kiosk.post("/orders/checkout", json={"items": items}).json["id"]


@pytest.fixture
def reader(container):
    return Reader(container)


events = st.sampled_from(sorted(ABOUT)).flatmap(lambda kind: st.tuples(st.just(kind), odd(ABOUT[kind])))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(events, st.booleans())
def test_whatever_an_event_says_it_is_handled_or_parked(reader, order_id, event, known):
    event_type, data = event
    subject = order_id if known else new_id()
    (row,) = reader.hear(on_the_wire(event_type, "/payments", subject, data))
    assert row.status == "parked" if not known else row.status in {"done", "parked"}, row.error
