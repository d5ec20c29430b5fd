"""Surveys taken at each scrape, however the databases are that day."""

import threading
import time
from collections.abc import Iterator, Sequence

import structlog
from prometheus_client.metrics_core import GaugeMetricFamily

from servicekit.database.patience import patience
from servicekit.observability.surveys import Gauge, Reading, Survey

PATIENCE_SECONDS = 3
"""Whoever scrapes does not wait longer for all databases together."""
READABLE = Gauge(
    "comanda_database_readable", "1 where the database answered this scrape in time, else 0.", ("service",)
)

log = structlog.get_logger(__name__)


class SurveyCollector:
    """Takes the surveys side by side. One that does not answer in time is left out, and that is told."""

    def __init__(self, surveys: Sequence[Survey]) -> None:
        self._surveys = surveys
        self._under_way: dict[str, _Taking] = {}
        self._lock = threading.Lock()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each gauge of each survey, also where it has no reading now."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        takings = [self._taking(survey) for survey in self._surveys]
        readings = [reading for taking in takings for reading in taking.readings_by(deadline)]
        gauges = [READABLE, *(gauge for survey in self._surveys for gauge in survey.gauges)]
        families = {
            gauge: GaugeMetricFamily(gauge.name, gauge.meaning, labels=gauge.labels) for gauge in gauges
        }
        for reading in readings:
            families[reading.gauge].add_metric(reading.labels, reading.value)
        yield from families.values()

    def _taking(self, survey: Survey) -> "_Taking":
        """The one under way, if there is one: a database that is stuck is not asked by ever more threads."""
        with self._lock:
            taking = self._under_way.get(survey.service)
            if taking is None or not taking.is_alive():
                taking = self._under_way[survey.service] = _Taking(survey)
                taking.start()
            return taking


class _Taking(threading.Thread):
    """One survey being taken; whoever asks for the readings waits no longer than it can."""

    def __init__(self, survey: Survey) -> None:
        super().__init__(name=f"survey-{survey.service}", daemon=True)
        self._survey = survey
        self._readings: list[Reading] | None = None

    def run(self) -> None:
        try:
            with patience(PATIENCE_SECONDS):
                self._readings = list(self._survey.take())
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the rest of the scrape is answered
            log.warning("survey_failed", service=self._survey.service, why=repr(error))

    def readings_by(self, deadline: float) -> list[Reading]:
        """What was found; none where it failed or is not there in time."""
        self.join(max(0.0, deadline - time.monotonic()))
        service = (self._survey.service,)
        if self._readings is None:
            return [Reading(READABLE, 0, service)]
        return [Reading(READABLE, 1, service), *self._readings]
