"""How the loops of a process fare, in numbers."""

from collections.abc import Iterator

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from servicekit.worker import Loops

LOOP = "comanda_loop"
LABELS = ("loop",)


class LoopCollector:
    """Reads the pulse of each loop."""

    def __init__(self, loops: Loops) -> None:
        self._loops = loops

    def collect(self) -> Iterator[Metric]:
        """Four numbers for each loop."""
        silence = GaugeMetricFamily(
            f"{LOOP}_silence_seconds", "How long no step was completed.", labels=LABELS
        )
        waiting = GaugeMetricFamily(f"{LOOP}_waiting", "1 while something outside is wrong.", labels=LABELS)
        stuck = GaugeMetricFamily(f"{LOOP}_stuck", "1 while the step in hand does not end.", labels=LABELS)
        faults = CounterMetricFamily(
            f"{LOOP}_outside_faults", "How often something outside was wrong.", labels=LABELS
        )
        for name, pulse in self._loops.pulses.items():
            silence.add_metric([name], pulse.silence())
            waiting.add_metric([name], pulse.fault is not None)
            stuck.add_metric([name], pulse.is_stuck())
            faults.add_metric([name], pulse.faults)
        yield from (silence, waiting, stuck, faults)
