"""Another process holds the lock of the embedded database: writers are told so soon, readers never notice."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
import requests

from servicekit.database.patience import MAX_WAIT_SECONDS
from tests.fakes.servicekit.deadlines import eventually
from tests.servers.system import System
from tests.storm.chronicle import Chronicle
from tests.storm.conftest import ROUNDS, SEED
from tests.storm.crowd import Crowd
from tests.storm.customer import Story
from tests.storm.rest import come_to_rest
from tests.storm.troubles import MARGIN_SECONDS, Troubles

WRITERS = 40
"""At once: more than there are threads."""
READERS = 6
"""Fewer than there are threads beside those that write."""
HELD_SECONDS = 7
CUSTOMERS = 60


@contextmanager
def write_lock(system: System, book: int) -> Iterator[None]:
    """The one lock that writers of this database need, held."""
    path = system.books[book].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


def test_writers_are_refused_in_time_while_readers_are_served_and_the_next_writers_served_at_once(
    embedded: System,
) -> None:
    url = f"{embedded.url}/products?available=true&limit=200"
    product = requests.get(url, timeout=10).json()["items"][0]["id"]
    body = {"items": [{"product_id": product, "quantity": 1}], "payment": {"method": "pix"}}
    refused, crowd = Troubles(), Crowd(embedded, "after-the-lock")

    def write(_writer: int) -> int:
        answer = requests.post(f"{embedded.url}/orders/checkout", json=body, timeout=60)
        refused.hear(answer)
        return answer.status_code

    def read(_reader: int) -> float:
        answer = requests.get(url, timeout=60)
        assert answer.status_code == 200
        return answer.elapsed.total_seconds()

    with ThreadPoolExecutor(WRITERS) as clients, write_lock(embedded, 0):
        few = clients.map(write, range(READERS))
        assert max(clients.map(read, range(READERS))) < MARGIN_SECONDS
        assert set(few) == {503}
        assert set(clients.map(write, range(WRITERS))) == {503}
    refused.assert_bearable()
    crowd.come(10, within=0, think=1, stories=(Story.PAY,))
    crowd.go()
    assert not crowd.troubles
    come_to_rest(embedded, crowd)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_lock_that_another_process_keeps_costs_no_order(embedded: System, turn: int) -> None:
    chronicle = Chronicle(f"embedded-lock-{SEED}-{turn}")
    crowd = Crowd(embedded, f"embedded-lock-{SEED}-{turn}")
    crowd.come(CUSTOMERS, within=8, think=12)
    eventually(lambda: crowd.placed >= CUSTOMERS / 3)
    for book, whose in enumerate(("orders", "payments")):
        with write_lock(embedded, book):
            began = time.monotonic()
            readiness = requests.get(f"{embedded.url}/health/ready", timeout=60)
            assert time.monotonic() - began < MAX_WAIT_SECONDS + MARGIN_SECONDS
            assert readiness.status_code == 200
            threading.Event().wait(HELD_SECONDS)
        chronicle.say(f"the lock of the {whose} was held for {HELD_SECONDS} s")
    crowd.go()
    come_to_rest(embedded, crowd)
    chronicle.say(f"all ended: {crowd.ends()}; {crowd.troubles}; longest {crowd.troubles.longest:.1f} s")
    crowd.troubles.assert_bearable()
    assert crowd.troubles
