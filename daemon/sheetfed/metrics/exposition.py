"""Exposition: all that was counted, as Prometheus reads it."""

from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.core import InfoMetricFamily
from prometheus_client.registry import Collector

from sheetfed.core.meter import Level
from sheetfed.metrics.levels import Levels
from sheetfed.metrics.meter import PrometheusMeter


class Exposition:
    """One registry of our own: nothing that others count is among it."""

    def __init__(self, *, version: str) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Build(version))
        self.meter = PrometheusMeter(self._registry)
        ProcessCollector(registry=self._registry)

    def watch(self, levels: Iterable[Level]) -> None:
        """From now on these are told, too."""
        self._registry.register(Levels(levels))

    def page(self) -> bytes:
        """In the text format, version 0.0.4."""
        return generate_latest(_Undated(self._registry))


@dataclass(frozen=True, slots=True)
class _Undated:
    """Without the time at which each series began: all did when the service started."""

    registry: CollectorRegistry

    def collect(self) -> Iterable[Metric]:
        for family in self.registry.collect():
            family.samples = [one for one in family.samples if not one.name.endswith("_created")]
            yield family


@dataclass(frozen=True, slots=True)
class _Build(Collector):
    version: str

    def collect(self) -> Iterable[InfoMetricFamily]:
        yield InfoMetricFamily("sheetfed", "What runs here.", value={"version": self.version})
