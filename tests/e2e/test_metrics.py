"""What the processes tell at /metrics, seen as Prometheus sees it, while an order goes its way."""

import pytest
import requests

from standalone.demo_client import DemoClient
from tests.fakes.servicekit.deadlines import eventually
from tests.fakes.servicekit.scrapes import Scrape
from tests.servers.system import EmbeddedSystem, ProductionSystem, System

LONGEST_SECONDS = 5
STAGES = {"unpaid", "cancelling", "unanswered", "closing", "refunding"}
CHECKOUT = {"application": "orders_service", "method": "POST", "route": "/orders/checkout", "status": "201"}


class Watch:
    """Scrapes every process of a system."""

    def __init__(self, system: System) -> None:
        addresses = (
            map(system.address, system.ports) if isinstance(system, ProductionSystem) else [system.url]
        )
        self.addresses = list(addresses)

    def texts(self) -> list[str]:
        answers = [requests.get(f"{one}/metrics", timeout=LONGEST_SECONDS) for one in self.addresses]
        assert {answer.status_code for answer in answers} == {200}
        return [answer.text for answer in answers]

    def value(self, name: str, **labels: str) -> float:
        return sum(Scrape(text).value(name, **labels) for text in self.texts())

    def labels(self, name: str, label: str) -> set[str]:
        return {value for text in self.texts() for value in Scrape(text).labels(name, label)}


@pytest.fixture
def watch(system: System):
    return Watch(system)


def test_an_orders_way_shows_in_the_metrics(system: System, watch: Watch):
    counted = [
        ("comanda_http_requests_total", CHECKOUT),
        ("comanda_events_published_total", {"type": "order.placed.v1", "outcome": "confirmed"}),
        ("comanda_events_handled_total", {"type": "payment.approved.v1", "outcome": "done"}),
        ("comanda_provider_call_duration_seconds_count", {"operation": "create", "outcome": "answered"}),
        ("comanda_orders_ended_total", {"state": "FINISHED", "reason": ""}),
    ]
    before = [watch.value(name, **labels) for name, labels in counted]
    received = watch.value("comanda_orders_open", state="RECEIVED")

    client = DemoClient(system.url, system.emulator)
    client.place_order()
    client.pay()
    client.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    assert watch.value("comanda_orders_open", state="RECEIVED") == received + 1

    for status in ("IN_PREPARATION", "READY", "FINISHED"):
        client.cook(status)
    expected = [count + 1 for count in before]
    eventually(lambda: [watch.value(name, **labels) for name, labels in counted] == expected)
    assert watch.value("comanda_orders_open", state="RECEIVED") == received
    assert not [text for text in watch.texts() if client.order_id in text]


def test_a_system_that_rests_is_as_the_documents_call_normal(watch: Watch):
    eventually(lambda: watch.value("comanda_outbox_unpublished") == 0)
    eventually(lambda: watch.value("comanda_inbox_unhandled") == 0)
    assert watch.labels("comanda_database_readable", "service") == {"orders", "payments"}
    assert watch.value("comanda_database_readable") == 2
    assert watch.labels("comanda_sagas_late", "stage") == STAGES
    for name in ("sagas_late", "events_parked", "loop_waiting", "loop_stuck", "refunds_open"):
        assert watch.value(f"comanda_{name}") == 0, name
    assert {"orders-relay", "payments-provider-1"} <= watch.labels("comanda_loop_silence_seconds", "loop")


def test_a_gateway_does_not_show_the_metrics(production: ProductionSystem):
    for path in ("/metrics", "/fake-checkout/metrics", "/stores/default/metrics"):
        assert requests.get(production.url + path, timeout=LONGEST_SECONDS).status_code == 404


def test_the_embedded_process_shows_everything_at_its_one_address(embedded: EmbeddedSystem):
    assert "comanda_orders_open" in requests.get(f"{embedded.url}/metrics", timeout=LONGEST_SECONDS).text
