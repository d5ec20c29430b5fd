import math
import threading

import pytest
from structlog.testing import capture_logs

from servicekit import worker
from servicekit.observability.metrics import exposition
from servicekit.process.loop_metrics import LoopCollector
from servicekit.worker import Loop, Loops
from tests.fakes.servicekit.deadlines import eventually
from tests.fakes.servicekit.scrapes import Scrape


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(worker, "FIRST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr(worker, "STUCK_SECONDS", 0.01)


def scrape(loops):
    return Scrape(exposition((LoopCollector(loops),)).decode())


def test_a_loop_that_has_not_come_round_yet_has_been_silent_for_ever():
    assert (
        scrape(Loops([Loop("new", lambda: 0)])).value("comanda_loop_silence_seconds", loop="new") == math.inf
    )


def test_each_loop_tells_how_it_fares():
    go_on = threading.Event()

    def away():
        raise OSError("still away")

    loops = Loops(
        [
            Loop("fine", lambda: 0, interval=60),
            Loop("patient", away),
            Loop("stuck", lambda: go_on.wait(60) and 0, interval=60),
        ]
    )
    with capture_logs():
        loops.start()
        eventually(lambda: scrape(loops).value("comanda_loop_stuck", loop="stuck") == 1)
        eventually(lambda: scrape(loops).value("comanda_loop_outside_faults_total", loop="patient") > 1)
        found = eventually(
            lambda: (now := scrape(loops)).value("comanda_loop_silence_seconds", loop="fine") < 60 and now
        )
        go_on.set()
        eventually(lambda: scrape(loops).value("comanda_loop_stuck", loop="stuck") == 0)
        loops.stop()

    assert [found.value("comanda_loop_waiting", loop=name) for name in ("fine", "patient", "stuck")] == [
        0,
        1,
        0,
    ]
    assert [found.value("comanda_loop_stuck", loop=name) for name in ("fine", "patient")] == [0, 0]
    assert found.value("comanda_loop_outside_faults_total", loop="fine") == 0
