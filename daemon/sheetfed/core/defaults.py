"""Defaults: what a scan is done with when its caller does not say."""

from dataclasses import dataclass, replace
from typing import Final

from sheetfed.core.model import Mode, ScanSettings

JOBS_AT_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Defaults:
    """Of the configuration. `jobs_at_most`: of one owner that have not ended."""

    mode: Mode = Mode.COLOR
    resolution: int = 200
    pause_timeout_s: float = 600.0
    jobs_at_most: int = JOBS_AT_MOST

    def fill(self, settings: ScanSettings) -> ScanSettings:
        """The settings with what they leave open, except what the caller's lease has set."""
        leased = settings.lease_options
        has_resolution = "resolution" in leased or "x-resolution" in leased
        return replace(
            settings,
            mode=settings.mode or (None if "mode" in leased else self.mode),
            resolution=settings.resolution or (None if has_resolution else self.resolution),
        )
