"""What a database tells of the state of things, asked anew at each scrape."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


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


SAGAS_LATE = Gauge("comanda_sagas_late", "Sagas that stand where they should have moved on.", ("stage",))
