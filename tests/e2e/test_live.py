"""Live updates as pages see them, through the one address of the running system."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
import requests

from tests.fakes.servicekit.deadlines import eventually
from tests.fakes.servicekit.event_streams import EventStreamClient
from tests.servers.system import ProductionSystem, System


@pytest.fixture
def product(system: System) -> str:
    """Something on the menu that never runs out."""
    offers = requests.get(f"{system.url}/products", timeout=20).json()["items"]
    return next(offer["id"] for offer in offers if offer["available"] is None)


def checkout(system: System, product: str) -> dict:
    wanted = {"items": [{"product_id": product, "quantity": 1}]}
    return requests.post(f"{system.url}/orders/checkout", json=wanted, timeout=20).json()


def token(system: System, name: str) -> str:
    words = {"username": name, "password": name}
    return requests.post(f"{system.url}/auth/token", json=words, timeout=20).json()["access_token"]


def cancel(system: System, order: dict) -> None:
    answer = requests.post(f"{system.url}/orders/{order['id']}/cancel", timeout=20)
    assert answer.status_code == 202


@pytest.fixture
def connect() -> Iterator[Callable[..., EventStreamClient]]:
    """Open a stream; all are closed after the test."""
    with ExitStack() as stack:

        def connect(url: str, **options: str | None) -> EventStreamClient:
            return stack.enter_context(closing(EventStreamClient(url, **options)))

        yield connect


def events_of(system: System, order: dict) -> str:
    return f"{system.url}/orders/{order['id']}/events"


def test_a_customer_sees_the_order_change_until_it_is_over(system: System, product: str, connect):
    order = checkout(system, product)
    stream = connect(events_of(system, order))
    assert stream.wait_for(1)[0].data["id"] == order["id"]

    cancel(system, order)
    stream.wait_for_end()

    assert stream.events[-1].data["status"] == "CANCELLED"
    versions = [event.data["version"] for event in stream.events]
    assert versions == sorted(set(versions))
    assert connect(events_of(system, order), last_event_id=stream.last_id).status == 204


def test_the_kitchen_and_the_board_are_told_at_the_same_address(system: System, connect):
    kitchen = connect(f"{system.url}/kitchen/events", token=token(system, "cozinha"))
    board = connect(f"{system.url}/stores/default/board/events")

    assert [stream.wait_for(1)[0].name for stream in (kitchen, board)] == ["snapshot", "snapshot"]
    assert requests.get(f"{system.url}/board", timeout=20).json() == board.events[0].data
    assert requests.get(f"{system.url}/kitchen/events", timeout=20).status_code == 401


def test_a_stream_is_taken_up_where_it_was_after_the_live_process_was_killed(
    production: ProductionSystem, connect
):
    (product,) = [
        offer["id"]
        for offer in requests.get(f"{production.url}/products", timeout=20).json()["items"]
        if offer["available"] is None
    ][:1]
    order = checkout(production, product)
    stream = connect(events_of(production, order))
    stream.wait_for(1)

    production.kill("live")
    eventually(lambda: not stream.is_open)
    cancel(production, order)
    production.start_live()
    production.wait_until(f"{production.address('live')}/health/ready")

    again = connect(events_of(production, order), last_event_id=stream.last_id)
    again.wait_for_end()
    assert again.events[-1].data["status"] == "CANCELLED"
    assert min(event.data["version"] for event in again.events) > stream.events[-1].data["version"]


def test_the_live_process_ends_its_streams_when_it_is_asked_to(production: ProductionSystem, connect):
    stream = connect(f"{production.url}/board/events")
    stream.wait_for(1)

    assert production.end("live") == 0

    stream.wait_for_end()
    production.start_live()
    production.wait_until(f"{production.address('live')}/health/ready")
