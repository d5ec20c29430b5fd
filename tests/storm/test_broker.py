"""The broker goes away, comes back, forgets and refuses: orders are taken all the same, and none is lost."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from tests.conftest import fresh_broker, fresh_database
from tests.fakes.servicekit.deadlines import eventually
from tests.fakes.servicekit.tcp_proxy import TcpProxy
from tests.servers.rabbitmq import RabbitmqServer
from tests.servers.system import ProductionSystem
from tests.storm.broker import QUEUES, TO_PAYMENTS, Broker
from tests.storm.conftest import ROUNDS, SETTINGS, running
from tests.storm.crowd import Crowd
from tests.storm.customer import Story
from tests.storm.post import heard_by_payments, lost_events, unpublished_by_orders
from tests.storm.storm import Storm
from tests.storm.watch import NO_ANSWER, NO_BROKER, READY, Watch

WEB = ("orders", "payments")
WORKERS = ("orders-worker", "payments-worker")
DOWN_SECONDS = 20
NOTICED_SECONDS = 10
"""Within which a worker says that the broker is away. Nothing is waited for: its connections end."""
UNCONFIRMED_SECONDS = 20
"""Within which a relay says that it waits in vain: a confirm is awaited for ten."""
RECOVERED_SECONDS = 30
"""Within which every worker is ready and every queue is read, once the broker is well."""
CROWD_SECONDS = 60
"""Within which a crowd has done what a test waits for, on a loaded machine."""
BRISK = (Story.PAY, Story.EAT, Story.CANCEL, Story.REGRET, Story.FAIL)
"""Stories that end without a deadline."""
DEADLINE = {"PAYMENT_DEADLINE_SECONDS": "150"}
"""Longer than anything here takes: an order that expires was not told of in time."""


@pytest.fixture(scope="module")
def broker(own_broker: RabbitmqServer) -> Iterator[Broker]:
    """A broker that may be hurt."""
    with fresh_broker(own_broker.address) as url:
        yield Broker(own_broker, url)


@pytest.fixture(scope="module")
def unguarded(
    tmp_path_factory: pytest.TempPathFactory, broker: Broker, postgresql_server: str
) -> Iterator[ProductionSystem]:
    """The processes of production, on that broker."""
    with ExitStack() as stack:
        system = ProductionSystem(
            tmp_path_factory.mktemp("broker"),
            orders_database=stack.enter_context(fresh_database(postgresql_server)),
            payments_database=stack.enter_context(fresh_database(postgresql_server)),
            broker=broker.url,
            settings={**SETTINGS, **DEADLINE},
        )
        stack.enter_context(running(system))
        yield system


@pytest.fixture
def system(unguarded: ProductionSystem, broker: Broker) -> Iterator[ProductionSystem]:
    """The same, of which no log may name the broker's password."""
    yield unguarded
    for log in unguarded.folder.glob("*.log"):
        assert broker.password not in log.read_text(errors="replace"), log


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_fifty_orders_placed_while_the_broker_is_stopped_are_accepted_and_end_well(
    system: ProductionSystem, broker: Broker, turn: int
) -> None:
    storm = Storm(system, "broker-stopped", turn)
    crowd = storm.crowd()
    with Watch(system, *WEB) as webs, Watch(system, *WORKERS) as workers:
        broker.stop()
        stopped = time.monotonic()
        crowd.come(50, within=DOWN_SECONDS - 5, think=4, stories=BRISK)
        seconds = workers.all_say(NO_BROKER, NOTICED_SECONDS)
        storm.say(f"the workers said after {seconds:.1f} s that the broker is away")
        noticed = time.monotonic()
        threading.Event().wait(stopped + DOWN_SECONDS - noticed)
        assert crowd.placed == 50
        starting = time.monotonic()
        broker.start()
        recover(storm, broker, workers)
        end(storm)
    assert workers.said(noticed, starting) == {NO_BROKER}
    assert webs.said() == {READY}


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_broker_that_is_killed_amid_fifty_orders_loses_none(
    system: ProductionSystem, broker: Broker, turn: int
) -> None:
    storm = Storm(system, "broker-killed", turn)
    crowd = storm.crowd()
    with Watch(system, *WORKERS) as workers:
        crowd.come(60, within=5, think=18, stories=BRISK)
        storm.wait(4, 7)
        storm.say(f"the broker is killed amid {crowd.busy} orders")
        assert crowd.busy >= 50
        broker.kill()
        workers.all_say(NO_BROKER, NOTICED_SECONDS)
        storm.wait(0, 3)
        broker.start()
        recover(storm, broker, workers)
        end(storm)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_what_was_not_confirmed_when_the_broker_was_killed_is_sent_again_and_counts_once(
    system: ProductionSystem, broker: Broker, turn: int
) -> None:
    storm = Storm(system, "broker-unconfirmed", turn)
    crowd = storm.crowd()
    system.end("orders-worker")
    with TcpProxy(broker.url) as proxy:
        crowd.come(10, within=1, think=3, stories=BRISK)
        eventually(lambda: crowd.placed == 10, CROWD_SECONDS)
        proxy.mute_at(b"order.placed.v1")
        sent = unpublished_by_orders(system)
        assert len(sent) >= 10
        system.start_worker("orders", broker=proxy.url)
        eventually(lambda: sent <= heard_by_payments(system), RECOVERED_SECONDS)
        assert sent <= unpublished_by_orders(system)
        broker.kill()
        proxy.cut()
        proxy.unmute()
        broker.start()
        eventually(lambda: not sent & unpublished_by_orders(system), RECOVERED_SECONDS)
        storm.say(f"{len(sent)} events arrived unconfirmed, and were sent once more")
        end(storm)
        system.end("orders-worker")
    system.start_worker("orders")


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_broker_that_is_restarted_twice_under_load_loses_nothing(
    system: ProductionSystem, broker: Broker, turn: int
) -> None:
    storm = Storm(system, "broker-restarted", turn)
    with Watch(system, *WORKERS) as workers:
        for _restart in range(2):
            crowd = storm.crowd()
            crowd.come(30, within=5, think=16, stories=BRISK)
            storm.wait(2, 6)
            storm.say(f"the broker is restarted amid {crowd.busy} orders")
            broker.stop()
            broker.start()
            storm.say("it is back")
            recover(storm, broker, workers)
        end(storm)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_queues_that_are_deleted_under_load_are_made_again_and_every_saga_goes_on(
    system: ProductionSystem, broker: Broker, turn: int
) -> None:
    storm = Storm(system, "queues-deleted", turn)
    crowd = storm.crowd()
    with Watch(system, *WORKERS) as workers:
        crowd.come(40, within=5, think=8, stories=BRISK)
        for queue in storm.dice.sample(QUEUES, len(QUEUES)):
            storm.wait(2, 4)
            storm.say(f"{queue} is deleted amid {crowd.busy} orders")
            broker.delete(queue)
        recover(storm, broker, workers)
        sagas_end(storm, crowd)
        resend(storm, system)
        end(storm)


