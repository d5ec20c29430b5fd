"""No connection or no lock is to be had: whoever asks is told soon, and when there is, all goes on."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import ClassVar

import psycopg
import pytest
import requests

from tests.fakes.servicekit.deadlines import eventually
from tests.servers.postgresql import SETTINGS as SERVER_SETTINGS
from tests.servers.postgresql import PostgresqlServer
from tests.servers.system import ProductionSystem
from tests.storm.chronicle import Chronicle
from tests.storm.conftest import ROUNDS, SEED, own, production_on
from tests.storm.crowd import Crowd
from tests.storm.customer import Story
from tests.storm.readiness import databases
from tests.storm.rest import come_to_rest
from tests.storm.troubles import Troubles

CONNECTIONS = 50
"""That the server takes: ten for each of the four processes, and some for those who look on."""
END_OTHERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND NOT pid = ANY(%s)
"""
BUYERS = 40
"""At once: more than there are threads, of which there are more than connections."""
HELD_SECONDS = 8
CUSTOMERS = 70


class SmallServer(PostgresqlServer):
    settings: ClassVar = {**SERVER_SETTINGS, "max_connections": str(CONNECTIONS)}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server that takes few connections."""
    with own(SmallServer) as server:
        yield server.address


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory, server: str, rabbitmq_server: str
) -> Iterator[ProductionSystem]:
    """The processes of production on it."""
    with production_on(tmp_path_factory.mktemp("small"), server, rabbitmq_server) as system:
        yield system


@contextmanager
def shelves_locked(system: ProductionSystem) -> Iterator[None]:
    """Somebody has locked all of the stock, and does not let go."""
    with psycopg.connect(system.books[0]) as connection:
        connection.execute("SELECT * FROM stock ORDER BY product_id FOR UPDATE")
        yield
        connection.rollback()


@contextmanager
def all_connections_taken(server: str) -> Iterator[None]:
    """Somebody has every connection that the server takes, the services' own included."""
    with ExitStack() as stack:
        first = stack.enter_context(psycopg.connect(server, autocommit=True))
        ours = [first.info.backend_pid]

        def take_what_is_free() -> bool:
            with suppress(psycopg.OperationalError):
                while True:
                    ours.append(stack.enter_context(psycopg.connect(server)).info.backend_pid)
            (others,) = first.execute(END_OTHERS, [ours]).fetchone() or ()
            return others == 0

        eventually(take_what_is_free)
        assert len(ours) == CONNECTIONS
        yield


def test_more_buyers_than_connections_are_all_refused_in_time_and_the_next_ones_served_at_once(
    system: ProductionSystem,
) -> None:
    menu = requests.get(f"{system.url}/products?available=true&limit=200", timeout=10).json()["items"]
    counted = next(product["id"] for product in menu if product["available"])
    body = {"items": [{"product_id": counted, "quantity": 1}], "payment": {"method": "pix"}}
    refused, crowd = Troubles(), Crowd(system, "after-the-lock")

    def buy(_buyer: int) -> int:
        answer = requests.post(f"{system.url}/orders/checkout", json=body, timeout=60)
        refused.hear(answer)
        return answer.status_code

    with ThreadPoolExecutor(BUYERS) as buyers, shelves_locked(system):
        assert set(buyers.map(buy, range(BUYERS))) == {503}
    refused.assert_bearable()
    crowd.come(10, within=0, think=1, stories=(Story.PAY,))
    crowd.go()
    assert not crowd.troubles
    come_to_rest(system, crowd)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_lock_that_somebody_keeps_holds_up_nobody_for_long_and_costs_no_order(
    system: ProductionSystem, turn: int
) -> None:
    chronicle = Chronicle(f"locked-{SEED}-{turn}")
    crowd = Crowd(system, f"locked-{SEED}-{turn}")
    crowd.come(CUSTOMERS, within=8, think=12)
    eventually(lambda: crowd.placed >= CUSTOMERS / 3)
    with shelves_locked(system):
        threading.Event().wait(HELD_SECONDS)
    chronicle.say(f"all stock was locked for {HELD_SECONDS} s")
    crowd.go()
    come_to_rest(system, crowd)
    chronicle.say(f"all ended: {crowd.ends()}; {crowd.troubles}; longest {crowd.troubles.longest:.1f} s")
    crowd.troubles.assert_bearable()
    assert crowd.troubles


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_server_whose_connections_are_all_taken_refuses_at_once_and_later_takes_up_all_that_was_left(
    system: ProductionSystem, server: str, turn: int
) -> None:
    chronicle = Chronicle(f"connections-{SEED}-{turn}")
    crowd = Crowd(system, f"connections-{SEED}-{turn}")
    crowd.come(CUSTOMERS, within=8, think=14)
    eventually(lambda: crowd.placed >= CUSTOMERS / 3)
    with all_connections_taken(server):
        assert databases(system) == {"failed"}
        threading.Event().wait(HELD_SECONDS)
    eventually(lambda: databases(system) == {"ok"})
    chronicle.say(f"all {CONNECTIONS} connections were taken for {HELD_SECONDS} s")
    crowd.go()
    come_to_rest(system, crowd)
    chronicle.say(f"all ended: {crowd.ends()}; {crowd.troubles}; longest {crowd.troubles.longest:.1f} s")
    crowd.troubles.assert_bearable()
    assert crowd.troubles
