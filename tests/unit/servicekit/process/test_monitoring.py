import threading
import time

import pytest
from pika.exceptions import AMQPConnectionError
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from servicekit import worker
from servicekit.http.auth import TokenVerifier
from servicekit.messaging.relay import PublisherUnavailable
from servicekit.process import checks
from servicekit.process.checks import NotWell, broker_works
from servicekit.process.monitoring import monitoring_app
from servicekit.worker import Loop, Loops
from tests.fakes.orders_service.composed import PUBLIC_KEY
from tests.fakes.servicekit.deadlines import eventually

IDLE = Loop("idle", lambda: 0, interval=60)
PATHS = ["/health", "/health/ready"]


@pytest.fixture(autouse=True)
def _quiet():
    with capture_logs():
        yield


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(worker, "FIRST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr(worker, "LONGEST_WAIT_SECONDS", 0.002)


def client(loops, surveys=(), **more):
    return monitoring_app(loops, more, surveys, TokenVerifier(PUBLIC_KEY)).test_client()


@pytest.fixture
def started():
    """Starts loops, and stops them when the test is over."""
    running = []

    def start(*loops):
        running.append(Loops(loops))
        running[-1].start()
        return running[-1]

    yield start
    for loops in running:
        loops.stop()


@pytest.mark.parametrize("path", PATHS)
def test_it_is_ready_while_its_checks_are_well_and_it_runs(path, started):
    answer = client(started(IDLE), database=lambda: None).get(path)

    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "checks": {"database": "ok", "running": "ok"}}


@pytest.mark.parametrize("path", PATHS)
def test_it_is_not_ready_from_when_it_is_asked_to_end(path, started):
    loops = started(IDLE)
    loops.ask_to_stop()

    answer = client(loops).get(path)

    assert (answer.status_code, answer.json["checks"]) == (503, {"running": "failed"})


def test_it_is_not_ready_once_a_loop_has_died(started):
    def broken():
        raise KeyError("bug")

    loops = started(IDLE, Loop("broken", broken))

    eventually(lambda: client(loops).get("/health/ready").status_code == 503)


def test_it_lives_while_no_step_is_stuck_also_while_it_ends(started):
    loops = started(IDLE)
    loops.ask_to_stop()

    answer = client(loops).get("/health/live")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_it_does_not_live_while_a_step_is_stuck(started, monkeypatch):
    monkeypatch.setattr(worker, "STUCK_SECONDS", 0.01)
    go_on = threading.Event()
    loops = started(Loop("stuck", lambda: go_on.wait(60) and 0, interval=60))

    def status():
        return client(loops).get("/health/live").status_code

    eventually(lambda: status() == 503)
    go_on.set()
    eventually(lambda: status() == 200)


def test_what_is_not_there_is_a_problem(started):
    answer = client(started(IDLE)).get("/orders")

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_broker_is_not_known_to_work_before_each_carrier_has_come_round():
    loops = Loops([Loop("relay", lambda: 0)])

    with pytest.raises(NotWell, match="relay has been silent"):
        broker_works(loops, ["relay"])()


@pytest.mark.parametrize(
    "fault", [AMQPConnectionError("refused"), PublisherUnavailable("nobody"), ConnectionResetError("reset")]
)
def test_the_broker_does_not_work_while_a_carrier_waits_for_it(fault, started):
    broken = threading.Event()

    def step():
        if broken.is_set():
            raise fault
        return 0

    loops = started(IDLE, Loop("relay", step, interval=0.001))
    check = broker_works(loops, ["idle", "relay"])
    eventually(lambda: all(pulse.silence() < 60 for pulse in loops.pulses.values()))
    check()

    broken.set()
    eventually(lambda: loops.pulses["relay"].fault)
    with pytest.raises(NotWell, match=f"relay waits because of {type(fault).__name__}"):
        check()

    broken.clear()
    eventually(lambda: loops.pulses["relay"].fault is None)
    check()
    assert loops.pulses["relay"].faults > 0


def test_a_database_that_is_away_says_nothing_of_the_broker_until_it_was_long_silent(started, monkeypatch):
    answers = iter([0])

    def step():
        for answer in answers:
            return answer
        raise OperationalError("INSERT", {}, Exception("the database is away"))

    loops = started(Loop("consumer", step, interval=0.001))
    check = broker_works(loops, ["consumer"])
    eventually(lambda: loops.pulses["consumer"].fault is OperationalError)
    check()

    monkeypatch.setattr(checks, "BROKER_SILENCE_SECONDS", 0)
    with pytest.raises(NotWell, match="silent"):
        check()


def test_a_step_that_waits_for_a_silent_broker_counts_as_silence(started, monkeypatch):
    monkeypatch.setattr(checks, "BROKER_SILENCE_SECONDS", 0.05)
    steps, go_on = iter([0]), threading.Event()

    def step():
        for answer in steps:
            return answer
        go_on.wait(60)
        return 0

    loops = started(Loop("consumer", step, interval=0.001))
    eventually(lambda: time.monotonic() - loops.pulses["consumer"].done > 0.05)

    with pytest.raises(NotWell, match="silent"):
        broker_works(loops, ["consumer"])()
    go_on.set()