@pytest.mark.parametrize("turn", range(ROUNDS))
@pytest.mark.parametrize("queue", QUEUES)
def test_events_that_were_lost_with_their_queue_are_said_again_until_every_saga_has_ended(
    system: ProductionSystem, broker: Broker, queue: str, turn: int
) -> None:
    storm = Storm(system, f"{queue}-lost", turn)
    crowd = storm.crowd()
    if queue == TO_PAYMENTS:
        system.end("payments-worker")
        crowd.come(20, within=3, think=3, stories=BRISK)
        eventually(lambda: broker.waiting(queue) >= 20, CROWD_SECONDS)
    else:
        crowd.come(20, within=1, think=12, stories=BRISK)
        eventually(lambda: crowd.placed == 20, CROWD_SECONDS)
        threading.Event().wait(1)
        system.end("orders-worker")
        eventually(lambda: broker.waiting(queue) >= 20, CROWD_SECONDS)
    storm.say(f"{queue} is deleted with {broker.waiting(queue)} events")
    broker.delete(queue)
    system.start_worker("payments" if queue == TO_PAYMENTS else "orders")
    sagas_end(storm, crowd)
    assert lost_events(system)
    resend(storm, system)
    end(storm)
    assert not lost_events(system)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_workers_that_the_broker_lets_in_no_more_wait_until_it_does(
    system: ProductionSystem, broker: Broker, turn: int
) -> None:
    storm = Storm(system, "broker-refuses", turn)
    crowd = storm.crowd()
    processes = {name: process.pid for name, process in system.processes.items()}
    with Watch(system, *WEB) as webs, Watch(system, *WORKERS) as workers:
        crowd.come(30, within=10, think=6, stories=BRISK)
        storm.wait(1, 3)
        broker.change_password("another-than-that")
        workers.all_say(NO_BROKER, NOTICED_SECONDS)
        noticed = time.monotonic()
        storm.wait(8, 10)
        right_again = time.monotonic()
        broker.change_password(broker.password)
        recover(storm, broker, workers)
        end(storm)
    assert workers.said(noticed, right_again) == {NO_BROKER}
    assert webs.said() == {READY}
    assert {name: process.pid for name, process in system.processes.items()} == processes
    assert all(process.poll() is None for process in system.processes.values())


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_worker_that_is_started_with_a_wrong_password_stays_up_and_says_why_it_is_not_ready(
    system: ProductionSystem, broker: Broker, turn: int
) -> None:
    storm = Storm(system, "wrong-password", turn)
    wrong = "not-the-password-at-all"
    system.end("orders-worker")
    before = len((system.folder / "orders-worker.log").read_text(errors="replace"))
    system.start_worker("orders", broker=broker.url.replace(broker.password, wrong))
    with Watch(system, "orders-worker") as worker:
        worker.all_say(NO_BROKER, RECOVERED_SECONDS)
        up = time.monotonic()
        assert is_live(system, "orders-worker")
        crowd = storm.crowd()
        crowd.come(10, within=1, think=1, stories=BRISK)
        eventually(lambda: crowd.placed == 10, CROWD_SECONDS)
        storm.wait(5, 6)
        assert worker.said(up) == {NO_BROKER}
    log = (system.folder / "orders-worker.log").read_text(errors="replace")[before:]
    assert "ACCESS_REFUSED" in log
    assert wrong not in log
    assert system.end("orders-worker") == 0
    system.start_worker("orders")
    end(storm)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_system_that_is_started_before_its_broker_takes_orders_and_tells_of_them_later(
    system: ProductionSystem, broker: Broker, turn: int
) -> None:
    storm = Storm(system, "broker-not-there", turn)
    for service in WEB:
        system.end(f"{service}-worker")
        system.end(f"{service}-web")
    broker.stop()
    for service in WEB:
        system.start_web(service)
        system.start_worker(service)
    for service in WEB:
        system.wait_until(f"{system.address(service)}/health/ready")
    with Watch(system, *WORKERS) as workers:
        workers.all_say(NO_BROKER, RECOVERED_SECONDS)
        assert all(is_live(system, worker) for worker in WORKERS)
        crowd = storm.crowd()
        crowd.come(10, within=1, think=1, stories=BRISK)
        eventually(lambda: crowd.placed == 10, CROWD_SECONDS)
        assert workers.said() <= {NO_BROKER, NO_ANSWER}
        broker.start()
        recover(storm, broker, workers)
        end(storm)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_while_the_broker_takes_nothing_more_orders_are_taken_and_what_it_holds_is_read(
    system: ProductionSystem, broker: Broker, turn: int
) -> None:
    storm = Storm(system, "broker-full", turn)
    early, late = storm.crowd(), storm.crowd()
    system.end("payments-worker")
    early.come(10, within=1, think=2, stories=BRISK)
    eventually(lambda: broker.waiting(TO_PAYMENTS) >= 10, CROWD_SECONDS)
    with Watch(system, *WEB) as webs, Watch(system, *WORKERS) as workers:
        broker.take_no_more()
        try:
            late.come(10, within=1, think=2, stories=BRISK)
            eventually(lambda: late.placed == 10, CROWD_SECONDS)
            system.start_worker("payments")
            eventually(lambda: broker.waiting(TO_PAYMENTS) == 0, RECOVERED_SECONDS)
            workers.all_say(NO_BROKER, UNCONFIRMED_SECONDS)
        finally:
            broker.take_again()
        recover(storm, broker, workers)
        end(storm)
    assert webs.said() == {READY}


def recover(storm: Storm, broker: Broker, workers: Watch) -> None:
    """Every worker is ready again, and every queue is read."""
    seconds = workers.all_say(READY, RECOVERED_SECONDS)
    eventually(broker.is_read, RECOVERED_SECONDS)
    storm.say(f"the workers were ready again after {seconds:.1f} s")


def end(storm: Storm) -> None:
    """All is well, and nobody had to go without paying who wanted to."""
    storm.end()
    assert not [crowd for crowd in storm.crowds if "CANCELLED expired" in crowd.ends()]


def is_live(system: ProductionSystem, name: str) -> bool:
    return requests.get(f"{system.address(name)}/health/live", timeout=10).ok


def sagas_end(storm: Storm, crowd: Crowd) -> None:
    """Without anybody's doing."""
    crowd.go()
    eventually(lambda: not crowd.unfinished(), 90)
    storm.say(f"every saga has ended: {crowd.ends()}")


def resend(storm: Storm, system: ProductionSystem) -> None:
    """As an operator does who has lost a queue."""
    storm.say(f"lost were {dict(lost_events(system))}")
    for service in WEB:
        storm.say(f"{service}: {system.command(service, ['resend', '--minutes', '10']).strip()}")
