"""Planned stops under load: what is in hand is finished, nothing is lost, and nobody gets an error."""

import random
import threading
from itertools import cycle

import pytest

from tests.servers.system import EmbeddedSystem, ProductionSystem
from tests.storm.chronicle import Chronicle
from tests.storm.conftest import ROUNDS, SEED
from tests.storm.crowd import Crowd
from tests.storm.rest import come_to_rest

CUSTOMERS = 90


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_the_embedded_system_stopped_under_load_answers_no_error_and_loses_nothing(
    embedded: EmbeddedSystem, turn: int
) -> None:
    dice = random.Random(f"sigterm {SEED} {turn}")
    chronicle = Chronicle(f"sigterm-embedded-{SEED}-{turn}")
    crowd = Crowd(embedded, f"sigterm-{SEED}-{turn}")
    crowd.come(CUSTOMERS, within=8, think=12)
    for _stop in range(2):
        threading.Event().wait(dice.uniform(2, 5))
        running = crowd.busy
        assert embedded.end("standalone") == 0
        chronicle.say(f"stopped amid {running} orders")
        embedded.start_again("standalone")
        embedded.wait_until(f"{embedded.url}/health/ready")
    crowd.go()
    come_to_rest(embedded, crowd)
    chronicle.say(f"all ended: {crowd.ends()}; troubles of the customers: {dict(crowd.troubles)}")
    # While nothing listens a connection is refused. What was accepted was answered, and by no error but the
    # one by which a small machine tells a large crowd to come again in a moment.
    assert crowd.troubles.unkind == []


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_rolling_update_under_load_answers_no_error_and_loses_nothing(
    production: ProductionSystem, turn: int
) -> None:
    dice = random.Random(f"rolling {SEED} {turn}")
    chronicle = Chronicle(f"sigterm-production-{SEED}-{turn}")
    crowd = Crowd(production, f"rolling-{SEED}-{turn}")
    crowd.come(CUSTOMERS, within=8, think=14)
    for service, role in zip(cycle(("orders", "payments")), ("web", "web", "worker", "worker"), strict=False):
        threading.Event().wait(dice.uniform(0.5, 1.5))
        running = crowd.busy
        if role == "web":
            assert production.roll_out(service) == 0
        else:
            assert production.end(f"{service}-worker") == 0
            production.start_again(f"{service}-worker")
        chronicle.say(f"{service}-{role} was replaced amid {running} orders")
    crowd.go()
    come_to_rest(production, crowd)
    chronicle.say(f"all ended: {crowd.ends()}; troubles of the customers: {dict(crowd.troubles)}")
    assert crowd.troubles.unkind == []
    assert set(crowd.troubles) <= {"503"}
