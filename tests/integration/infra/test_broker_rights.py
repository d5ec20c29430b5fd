"""The rights that the broker's definitions give each service, at a real RabbitMQ."""

import os
import subprocess

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

import orders_service.worker
import payment_service.worker
from servicekit.messaging.rabbitmq_topology import connect
from tests.conftest import fresh_broker
from tests.servers.rabbitmq import BrokerControl
from tests.servers.system import ROOT

START = ROOT / "infra" / "rabbitmq" / "start.sh"
TOPOLOGIES = {
    "orders_service": orders_service.worker.TOPOLOGY,
    "payment_service": payment_service.worker.TOPOLOGY,
}
PASSWORDS = {"ORDERS_BROKER_PASSWORD": "of-orders", "PAYMENTS_BROKER_PASSWORD": "of-payments"}
REFUSED = 403


def start(folder, **passwords):
    """Runs the script, with a stand-in for the image's entrypoint."""
    (folder / "docker-entrypoint.sh").write_text("#!/bin/sh\n")
    (folder / "docker-entrypoint.sh").chmod(0o755)
    environ = {"PATH": f"{folder}:{os.environ['PATH']}", "TMPDIR": str(folder), **PASSWORDS, **passwords}
    return subprocess.run([START], env=environ, capture_output=True, text=True, check=False)


@pytest.fixture
def urls(rabbitmq_server, tmp_path):
    """The address of the broker for each service."""
    assert start(tmp_path).returncode == 0
    definitions = (tmp_path / "definitions.json").read_text(encoding="utf-8")
    control = BrokerControl(rabbitmq_server)
    with fresh_broker(rabbitmq_server) as broker:
        host = broker.rpartition("@")[2]
        control.load(definitions.replace('"/"', f'"{broker.rpartition("/")[2]}"'))
        yield {
            "orders_service": f"amqp://orders_service:of-orders@{host}",
            "payment_service": f"amqp://payment_service:of-payments@{host}",
        }
        for user in TOPOLOGIES:
            control.dismiss(user)


@pytest.fixture
def declared(urls):
    for service, topology in TOPOLOGIES.items():
        topology.declare(urls[service])
    return urls


def publish(url, exchange, key):
    """What the broker says to it: None where it takes the message, else the reply code."""
    with connect(url) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        try:
            channel.basic_publish(exchange, key, b"{}", pika.BasicProperties(), mandatory=True)
        except ChannelClosedByBroker as refusal:
            return refusal.reply_code
    return None


def test_each_service_can_make_all_that_it_needs_and_says_its_own_events_alone(declared):
    said = {
        (service, key): publish(url, "comanda.events", key)
        for service, url in declared.items()
        for key in ("order.placed.v1", "payment.approved.v1")
    }

    assert said == {
        ("orders_service", "order.placed.v1"): None,
        ("orders_service", "payment.approved.v1"): REFUSED,
        ("payment_service", "order.placed.v1"): REFUSED,
        ("payment_service", "payment.approved.v1"): None,
    }


@pytest.mark.parametrize("service", TOPOLOGIES)
def test_no_service_reaches_a_queue_past_the_bindings_or_makes_another(declared, service):
    assert publish(declared[service], "", "comanda.orders") == REFUSED
    with connect(declared[service]) as connection, pytest.raises(ChannelClosedByBroker) as refusal:
        connection.channel().queue_declare("another")
    assert refusal.value.reply_code == REFUSED


@pytest.mark.parametrize("password", ["", 'with"quotes', "with spaces", "with/slash"])
def test_a_password_that_would_not_fit_into_an_address_starts_no_broker(tmp_path, password):
    done = start(tmp_path, PAYMENTS_BROKER_PASSWORD=password)

    assert done.returncode == 1
    assert "PAYMENTS_BROKER_PASSWORD has to be" in done.stderr
    assert not (tmp_path / "definitions.json").exists()
