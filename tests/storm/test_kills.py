"""Power failures: every process is killed amid running orders, comes back, and every order ends well."""

import random
import threading

import pytest

from tests.servers.system import System
from tests.storm.chronicle import Chronicle
from tests.storm.conftest import ROUNDS, SEED
from tests.storm.crowd import Crowd
from tests.storm.rest import come_to_rest

CUSTOMERS = 90
RUNNING = 50
"""Orders that have to be under way at each kill."""
FIRST, LAST = 5.0, 14.0
"""Seconds after the first customer within which the kills fall."""
CHILD_ALONE = 0.3
"""How likely gunicorn's master survives, and starts a new child itself."""


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_whatever_is_killed_amid_fifty_running_orders_every_order_ends_as_it_should(
    system: System, turn: int
) -> None:
    dice = random.Random(f"kills {SEED} {turn}")
    chronicle = Chronicle(f"kills-{type(system).__name__}-{SEED}-{turn}")
    crowd = Crowd(system, f"kills-{SEED}-{turn}")
    crowd.come(CUSTOMERS, within=FIRST - 1, think=LAST + 6)
    for moment, name in sorted((dice.uniform(FIRST, LAST), name) for name in system.processes):
        threading.Event().wait(moment - chronicle.seconds)
        running = crowd.busy
        if dice.random() < CHILD_ALONE and system.kill_child(name):
            chronicle.say(f"the child of {name} was killed amid {running} orders")
        else:
            system.kill(name)
            chronicle.say(f"{name} was killed amid {running} orders")
            threading.Event().wait(dice.uniform(0, 1.5))
            system.start_again(name)
        assert running >= RUNNING
    crowd.go()
    come_to_rest(system, crowd)
    chronicle.say(f"all ended: {crowd.ends()}; troubles of the customers: {dict(crowd.troubles)}")
