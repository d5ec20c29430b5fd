"""Poison in the queues of a running system: parked at once, neighbours unharmed, replayed after a fix."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import pika
import pytest
import requests
import sqlalchemy as sa
from pika.adapters.blocking_connection import BlockingChannel

from payment_service.infrastructure import database as payment_tables
from servicekit.database.database import Database
from servicekit.messaging.outbox import Outbox, Said
from tests.builders.odd_events import on_the_wire
from tests.builders.odd_messages import OddHeaders, a_time_past_all_calendars, nested_tables
from tests.fakes.servicekit.deadlines import eventually
from tests.servers.system import ProductionSystem, SystemDidNotStart
from tests.storm.crowd import Crowd
from tests.storm.customer import Story
from tests.storm.newer_orders_worker import PAGE_MOVED
from tests.storm.poison import ALIEN, APPROVED, AS_EVENT, PLACED, Poison, not_understood, unreadable
from tests.storm.rest import come_to_rest

EXCHANGE = "comanda.events"
QUEUES = {"orders": "comanda.orders", "payments": "comanda.payment"}
CUSTOMERS = 20
STORIES = (Story.PAY, Story.EAT, Story.CANCEL, Story.REGRET, Story.FAIL)
AT_ONCE_SECONDS = 10
"""Till poison is parked, on a machine that has much to do."""


@contextmanager
def channel_of(system: ProductionSystem) -> Iterator[BlockingChannel]:
    """Past all publishers, into the system's broker."""
    url = system.environ("orders")["BROKER_URL"]
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        yield connection.channel()


def waiting(channel: BlockingChannel, queue: str) -> int:
    """How many messages are ready to be delivered."""
    return channel.queue_declare(queue, passive=True).method.message_count


def rows(book: str, query: str, **values: Any) -> list[Any]:
    """What a query finds in a service's database."""
    database = Database(book)
    with database.read() as connection:
        found = list(connection.execute(sa.text(query), values))
    database.dispose()
    return found


def do(book: str, statement: str, **values: Any) -> None:
    """Change a service's database by hand."""
    database = Database(book)
    with database.transaction() as transaction:
        transaction.connection.execute(sa.text(statement), values)
        transaction.commit()
    database.dispose()


def parked(book: str) -> dict[str, str]:
    """What a service has parked, by id, with the reason."""
    return {row.id: row.error for row in rows(book, "SELECT id, error FROM inbox WHERE status = 'parked'")}


def an_order(system: ProductionSystem) -> str:
    """The id of an order that was placed a moment ago."""
    newest = "SELECT id FROM orders ORDER BY created_at DESC LIMIT 1"
    return str(eventually(lambda: rows(system.books[0], newest))[0].id)


def poisons(system: ProductionSystem) -> dict[str, list[Poison]]:
    """Every kind, for each service."""
    order_id = an_order(system)
    heard = {
        "orders": ("payment.approved.v1", "/payments", APPROVED, "amount"),
        "payments": ("order.placed.v1", "/orders", PLACED, "total"),
    }
    return {
        service: [*unreadable(*about[:3]), *not_understood(*about, order_id)]
        for service, about in heard.items()
    }


@pytest.fixture(scope="module")
def processes(production: ProductionSystem) -> dict[str, int]:
    """The ids of the processes as they were at first."""
    return {name: process.pid for name, process in production.processes.items()}


def test_poison_of_every_kind_is_parked_at_once_and_no_order_suffers(
    production: ProductionSystem, processes: dict[str, int]
) -> None:
    crowd = Crowd(production, "poison")
    crowd.come(CUSTOMERS, within=6, think=8, stories=STORIES)
    books = dict(zip(QUEUES, production.books, strict=False))
    kinds = poisons(production)
    with channel_of(production) as channel:
        for service, queue in QUEUES.items():
            for number, poison in enumerate(kinds[service]):
                # By the queue's own name, or by the exchange, as an event comes.
                routes = ("", queue), (EXCHANGE, {"orders": "payment.x", "payments": "order.x"}[service])
                channel.basic_publish(*routes[number % 2], poison.body, poison.properties)
        for service, book in books.items():
            all_are_parked_for_a_reason(book, kinds[service])
        bury_among_true_events(production, channel)
        crowd.go()
        come_to_rest(production, crowd)
        assert [waiting(channel, queue) for queue in (*QUEUES.values(), f"{EXCHANGE}.dead")] == [0, 0, 0]
    for service, book in books.items():
        assert parked(book).keys() == {poison.id for poison in kinds[service]}
    assert {name: process.pid for name, process in production.processes.items()} == processes
    assert not [name for name, process in production.processes.items() if process.poll() is not None]
    assert not crowd.troubles


