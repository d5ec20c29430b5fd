"""The worker and the web process, between a real database, a real broker and the emulated provider."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

from payment_service import worker
from payment_service.bootstrap import build
from payment_service.usecases.browse_payments_usecase import ListOrderPayments
from servicekit.ids import new_id
from servicekit.messaging.envelope import CONTENT_TYPE, Envelope
from tests.builders.payment_service import STORE, TOTAL
from tests.contract.payment_service.providers import TOKEN, emulator_at
from tests.fakes.payment_service.composed import PUBLIC_KEY, some_settings

AS_EVENT = pika.BasicProperties(content_type=CONTENT_TYPE)
DEADLINE_SECONDS = 30


@pytest.fixture
def provider(tmp_path):
    with emulator_at(f"sqlite:///{tmp_path / 'provider.sqlite3'}") as (url, _container):
        yield url


@pytest.fixture
def container(postgres_url, broker_url, provider):
    settings = some_settings(
        postgres_url,
        broker_url=broker_url,
        mercado_pago_base_url=provider,
        mercado_pago_access_token=TOKEN,
    )
    container = build(settings)
    container.migrate()
    yield container
    container.database.dispose()


@pytest.fixture
def environ(container, provider, tmp_path):
    return {
        **os.environ,
        "DATABASE_URL": container.settings.database_url,
        "BROKER_URL": container.settings.broker_url,
        "JWT_PUBLIC_KEY": PUBLIC_KEY,
        "MERCADO_PAGO_BASE_URL": provider,
        "MERCADO_PAGO_ACCESS_TOKEN": TOKEN,
        "WORKER_HEARTBEAT_FILE": str(tmp_path / "heartbeat"),
    }


@pytest.fixture
def process(environ):
    process = subprocess.Popen([sys.executable, "-m", "payment_service.worker"], env=environ)
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


def an_order():
    now = datetime.now(UTC)
    deadline = (now + timedelta(minutes=15)).isoformat()
    return Envelope(
        id=new_id(),
        type="order.placed.v1",
        source="/orders",
        subject=new_id(),
        store=STORE,
        time=now,
        data={"total": TOTAL, "currency": "BRL", "method": "pix", "deadline": deadline},
        sequence=1,
        dataschema="/events/order.placed.v1.schema.json",
    )


@pytest.mark.usefixtures("process")
def test_the_worker_hears_of_an_order_speaks_with_the_provider_and_tells_the_code(container, tmp_path):
    eventually((tmp_path / "heartbeat").exists)
    broker = container.settings.broker_url
    with pika.BlockingConnection(pika.URLParameters(broker)) as connection:
        channel = connection.channel()
        worker.TOPOLOGY.declare(broker)
        order = an_order()
        channel.basic_publish("comanda.events", order.type, order.to_json(), AS_EVENT)
        body = eventually(lambda: channel.basic_get("comanda.orders", auto_ack=True)[2])
    created = Envelope.from_json(body)
    assert (created.type, created.subject, created.source) == (
        "payment.created.v1",
        order.subject,
        "/payments",
    )
    (payment,) = container.usecases.list_order_payments.execute(ListOrderPayments(STORE, order.subject))
    assert (payment.status, payment.qr_code) == ("PENDING", created.data["qr_code"])


def test_the_worker_ends_within_five_seconds_of_being_asked(process, tmp_path):
    eventually((tmp_path / "heartbeat").exists)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert time.monotonic() - began < 5


def test_the_worker_runs_every_loop_once(container):
    assert len(worker.loops_of(container)._threads) == len(container.loops) + 2


def test_a_heartbeat_is_optional(environ, container):
    environ = {name: value for name, value in environ.items() if name != "WORKER_HEARTBEAT_FILE"}
    process = subprocess.Popen([sys.executable, "-m", "payment_service.worker"], env=environ)
    try:
        eventually(lambda: queue_is_there(container.settings.broker_url))
        process.terminate()
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()


def queue_is_there(broker):
    with pika.BlockingConnection(pika.URLParameters(broker)) as connection:
        try:
            return connection.channel().queue_declare(worker.QUEUE, passive=True)
        except ChannelClosedByBroker:
            return None


def test_the_web_process_is_composed_from_its_environment(environ):
    code = (
        "from payment_service.wsgi import application\n"
        "answer = application.test_client().get('/health/ready')\n"
        "print(answer.status_code)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.stdout.strip() == "200", result.stderr
