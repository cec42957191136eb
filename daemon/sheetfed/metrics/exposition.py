"""Exposition: all that was counted, as Prometheus reads it."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
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
        return generate_latest(self._registry)


class _Build(Collector):
    def __init__(self, version: str) -> None:
        self._version = version

    def collect(self) -> Iterable[InfoMetricFamily]:
        yield InfoMetricFamily("sheetfed", "What runs here.", value={"version": self._version})