def all_are_parked_for_a_reason(book: str, kinds: list[Poison]) -> None:
    """Within AT_ONCE_SECONDS."""
    give_up = time.monotonic() + AT_ONCE_SECONDS
    while missing := [poison.name for poison in kinds if poison.id not in (reasons := parked(book))]:
        assert time.monotonic() < give_up, f"not parked: {missing}"
    assert [poison.name for poison in kinds if poison.why not in reasons[poison.id]] == []


def bury_among_true_events(system: ProductionSystem, channel: BlockingChannel) -> None:
    """One poison in the middle of what the consumer takes at once, and headers that nobody can read."""
    said = "SELECT id, type, subject, sequence, data FROM outbox WHERE published_at IS NOT NULL"
    true = [
        on_the_wire(row.type, "/payments", row.subject, row.data, id=row.id, sequence=row.sequence)
        for row in rows(system.books[1], said)
    ]
    queue = QUEUES["orders"]
    for number in range(180):
        odd = nested_tables(4000) if number == 60 else a_time_past_all_calendars()
        properties = OddHeaders(odd) if number in {60, 120} else AS_EVENT
        channel.basic_publish("", queue, true[number % len(true)], properties)
    eventually(lambda: waiting(channel, queue) == 0)


def test_an_operator_sees_what_is_parked_and_replays_or_drops_it(production: ProductionSystem) -> None:
    book = production.books[0]
    (unread,) = rows(book, "SELECT id FROM inbox WHERE status = 'parked' AND raw = :raw", raw=b"")
    unknown = "SELECT id FROM inbox WHERE status = 'parked' AND type = 'payment.approved.v2'"
    (next_version,) = rows(book, unknown)
    count = len(parked(book))

    listed = production.command("orders", ["parked", "list"])
    assert listed.splitlines()[-1] == f"{count} parked"
    shown = json.loads(production.command("orders", ["parked", "show", next_version.id]))
    assert (shown["type"], shown["data"]) == ("payment.approved.v2", APPROVED)
    with pytest.raises(SystemDidNotStart, match="it still cannot be read"):
        production.command("orders", ["parked", "replay", unread.id])

    production.command("orders", ["parked", "replay", next_version.id])
    again = "SELECT attempts FROM inbox WHERE id = :id AND status = 'parked'"
    eventually(lambda: rows(book, again, id=next_version.id)[0].attempts == 1)
    production.command("orders", ["parked", "drop", next_version.id, "--reason", "a test"])
    assert parked(book).keys().isdisjoint({next_version.id})
    assert len(parked(book)) == count - 1


@dataclass(frozen=True)
class PageMoved:
    """What a later payment_service says."""

    type: ClassVar[str] = PAGE_MOVED
    payment_id: str
    attempt: int
    status: str
    method: str
    amount: int
    qr_code: str
    ticket_url: str
    expires_at: str


