"""What a database tells of the state of things, asked anew at each scrape."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import structlog
from prometheus_client.metrics_core import GaugeMetricFamily

PATIENCE_SECONDS = 3
"""For all databases together: whoever scrapes waits a few seconds at most."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number that goes up and down; `labels` tell its samples apart."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A gauge's value at one moment, with the values of its labels."""

    gauge: Gauge
    value: float
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """What one service's database can be asked. `gauges` are all that `take` may return readings of."""

    service: str
    gauges: tuple[Gauge, ...]
    take: Callable[[], Iterable[Reading]]


READABLE = Gauge(
    "comanda_database_readable", "1 where the database answered this scrape in time, else 0.", ("service",)
)
SAGAS_LATE = Gauge("comanda_sagas_late", "Sagas that stand where they should have moved on.", ("stage",))


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
