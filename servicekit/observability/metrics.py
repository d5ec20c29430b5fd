"""What a process counts while it works, and how all of it is written for Prometheus.

Labels come from sets that the code knows: never an id, a path, or what somebody sent.
"""

import os
from collections.abc import Iterable, Sequence

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus-client reads it when it is imported: where the processes of one server count together."""
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
OTHER = "other"
"""Stands for what is none of ours: methods that do not exist, paths that lead nowhere, unknown events."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

# A second series for each, which would tell when the process started.
disable_created_metrics()  # type: ignore[no-untyped-call] # it has no annotations

_requests = Counter(
    "comanda_http_requests",
    "Requests that were answered.",
    ["application", "method", "route", "status"],
)
_request_seconds = Histogram(
    "comanda_http_request_duration_seconds",
    "How long it took to answer a request.",
    ["application", "method", "route"],
    buckets=SECONDS,
)
_published = Counter(
    "comanda_events_published",
    "Events that the relay handed to the other side, by what became of them.",
    ["type", "outcome"],
)
_handled = Counter(
    "comanda_events_handled",
    "Events that the inbox loop took, by what became of them.",
    ["type", "outcome"],
)
_streams = Gauge(
    "comanda_streams_open",
    "Event streams that are held open.",
    ["kind"],
    multiprocess_mode="livesum",
)
_streams_refused = Counter(
    "comanda_streams_refused",
    "Event streams for which there was no place.",
    ["kind"],
)


def count_request(application: str, method: str, route: str | None, status: int, seconds: float) -> None:
    """A request was answered. The route is the rule with its placeholders; None where none fits."""
    known = method if method in METHODS else OTHER
    _requests.labels(application, known, route or OTHER, str(status)).inc()
    _request_seconds.labels(application, known, route or OTHER).observe(seconds)


def count_published(event_type: str, outcome: str) -> None:
    """An event of ours was confirmed or returned, or neither, and will be published again."""
    _published.labels(event_type, outcome).inc()


def count_handled(event_type: str | None, outcome: str) -> None:
    """An event is done, parked, or to be tried again. None stands for a type that is not known."""
    _handled.labels(event_type or OTHER, outcome).inc()


def count_stream(kind: str, change: int) -> None:
    """An event stream was opened (1) or has ended (-1)."""
    _streams.labels(kind).inc(change)


def count_stream_refused(kind: str) -> None:
    """There was no place for an event stream."""
    _streams_refused.labels(kind).inc()


def exposition(collectors: Sequence[Collector]) -> bytes:
    """All that was counted, and what the collectors find now, in Prometheus' text format."""
    return generate_latest(_Together((_counted(), *collectors)))


def _counted() -> Collector:
    if not os.environ.get(SHARED_FOLDER):
        return REGISTRY
    shared: Collector = MultiProcessCollector(None)  # type: ignore[no-untyped-call] # it has no annotations
    return shared


class _Together:
    def __init__(self, collectors: Iterable[Collector]) -> None:
        self._collectors = collectors

    def collect(self) -> Iterable[Metric]:
        for collector in self._collectors:
            yield from collector.collect()