def test_an_event_of_tomorrow_is_parked_today_and_replayed_once_the_code_knows_it(
    production: ProductionSystem,
) -> None:
    crowd = Crowd(production, "tomorrow")
    crowd.come(1, within=0, think=1, stories=(Story.PAY,))
    crowd.go()
    order_id = an_order(production)
    address = f"{production.url}/orders/{order_id}"
    paid = eventually(lambda: requests.get(address, timeout=10).json()["payment"], AT_ONCE_SECONDS)
    say(production, order_id, paid, ticket_url="https://pay.example/elsewhere")
    book = production.books[0]
    unknown = "SELECT id, error FROM inbox WHERE status = 'parked' AND type = :type"
    (event,) = eventually(lambda: rows(book, unknown, type=PAGE_MOVED), AT_ONCE_SECONDS)
    assert event.error == f"unknown event type {PAGE_MOVED}"
    assert requests.get(address, timeout=10).json()["payment"]["ticket_url"] == paid["ticket_url"]

    production.end("orders-worker")
    later = {"WORKER_PORT": str(production.ports["orders-worker"])}
    production.spawn(
        "orders-worker", ["tests.storm.newer_orders_worker"], production.environ("orders") | later
    )
    production.command("orders", ["parked", "replay", event.id])

    def ticket_url() -> str:
        return str(requests.get(address, timeout=10).json()["payment"]["ticket_url"])

    eventually(lambda: ticket_url() == "https://pay.example/elsewhere")
    assert event.id not in parked(book)
    production.end("orders-worker")
    production.start_worker("orders")
    come_to_rest(production, crowd)


def say(system: ProductionSystem, order_id: str, payment: dict[str, Any], ticket_url: str) -> None:
    """A later payment_service says where its page is now; today's relay carries it."""
    known = "SELECT amount FROM payments WHERE id = :id"
    (row,) = rows(system.books[1], known, id=payment["id"])
    event = PageMoved(
        payment["id"], payment["attempt"], payment["status"], payment["method"], row.amount,
        payment["qr_code"], ticket_url, payment["expires_at"],
    )  # fmt: skip
    database = Database(system.books[1])
    with database.transaction() as transaction:
        outbox = Outbox(payment_tables.outbox, payment_tables.SOURCE)
        said = [Said(event, order_id, "default", 1000)]
        outbox.write(transaction.connection, said, now=transaction.now())
        transaction.commit()
    database.dispose()


def test_what_is_said_of_an_order_that_is_not_there_is_parked_and_of_a_charge_that_is_not_waits_for_it(
    production: ProductionSystem,
) -> None:
    crowd = Crowd(production, "lost")
    crowd.come(3, within=3, think=3, stories=(Story.PAY,))
    order_id = an_order(production)
    of_orders = [
        on_the_wire("payment.approved.v1", "/payments", ALIEN, APPROVED),
        on_the_wire("payment.approved.v1", "/payments", order_id, APPROVED, store="elsewhere"),
    ]
    of_charges = [
        on_the_wire("order.status_changed.v1", "/orders", ALIEN, {"status": "FINISHED"}),
        on_the_wire("order.placed.v1", "/orders", order_id, PLACED, store="elsewhere"),
    ]
    with channel_of(production) as channel:
        for queue, bodies in zip(QUEUES.values(), (of_orders, of_charges), strict=True):
            for body in bodies:
                channel.basic_publish("", queue, body, AS_EVENT)
    crowd.go()
    orders_book, payments_book = production.books[:2]

    lost = {json.loads(body)["id"] for body in of_orders}
    eventually(lambda: lost <= parked(orders_book).keys(), AT_ONCE_SECONDS)
    assert {parked(orders_book)[id_] for id_ in lost} == {
        f"no such order here: {subject}" for subject in (ALIEN, order_id)
    }
    for one in lost:
        production.command("orders", ["parked", "drop", one, "--reason", "a test"])

    early = {json.loads(body)["id"] for body in of_charges}
    eventually(lambda: tried_every_hour(payments_book) == early, 60)
    log = (production.folder / "payments-worker.log").read_text().splitlines()
    alerts = [json.loads(line) for line in log if "event_not_handled" in line and '"error"' in line]
    assert {alert["event_id"] for alert in alerts} >= early
    for one in early:  # nobody can make them come true: they are taken out by hand
        do(payments_book, "DELETE FROM inbox WHERE id = :id", id=one)
    come_to_rest(production, crowd)


def tried_every_hour(book: str) -> set[str]:
    """The ids of the events that were tried five times, and rest now."""
    (clock,) = rows(book, "SELECT now() + interval '30 minutes' AS soon")
    late = "SELECT id FROM inbox WHERE status = 'pending' AND attempts >= 5 AND next_at > :soon"
    return {row.id for row in rows(book, late, soon=clock.soon)}
