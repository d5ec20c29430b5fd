import pytest

from orders_service.domain.staff import Role, Staff
from orders_service.entrypoints.rest.app import create_app
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from servicekit.ids import new_id
from servicekit.messaging.envelope import Envelope
from tests.builders.orders_service import NOON, a_store
from tests.fakes.orders_service.composed import StoppedClock, composed


class Shop:
    """The service over SQLite, as its clients see it, and as the payment service speaks to it."""

    def __init__(self, container, clock):
        self.container = container
        self.clock = clock
        self.app = create_app(container)
        self.http = self.app.test_client()
        self.sequence = 0

    def uow(self):
        return OrdersUnitOfWork(self.container.database, self.container.outbox)

    def token(self, name):
        answer = self.http.post("/auth/token", json={"username": name, "password": name})
        return {"Authorization": f"Bearer {answer.json['access_token']}"}

    @property
    def manager(self):
        return self.token("gerente")

    @property
    def kitchen(self):
        return self.token("cozinha")

    def product(self, name):
        """A product of the demonstration, by words of its name."""
        (offer,) = self.http.get("/products", query_string={"q": name}).json["items"]
        return offer

    def checkout(self, *items, headers=None, **body):
        wanted = [{"product_id": product["id"], "quantity": quantity} for product, quantity in items]
        return self.http.post("/orders/checkout", json={"items": wanted, **body}, headers=headers or {})

    def order(self, name="X-Salada", quantity=2):
        return self.checkout((self.product(name), quantity)).json

    def hear(self, event_type, order_id, *, status="APPROVED", attempt=1, **data):
        """Handle an event of the payment service, as the inbox loop does."""
        envelope = self.envelope(event_type, order_id, status=status, attempt=attempt, **data)
        self.container.inbox.store([envelope])
        while self.inbox_loop.step():
            pass
        return envelope.id

    def envelope(self, event_type, order_id, *, status="APPROVED", attempt=1, **data):
        """An event of the payment service."""
        self.sequence += 1
        about = {
            "payment_id": f"payment-{attempt}",
            "attempt": attempt,
            "status": status,
            "method": "pix",
            "amount": 4980,
        }
        return Envelope(
            id=new_id(),
            type=event_type,
            source="/payments",
            subject=order_id,
            store="default",
            time=self.clock.now,
            data=about | data,
            sequence=self.sequence,
            dataschema=f"/events/{event_type}.schema.json",
        )

    @property
    def inbox_loop(self):
        (inbox_loop,) = [loop for loop in self.container.loops if loop.name == "orders-inbox"]
        return inbox_loop

    def paid_order(self, name="X-Salada", quantity=2):
        order = self.order(name, quantity)
        self.hear("payment.approved.v1", order["id"])
        return order

    def show(self, order):
        return self.http.get(f"/orders/{order['id']}").json

    def advance(self, order, status):
        return self.http.patch(f"/orders/{order['id']}/status", json={"status": status}, headers=self.kitchen)

    def open_other_store(self):
        """A second store, with staff of the same names and one product."""
        with self.uow() as uow:
            uow.stores.add(a_store("other"))
            for name, role in (("cozinha", Role.KITCHEN), ("gerente", Role.MANAGER)):
                uow.staff.add(Staff("other", name, f"hash of {name}", role))
            uow.commit()


@pytest.fixture
def clock():
    clock = StoppedClock()
    assert clock.now == NOON
    return clock


@pytest.fixture
def shop(sqlite_url, clock):
    container = composed(sqlite_url, clock)
    yield Shop(container, clock)
    container.database.dispose()
