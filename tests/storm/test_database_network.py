"""The network between the services and their databases fails under load: commits are cut, packets vanish."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.fakes.servicekit.commit_cutter import CommitCutter, Cut
from tests.fakes.servicekit.deadlines import eventually
from tests.servers.system import ProductionSystem
from tests.storm.chronicle import Chronicle
from tests.storm.conftest import ROUNDS, SEED, production_on
from tests.storm.crowd import Crowd
from tests.storm.readiness import databases
from tests.storm.rest import come_to_rest

CUSTOMERS = 70
CUTTING_SECONDS = 15
CUT_OF_ALL = 0.05
"""How many of the commits are cut: each cut costs a process all of its connections."""
SILENT_SECONDS = 8


@pytest.fixture(scope="module")
def networks() -> list[CommitCutter]:
    """The ways to the two databases, which are there as soon as the system is."""
    return []


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory,
    networks: list[CommitCutter],
    postgresql_server: str,
    rabbitmq_server: str,
) -> Iterator[ProductionSystem]:
    """The processes of production, which reach their databases over these networks."""

    @contextmanager
    def network(address: str) -> Iterator[str]:
        with CommitCutter(address) as cutter:
            networks.append(cutter)
            yield cutter.url

    folder = tmp_path_factory.mktemp("network")
    with production_on(folder, postgresql_server, rabbitmq_server, network) as system:
        yield system


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_connections_cut_at_random_commits_cost_no_order_and_no_money(
    system: ProductionSystem, networks: list[CommitCutter], turn: int
) -> None:
    dice = random.Random(f"cuts {SEED} {turn}")
    chronicle = Chronicle(f"cut-commits-{SEED}-{turn}")
    crowd = Crowd(system, f"cuts-{SEED}-{turn}")
    for network in networks:
        network.cuts.clear()
        network.choose = lambda: dice.choice(list(Cut)) if dice.random() < CUT_OF_ALL else None
    crowd.come(CUSTOMERS, within=CUTTING_SECONDS / 2, think=CUTTING_SECONDS / 2)
    threading.Event().wait(CUTTING_SECONDS)
    for network in networks:
        network.plan()
        before, after = (network.cuts[cut] for cut in Cut)
        chronicle.say(f"{before} connections were cut before a commit, {after} after it")
    crowd.go()
    come_to_rest(system, crowd)
    chronicle.say(f"all ended: {crowd.ends()}; {crowd.troubles}; longest {crowd.troubles.longest:.1f} s")
    crowd.troubles.assert_bearable()
    assert all(network.cuts[cut] for network in networks for cut in Cut)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_databases_that_fall_silent_keep_nobody_waiting_and_when_they_speak_again_all_goes_on(
    system: ProductionSystem, networks: list[CommitCutter], turn: int
) -> None:
    chronicle = Chronicle(f"silence-{SEED}-{turn}")
    crowd = Crowd(system, f"silence-{SEED}-{turn}")
    crowd.come(CUSTOMERS, within=6, think=14)
    eventually(lambda: crowd.placed >= CUSTOMERS / 2)
    for network in networks:
        network.mute()
    began = chronicle.seconds
    assert databases(system) == {"failed"}
    threading.Event().wait(began + SILENT_SECONDS - chronicle.seconds)
    for network in networks:
        network.unmute()
    eventually(lambda: databases(system) == {"ok"})
    chronicle.say(f"the databases were silent for {SILENT_SECONDS} s, amid {crowd.placed} orders")
    crowd.go()
    come_to_rest(system, crowd)
    chronicle.say(f"all ended: {crowd.ends()}; {crowd.troubles}; longest {crowd.troubles.longest:.1f} s")
    crowd.troubles.assert_bearable()
    assert crowd.troubles
