"""Levels: how much there is of something now, asked when somebody wants to know."""

from collections.abc import Iterable, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sheetfed.core.meter import Level


class Levels(Collector):
    """What Prometheus collects from."""

    def __init__(self, levels: Iterable[Level]) -> None:
        self._levels = tuple(levels)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for level in self._levels:
            now = level.now()
            if isinstance(now, Mapping):
                family = GaugeMetricFamily(level.name, level.about, labels=[level.label or ""])
                for value, number in now.items():
                    family.add_metric([value], number)
            else:
                family = GaugeMetricFamily(level.name, level.about, value=now)
            yield family
