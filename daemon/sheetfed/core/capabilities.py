"""Capabilities: what a scanner can do, as values."""

from dataclasses import dataclass

from sheetfed.core.model import Mode, PaperSource


@dataclass(frozen=True, slots=True)
class SourceCapabilities:
    """What one paper source can do. Resolutions in dpi: a list, or (lowest, highest, step)."""

    source: PaperSource
    modes: tuple[Mode, ...]
    depths: tuple[int, ...]
    resolutions: tuple[int, ...]
    resolution_range: tuple[int, int, int] | None
    area_mm: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a scanner can do, per paper source."""

    sources: tuple[SourceCapabilities, ...]

    @property
    def has_feeder(self) -> bool:
        return any(source.source is not PaperSource.FLATBED for source in self.sources)

    @property
    def has_duplex(self) -> bool:
        return any(source.source is PaperSource.FEEDER_DUPLEX for source in self.sources)
