"""The last release's processes on today's schema, beside today's: what a rolling update goes through.

Each test takes the update one step further. The provider's stand-in is today's all the time.
"""

import contextlib
from pathlib import Path

import psycopg
import pytest
import requests

import orders_service.bootstrap
import payment_service.bootstrap
from orders_service.domain.order_progress import OrderStatus
from orders_service.settings import Settings
from orders_service.usecases.advance_order_usecase import AdvanceOrder
from servicekit.settings import load
from standalone.demo_client import DemoClient
from standalone.demo_stories import STORIES
from tests.conftest import fresh_broker, fresh_database
from tests.fakes.orders_service.images import FakeArtist
from tests.releases import unpack, versions
from tests.servers.gateway import Gateway
from tests.servers.system import ROOT, ProductionSystem

SECONDS_FOR_ONE_TEST = 300
PACKAGES = {"orders": "orders_service", "payments": "payment_service"}
STORY = {story.title: story.play for story in STORIES}
PAID, REFUNDED = STORY["Paid, cooked, picked up"], STORY["Cancelled after paying"]

pytestmark = pytest.mark.timeout(SECONDS_FOR_ONE_TEST)


class Update(ProductionSystem):
    """Services of either release, each a process, on databases that today's migrations brought up to date."""

    def __init__(self, folder, **outside):
        super().__init__(folder, **outside, settings={"PAYMENT_DEADLINE_SECONDS": "600"})
        self.released = unpack(versions()[-1], folder / "released")

    def start(self):
        behind = ("orders", "payments", "emulator", "live")
        self._gateway = Gateway(**{name: self.address(name) for name in behind})
        self.url = self._gateway.url
        self.start_emulator()
        orders, payments = self.todays_orders(), self.todays_payments()
        orders.prepare()
        payments.migrate()
        for container in (orders, payments):
            container.database.dispose()

    def todays_orders(self):
        settings = load(Settings, {**self.environ("orders"), "DEMO_DATA": "on"})
        return orders_service.bootstrap.build(settings, artist=FakeArtist())

    def todays_payments(self):
        return payment_service.bootstrap.from_environment(self.environ("payments"))

    def run(self, *, released, today):
        """Have one service of the last release and one of today, in the place of what runs."""
        for service in PACKAGES.keys() & self.processes.keys():
            self.end(service)
        self.roots = {released: self.released}
        for service in (released, today):
            self.start_service(service)
        self.wait_until_ready()
        folders = {name: Path(f"/proc/{self.processes[name].pid}/cwd").readlink() for name in PACKAGES}
        assert folders == {released: self.released, today: ROOT}

    def start_service(self, service):
        port, worker_port = self.ports[service], self.ports[f"{service}-worker"]
        environ = {"WORKER_PORT": str(worker_port), "PYTHONPATH": str(ROOT)}
        words = ["tests.releases.one_process", PACKAGES[service], str(port)]
        self.spawn(service, words, self.environ(service) | environ)

    def wait_until_ready(self):
        for name in ("emulator", "orders", "payments", "orders-worker", "payments-worker"):
            self.wait_until(f"{self.address(name)}/health/ready")

    @contextlib.contextmanager
    def altered(self, service, change, undoing):
        """A database that is changed for a while; a process that did not bear it is started again."""
        address = self.books[list(PACKAGES).index(service)]
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in change:
                connection.execute(statement)
            try:
                yield
            finally:
                connection.execute(undoing)
        if self.processes[service].poll() is not None:
            self.start_again(service)
        self.wait_until_ready()

    def client(self):
        return DemoClient(self.url, self.emulator)


@pytest.fixture(scope="module")
def update(tmp_path_factory, postgresql_server, rabbitmq_server):
    with contextlib.ExitStack() as stack:
        orders, payments = (stack.enter_context(fresh_database(postgresql_server)) for _ in range(2))
        broker = stack.enter_context(fresh_broker(rabbitmq_server))
        folder = tmp_path_factory.mktemp("update")
        update = Update(folder, orders_database=orders, payments_database=payments, broker=broker)
        stack.callback(update.stop)
        update.start()
        yield update


@pytest.fixture(scope="module")
def begun(update):
    """Orders that one release has begun, and the other has to go on with: one paid, one still to be paid."""
    update.run(released="payments", today="orders")
    paid, unpaid = update.client(), update.client()
    for client in (paid, unpaid):
        client.place_order()
        client.provider_id()
    paid.pay()
    paid.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    return paid, unpaid


@pytest.mark.usefixtures("begun")
def test_the_last_releases_payments_work_on_todays_schema_and_with_todays_orders(update):
    REFUNDED(update.client())


def test_the_last_releases_orders_work_on_todays_schema_and_with_todays_payments(update, begun):
    update.run(released="orders", today="payments")
    for path in ("/products", "/categories", "/stores", "/stores/default/products/category/lanche"):
        assert requests.get(update.url + path, timeout=10).ok
    PAID(update.client())
    paid, unpaid = begun
    for status in ("IN_PREPARATION", "READY", "FINISHED"):
        paid.cook(status)
    unpaid.pay()
    unpaid.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    unpaid.cancel()
    unpaid.wait_for("the money back", lambda order: order["payment"]["refunded"] == order["total"])


@pytest.mark.parametrize(
    ("change", "undoing"),
    [
        (
            ["ALTER TABLE products RENAME description TO words"],
            "ALTER TABLE products RENAME words TO description",
        ),
        (
            [
                "ALTER TABLE order_lines ADD seat int NOT NULL DEFAULT 0",
                "ALTER TABLE order_lines ALTER seat DROP DEFAULT",
            ],
            "ALTER TABLE order_lines DROP seat",
        ),
    ],
    ids=["a-column-is-gone", "a-column-has-to-be-filled-in"],
)
def test_a_change_that_the_last_releases_orders_do_not_bear_is_noticed_here(update, change, undoing):
    with update.altered("orders", change, undoing), pytest.raises(requests.HTTPError, match="500"):
        PAID(update.client())


def test_todays_orders_go_on_with_what_the_last_releases_wrote(update):
    client = update.client()
    client.place_order()
    client.provider_id()
    client.pay()
    client.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    orders = update.todays_orders()
    order = orders.usecases.advance_order.execute(
        AdvanceOrder("default", client.order_id, OrderStatus.IN_PREPARATION)
    )
    assert order.status is OrderStatus.IN_PREPARATION
    orders.database.dispose()
