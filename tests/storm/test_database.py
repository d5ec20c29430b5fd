"""The database goes away under load: nobody waits for long, everybody is told, and nothing is lost.

The tests' cluster runs with fsync off. That takes nothing from these tests: what a server had written when it
was killed is in the operating system's cache, and the operating system lives. Only with the whole machine
could a commit be lost that way.
"""

import random
import signal
import threading
from collections.abc import Iterator

import pytest

from tests.fakes.servicekit.deadlines import eventually
from tests.servers.postgresql import PostgresqlServer
from tests.servers.system import ProductionSystem
from tests.storm.chronicle import Chronicle
from tests.storm.conftest import ROUNDS, SEED, production_on
from tests.storm.crowd import Crowd
from tests.storm.readiness import databases
from tests.storm.rest import come_to_rest

CUSTOMERS = 90
RUNNING = 50
"""Orders that have to be under way at each stop."""
STOPS = {"restarted": signal.SIGINT, "stopped at once": signal.SIGQUIT, "killed": signal.SIGKILL}


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory, own_postgresql: PostgresqlServer, rabbitmq_server: str
) -> Iterator[ProductionSystem]:
    """The processes of production, on a database server that may be hurt."""
    folder = tmp_path_factory.mktemp("database")
    with production_on(folder, own_postgresql.address, rabbitmq_server) as system:
        yield system


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_the_database_server_goes_away_three_times_amid_fifty_running_orders_and_all_end_well(
    system: ProductionSystem, own_postgresql: PostgresqlServer, turn: int
) -> None:
    dice = random.Random(f"database {SEED} {turn}")
    chronicle = Chronicle(f"database-{SEED}-{turn}")
    processes = {name: process.pid for name, process in system.processes.items()}
    crowd = Crowd(system, f"database-{SEED}-{turn}")
    crowd.come(CUSTOMERS, within=5, think=24)
    eventually(lambda: crowd.placed >= RUNNING)
    for how in dice.sample(sorted(STOPS), len(STOPS)):
        threading.Event().wait(dice.uniform(0, 3))
        orders = crowd.busy
        own_postgresql.halt(STOPS[how])
        eventually(lambda: databases(system) == {"failed"})
        threading.Event().wait(dice.uniform(0, 3))
        own_postgresql.resume()
        eventually(lambda: databases(system) == {"ok"})
        chronicle.say(f"PostgreSQL was {how} amid {orders} orders")
        assert orders >= RUNNING
    crowd.go()
    come_to_rest(system, crowd)
    chronicle.say(f"all ended: {crowd.ends()}; {crowd.troubles}; longest {crowd.troubles.longest:.1f} s")
    assert {name: process.pid for name, process in system.processes.items()} == processes
    assert all(process.poll() is None for process in system.processes.values())
    crowd.troubles.assert_bearable()
    assert crowd.troubles
