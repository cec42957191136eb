"""Metering: what is counted for Prometheus, put together for the app; off, nothing is."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sheetfed.config_kinds import Endpoint
from sheetfed.core.access import THE_SERVICE
from sheetfed.core.job import JobState
from sheetfed.core.meter import NO_METER, Level, Meter
from sheetfed.core.services import Services
from sheetfed.imaging.pool import ImagingPool
from sheetfed.papers import Papers
from sheetfed.storage.store import Store
from sheetfed.web.door import HttpDoor
from sheetfed.web.scraping import Scraping

if TYPE_CHECKING:
    from sheetfed.metrics.exposition import Exposition

_GOING_ON = tuple(state for state in JobState if not state.is_final)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What has levels."""

    store: Store
    store_limit_bytes: Callable[[], int]
    imaging: ImagingPool
    papers: Papers
    core: Services
    http_door: HttpDoor


class Metering:
    """`meter` counts for the core; `serve` tells it."""

    def __init__(self, listen: Endpoint | Path | None, *, version: str) -> None:
        self._listen = listen
        self._exposition = None if listen is None else _exposition(version)
        self.meter: Meter = NO_METER if self._exposition is None else self._exposition.meter
        self._scraping: Scraping | None = None

    async def serve(self, watched: Watched) -> None:
        """Raises OSError when it cannot listen where it should."""
        if self._exposition is None or self._listen is None:
            return
        self._exposition.watch(_levels(watched))
        listen = self._listen
        self._scraping = Scraping(
            listen=listen if isinstance(listen, Path) else (listen.address, listen.port),
            page=self._exposition.page,
        )
        await self._scraping.start()
        log.info("metrics: %s", self._scraping.endpoint)

    async def close(self) -> None:
        if self._scraping is not None:
            await self._scraping.close()


def _exposition(version: str) -> "Exposition":
    # Its library takes memory and time at the start, which only who wants it need give.
    from sheetfed.metrics.exposition import Exposition

    return Exposition(version=version)


def _levels(of: Watched) -> Iterator[Level]:
    yield Level("sheetfed_store_bytes", "Of all pages.", lambda: of.store.used_bytes)
    yield Level("sheetfed_store_limit_bytes", "[store] max_bytes.", of.store_limit_bytes)
    yield Level(
        "sheetfed_jobs_going_on",
        "Scans that have not ended.",
        lambda: dict(_by_state(of.core)),
        "state",
    )
    yield Level(
        "sheetfed_scanners",
        "Those that can be used, and those whose driver cannot be asked now.",
        lambda: dict(_by_availability(of.core)),
        "state",
    )
    yield Level("sheetfed_image_queue", "Image work that waits.", lambda: of.imaging.waiting)
    yield Level(
        "sheetfed_late_pages",
        "Pages that were read and wait, as for room.",
        lambda: of.papers.intake.late,
    )
    yield Level(
        "sheetfed_uploads_going_on",
        "Uploads that have not ended.",
        lambda: len(of.core.transfers.under_way),
    )
    yield Level(
        "sheetfed_http_requests",
        "Requests that are being answered, event streams among them.",
        lambda: of.http_door.requests,
    )
    yield Level("sheetfed_http_connections", "Open connections.", lambda: of.http_door.connections)


def _by_state(core: Services) -> Iterator[tuple[str, float]]:
    found = Counter(job.state for job in core.jobs.visible_to(THE_SERVICE))
    for state in _GOING_ON:
        yield str(state), found[state]


def _by_availability(core: Services) -> Iterator[tuple[str, float]]:
    found = Counter(scanner.is_available for scanner in core.scanners.known())
    yield "available", found[True]
    yield "unavailable", found[False]
