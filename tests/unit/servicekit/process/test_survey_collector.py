import threading
import time

import pytest
from structlog.testing import capture_logs

from servicekit.database.patience import patience_left
from servicekit.observability.metrics import exposition
from servicekit.observability.surveys import Gauge, Reading, Survey
from servicekit.process import survey_collector
from servicekit.process.survey_collector import PATIENCE_SECONDS, SurveyCollector
from tests.fakes.servicekit.deadlines import Work, eventually
from tests.fakes.servicekit.scrapes import Scrape

TOYS = Gauge("toys_on_shelf", "Toys.", ("kind",))
LATE = Gauge("toys_late", "Shared.", ("stage",))
READABLE = "comanda_database_readable"
STUCK_SECONDS = 50
"""How long a database is silent, if nothing frees it."""


@pytest.fixture(autouse=True)
def logged():
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def _impatient(monkeypatch):
    monkeypatch.setattr(survey_collector, "PATIENCE_SECONDS", 0.2)


def shelf():
    return [Reading(TOYS, 3, ("bear",)), Reading(TOYS, 4, ("doll",)), Reading(LATE, 1, ("shelf",))]


def broken():
    raise OSError("postgresql://comanda:hunter2@db.internal refused")


def scrape(collector):
    return Scrape(exposition((collector,)).decode())


def test_each_gauge_is_told_once_whichever_service_it_is_of():
    found = scrape(
        SurveyCollector(
            [
                Survey("shelf", (TOYS, LATE), shelf),
                Survey("desk", (LATE,), lambda: iter([Reading(LATE, 2, ("desk",))])),
            ]
        )
    )

    assert (found.value("toys_on_shelf", kind="bear"), found.value("toys_on_shelf", kind="doll")) == (3, 4)
    assert (found.value("toys_late", stage="shelf"), found.value("toys_late", stage="desk")) == (1, 2)
    assert (found.value(READABLE, service="shelf"), found.value(READABLE, service="desk")) == (1, 1)


def test_a_database_that_is_away_is_told_and_the_others_answer_all_the_same(logged):
    collector = SurveyCollector([Survey("shelf", (TOYS, LATE), shelf), Survey("desk", (TOYS,), broken)])
    found = scrape(collector)

    assert found.value(READABLE, service="shelf") == 1
    assert found.labels(READABLE, "service") == {"shelf", "desk"}
    assert found.value(READABLE, service="desk") == 0
    assert found.value("toys_on_shelf", kind="bear") == 3
    assert [(line["event"], line["service"]) for line in logged] == [("survey_failed", "desk")]


def test_a_gauge_without_a_reading_is_described_all_the_same():
    found = scrape(SurveyCollector([Survey("desk", (TOYS,), broken)]))

    assert "toys_on_shelf" in found.names
    assert found.labels("toys_on_shelf", "kind") == set()


@pytest.mark.usefixtures("_impatient")
def test_who_scrapes_does_not_wait_for_a_database_that_does_not_answer():
    go_on = threading.Event()
    asked = []

    def stuck():
        asked.append(1)
        go_on.wait(STUCK_SECONDS)
        return [Reading(TOYS, 5, ("bear",))]

    collector = SurveyCollector(
        [Survey("shelf", (TOYS, LATE), shelf), Survey("desk", (TOYS,), stuck), Survey("bin", (TOYS,), stuck)]
    )
    began = time.monotonic()
    found = scrape(collector)

    assert time.monotonic() - began < STUCK_SECONDS / 2
    assert found.value(READABLE, service="shelf") == 1
    assert found.value(READABLE, service="desk") == 0
    assert found.value("toys_on_shelf", kind="bear") == 3

    scrape(collector)
    assert len(asked) == 2
    go_on.set()
    eventually(lambda: scrape(collector).value(READABLE, service="desk") == 1)


def test_two_who_scrape_at_once_share_one_answer():
    begun, go_on, asked = threading.Event(), threading.Event(), []

    def slow():
        asked.append(1)
        begun.set()
        go_on.wait(STUCK_SECONDS)
        return shelf()

    collector = SurveyCollector([Survey("shelf", (TOYS, LATE), slow)])
    first, second = (Work(lambda: scrape(collector)) for _ in range(2))
    begun.wait(10)
    go_on.set()

    assert first.result().value("toys_on_shelf", kind="bear") == 3
    assert second.result().value("toys_on_shelf", kind="bear") == 3


def test_who_asks_the_database_knows_how_long_it_may_take():
    left = Gauge("patience_left", "Seconds.")
    found = scrape(SurveyCollector([Survey("desk", (left,), lambda: [Reading(left, patience_left(60))])]))

    assert 0 < found.value("patience_left") <= PATIENCE_SECONDS
