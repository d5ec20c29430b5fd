"""What a scrape says, read as Prometheus reads it."""

from prometheus_client.parser import text_string_to_metric_families


class Scrape:
    """The samples of one answer of /metrics. `names` are the metrics', as the documents write them."""

    def __init__(self, text: str) -> None:
        families = list(text_string_to_metric_families(text))
        assert len(families) == len({family.name for family in families}), "a metric is described twice"
        self.names = {family.name + ("_total" if family.type == "counter" else "") for family in families}
        self._samples = [sample for family in families for sample in family.samples]

    def value(self, name: str, **labels: str) -> float:
        """The sum of the samples that have these labels, whatever others they have; 0 without any."""
        return sum(
            sample.value
            for sample in self._samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def labels(self, name: str, label: str) -> set[str]:
        """Every value that the label has."""
        return {sample.labels[label] for sample in self._samples if sample.name == name}
