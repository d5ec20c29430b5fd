from datetime import UTC, datetime

import pytest

from payment_service.entrypoints.rest.app import create_app
from payment_service.infrastructure.unit_of_work import PaymentsUnitOfWork
from servicekit.http.auth import Principal, TokenIssuer
from servicekit.ids import new_id
from servicekit.messaging.envelope import Envelope
from tests.builders.payment_service import NOW, ORDER, TOTAL
from tests.fakes.payment_service.composed import PRIVATE_KEY, StoppedClock, composed, signed
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway

TERMS = {
    "total": TOTAL,
    "currency": "BRL",
    "method": "pix",
    "deadline": NOW.replace(minute=15).isoformat(),
}
"""What every event about an order tells of it."""


class Till:
    """The service over SQLite, as its clients see it and as orders speak to it; its provider is in memory."""

    def __init__(self, container, clock, gateway):
        self.container = container
        self.clock = clock
        self.gateway = gateway
        self.app = create_app(container)
        self.http = self.app.test_client()

    def uow(self):
        return PaymentsUnitOfWork(self.container.database, self.container.outbox)

    def token(self, role, store="default"):
        issuer = TokenIssuer(PRIVATE_KEY, 3600)
        return {"Authorization": f"Bearer {issuer.issue(Principal(role, role, store), datetime.now(UTC))}"}

    @property
    def manager(self):
        return self.token("manager")

    def envelope(self, event_type, data, *, order_id=ORDER, store="default"):
        return Envelope(
            id=new_id(),
            type=event_type,
            source="/orders",
            subject=order_id,
            store=store,
            time=self.clock.now,
            data=data,
            sequence=1,
            dataschema=f"/events/{event_type}.schema.json",
        )

    def hear(self, event_type, *, order_id=ORDER, store="default", **data):
        """Handle an event of the orders service, as the inbox loop does."""
        envelope = self.envelope(event_type, TERMS | data, order_id=order_id, store=store)
        self.container.inbox.store([envelope])
        self.work("payments-inbox")
        return envelope.id

    def work(self, *names):
        """These loops, until nothing is left for them to do."""
        chosen = [loop for loop in self.container.loops if loop.name in names]
        assert len(chosen) == len(names)
        while sum(loop.step() for loop in chosen):
            pass

    def talk(self):
        self.work("payments-provider-1")

    def placed(self, order_id=ORDER, **data):
        """An order whose code can be paid; gives the payment."""
        self.hear("order.placed.v1", order_id=order_id, **data)
        self.talk()
        return self.payments(order_id, data.get("store", "default"))[0]

    def paid(self):
        payment = self.placed()
        self.gateway.pay(payment["provider_id"])
        self.notify(payment["provider_id"])
        self.work("payments-notices")
        return self.payments()[0]

    def notify(self, provider_id, **changes):
        return self.http.post(
            "/payments/webhook",
            query_string={"data.id": provider_id, "type": "payment"},
            json={"type": "payment", "action": "payment.updated", "data": {"id": provider_id}},
            headers=signed(provider_id, self.clock.now) | changes,
        )

    def payments(self, order_id=ORDER, store="default"):
        answer = self.http.get(f"/stores/{store}/payments", query_string={"order_id": order_id})
        assert answer.status_code == 200
        return answer.json["items"]

    def retry(self, headers=None, **changes):
        body = {"order_id": ORDER, "method": "pix"} | changes
        return self.http.post("/payments", json=body, headers=headers or {})

    def refund(self, payment, body=None, headers=None):
        path = f"/payments/{payment['id']}/refunds"
        return self.http.post(path, json=body, headers=self.manager | (headers or {}))


@pytest.fixture
def clock():
    return StoppedClock()


@pytest.fixture
def till(sqlite_url, clock):
    gateway = FakePaymentGateway()
    container = composed(sqlite_url, clock, gateway)
    yield Till(container, clock, gateway)
    container.database.dispose()
