import threading
from contextlib import contextmanager

import pytest
from pika.exceptions import AMQPConnectionError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog.testing import capture_logs

from servicekit import worker
from servicekit.database.commits import Commits
from servicekit.database.unit_of_work import StaleAggregate
from servicekit.messaging.relay import PublisherUnavailable
from servicekit.worker import Loop, Loops
from tests.fakes.servicekit.deadlines import Work, eventually


@contextmanager
def running(loops, **start):
    loops.start(**start)
    try:
        yield
    finally:
        loops.stop()


@pytest.fixture
def _quick(monkeypatch):
    monkeypatch.setattr(worker, "FIRST_WAIT_SECONDS", 0.0001)
    monkeypatch.setattr(worker, "LONGEST_WAIT_SECONDS", 0.0002)


def test_a_loop_repeats_its_step_until_it_is_stopped():
    steps = []
    loops = Loops([Loop("count", lambda: steps.append(1) or 1)])

    with running(loops):
        eventually(lambda: len(steps) > 100)

    done = len(steps)
    threading.Event().wait(0.02)
    assert len(steps) == done


def test_a_loop_rests_after_an_empty_step():
    steps = []
    loops = Loops([Loop("idle", lambda: steps.append(1) or 0, interval=60)])

    with running(loops):
        eventually(lambda: steps)
        threading.Event().wait(0.05)

    assert len(steps) == 1


def test_a_resting_loop_is_woken_by_what_is_written():
    steps = []
    commits = Commits()
    loops = Loops([Loop("woken", lambda: steps.append(1) or 0, interval=60, wake=commits)])

    loops.start()
    eventually(lambda: steps)
    commits.add()
    eventually(lambda: len(steps) == 2)

    loops.stop(seconds=0)
    commits.add()


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("SELECT 1", {}, Exception("gone")),
        InterfaceError("SELECT 1", {}, Exception("gone")),
        PoolTimeoutError("no connection free"),
        AMQPConnectionError("refused"),
        PublisherUnavailable("refused"),
        ConnectionResetError("reset"),
        StaleAggregate("changed meanwhile"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_a_loop_that_meets_an_outside_fault_waits_and_goes_on(fault):
    answers = iter([fault, fault])
    steps = []

    def step():
        steps.append(1)
        if (error := next(answers, None)) is not None:
            raise error
        return 0

    with capture_logs() as lines, running(Loops([Loop("shaky", step, interval=0.001)])):
        eventually(lambda: len(steps) > 5)

    waits = [line for line in lines if line["event"] == "loop_waits"]
    assert [line["loop"] for line in waits] == ["shaky", "shaky"]
    assert repr(fault) == waits[0]["why"]


@pytest.mark.usefixtures("_quick")
def test_a_loop_outlives_thousands_of_faults_in_a_row():
    failures = []

    def step():
        failures.append(1)
        raise OSError("still away")

    with capture_logs() as lines, running(Loops([Loop("patient", step)])):
        eventually(lambda: len(failures) > 1100)

    assert not [line for line in lines if line["event"] == "loop_died"]


def test_the_wait_grows_up_to_the_longest():
    def step():
        raise OSError("still away")

    class Clockless(threading.Event):
        def __init__(self):
            super().__init__()
            self.waits = []

        def wait(self, timeout=None):
            self.waits.append(timeout)
            if len(self.waits) == 30:
                self.set()
            return self.is_set()

    loops = Loops([Loop("patient", step)])
    loops._stop = Clockless()
    loops._repeat(Loop("patient", step))

    assert 0.2 <= loops._stop.waits[0] <= 0.4
    assert all(5 <= wait <= 10 for wait in loops._stop.waits[-10:])


def test_a_loop_that_meets_a_fault_of_ours_ends_the_process_and_stops_the_others():
    steps, told = [], []

    def broken():
        eventually(lambda: steps)
        raise KeyError("bug")

    loops = Loops([Loop("fine", lambda: steps.append(1) or 0, 0.001), Loop("broken", broken)])
    with capture_logs() as lines:
        loops.start(on_death=lambda: told.append("dead"))
        status = Work(loops.wait).result()

    assert status == 1
    assert told == ["dead"]
    assert [line["loop"] for line in lines if line["event"] == "loop_died"] == ["broken"]
    assert not [thread for thread in threading.enumerate() if thread.name in {"fine", "broken"}]


def test_asking_to_stop_ends_the_process_with_status_0_at_once():
    loops = Loops([Loop("idle", lambda: 0, interval=60)])
    loops.start()
    waiting = Work(loops.wait)

    loops.ask_to_stop()

    assert waiting.result(within=3) == 0


def test_stopping_lets_the_step_in_hand_finish():
    begun, go_on, finished = threading.Event(), threading.Event(), []

    def step():
        begun.set()
        go_on.wait(10)
        finished.append(1)
        return 0

    loops = Loops([Loop("quick", lambda: 0), Loop("slow", step)])
    loops.start()
    begun.wait(10)
    stopping = Work(loops.stop)
    go_on.set()
    stopping.result()

    assert finished == [1]


def test_stopping_does_not_wait_for_ever_for_a_stuck_step():
    go_on = threading.Event()
    loops = Loops([Loop("stuck", lambda: go_on.wait(60) and 0)])
    loops.start()

    with capture_logs() as lines:
        Work(lambda: loops.stop(0.05)).result(within=3)
    go_on.set()

    assert [line["loop"] for line in lines if line["event"] == "loop_left_behind"] == ["stuck"]


def test_the_heartbeat_file_is_touched_while_the_loops_come_round(tmp_path):
    heartbeat = tmp_path / "heartbeat"
    loops = Loops([Loop("idle", lambda: 0, interval=60)])
    loops.start()
    waiting = Work(lambda: loops.wait(heartbeat))

    eventually(heartbeat.exists)
    first = heartbeat.stat().st_mtime_ns
    eventually(lambda: heartbeat.stat().st_mtime_ns > first)

    loops.ask_to_stop()
    assert waiting.result() == 0


def test_the_heartbeat_file_grows_old_when_a_step_is_stuck(tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "STUCK_SECONDS", 0.01)
    heartbeat, begun, go_on = tmp_path / "heartbeat", threading.Event(), threading.Event()

    def step():
        begun.set()
        go_on.wait(60)
        return 0

    loops = Loops([Loop("stuck", step), Loop("fine", lambda: 0)])
    loops.start()
    begun.wait(10)
    threading.Event().wait(0.02)
    waiting = Work(lambda: loops.wait(heartbeat))
    threading.Event().wait(0.5)

    assert not heartbeat.exists()
    go_on.set()
    eventually(heartbeat.exists)
    loops.ask_to_stop()
    assert waiting.result() == 0


def test_no_loops_are_no_reason_to_fail(tmp_path):
    loops = Loops([])
    loops.start()
    waiting = Work(lambda: loops.wait(tmp_path / "heartbeat"))

    eventually((tmp_path / "heartbeat").exists)
    loops.ask_to_stop()

    assert waiting.result() == 0


def test_a_loop_that_rests_until_something_is_written_stops_at_once():
    steps = []
    loops = Loops([Loop("purge", lambda: steps.append(1) or 0, interval=600, wake=Commits())])
    loops.start()
    eventually(lambda: steps)

    with capture_logs() as lines:
        Work(loops.stop).result(within=2)

    assert not lines
