"""The worker as a process of its own, between a real database and a real broker."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pika
import pytest

from orders_service import worker
from orders_service.bootstrap import build
from orders_service.domain.order_line import WantedItem
from orders_service.domain.order_progress import OrderStatus
from orders_service.domain.payment import PaymentMethod
from orders_service.ports.catalogue_query_port import OfferFilter
from orders_service.usecases.browse_catalogue_usecase import BrowseCatalogue
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.show_order_usecase import ShowOrder
from servicekit.ids import new_id
from servicekit.messaging.envelope import CONTENT_TYPE, Envelope
from tests.builders.orders_service import STORE
from tests.fakes.orders_service.composed import PRIVATE_KEY, PUBLIC_KEY, some_settings
from tests.fakes.orders_service.images import FakeArtist
from tests.fakes.orders_service.secrets import FakePasswords

AS_EVENT = pika.BasicProperties(content_type=CONTENT_TYPE)
DEADLINE_SECONDS = 30


@pytest.fixture
def container(postgres_url, broker_url):
    settings = some_settings(postgres_url, broker_url=broker_url)
    container = build(settings, passwords=FakePasswords(), artist=FakeArtist())
    container.prepare()
    yield container
    container.database.dispose()


@pytest.fixture
def process(container, tmp_path):
    environ = {
        **os.environ,
        "DATABASE_URL": container.settings.database_url,
        "BROKER_URL": container.settings.broker_url,
        "JWT_PRIVATE_KEY": PRIVATE_KEY,
        "JWT_PUBLIC_KEY": PUBLIC_KEY,
        "WORKER_HEARTBEAT_FILE": str(tmp_path / "heartbeat"),
    }
    process = subprocess.Popen([sys.executable, "-m", "orders_service.worker"], env=environ)
    yield process
    process.kill()
    process.wait()


def eventually(found):
    """What is found, once it is true."""
    give_up = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < give_up:
        if result := found():
            return result
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def place_order(container):
    page = container.usecases.menu.browse.execute(BrowseCatalogue(STORE, OfferFilter(), None, 1))
    items = (WantedItem(page.items[0].id, 1),)
    return container.usecases.checkout.execute(Checkout(STORE, items, None, PaymentMethod.PIX))


def approval_of(order):
    data = {"payment_id": "p", "attempt": 1, "status": "APPROVED", "method": "pix", "amount": 2490}
    return Envelope(
        id=new_id(),
        type="payment.approved.v1",
        source="/payments",
        subject=order.id,
        store=STORE,
        time=datetime.now(UTC),
        data=data,
        sequence=1,
        dataschema="/events/payment.approved.v1.schema.json",
    )


@pytest.mark.usefixtures("process")
def test_the_worker_tells_what_happened_and_hears_what_others_tell(container, tmp_path):
    eventually((tmp_path / "heartbeat").exists)
    order = place_order(container)
    with pika.BlockingConnection(pika.URLParameters(container.settings.broker_url)) as connection:
        channel = connection.channel()
        worker.TOPOLOGY.declare(container.settings.broker_url)
        body = eventually(lambda: channel.basic_get("comanda.payment", auto_ack=True)[2])
        placed = Envelope.from_json(body)
        assert (placed.type, placed.subject, placed.source) == ("order.placed.v1", order.id, "/orders")
        approval = approval_of(order)
        channel.basic_publish("comanda.events", approval.type, approval.to_json(), AS_EVENT)
        show = ShowOrder(STORE, order.id)
        eventually(lambda: container.usecases.show_order.execute(show).status is OrderStatus.RECEIVED)
        paid = Envelope.from_json(eventually(lambda: channel.basic_get("comanda.payment", auto_ack=True)[2]))
        assert (paid.type, paid.causationid) == ("order.paid.v1", approval.id)


def test_the_worker_ends_within_five_seconds_of_being_asked(process, tmp_path):
    eventually((tmp_path / "heartbeat").exists)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert time.monotonic() - began < 5


def test_the_worker_runs_every_loop_once(container):
    assert len(worker.loops_of(container)._threads) == len(container.loops) + 2
