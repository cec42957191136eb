"""Reloading: the configuration is read again, and every part takes over what it can."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from sheetfed import config
from sheetfed.config import Config, ConfigError
from sheetfed.core.errors import InvalidParameter

log = logging.getLogger(__name__)


class Reloading:
    """The configuration in force, and who wants to know of another."""

    def __init__(self, settings: Config, *, path: Path) -> None:
        self.settings = settings
        self._path = path
        self._parts: list[Callable[[Config], None]] = []
        self._prepared: list[Callable[[Config], Awaitable[Callable[[], None]]]] = []
        self._one_at_a_time = asyncio.Lock()
        self.troubles: tuple[str, ...] = ()
        """What of the configuration is not in force, in a few words."""

    def tell(self, part: Callable[[Config], None]) -> None:
        """From now on the part is given each new configuration."""
        self._parts.append(part)

    def prepare(self, part: Callable[[Config], Awaitable[Callable[[], None]]]) -> None:
        """The part looks at each new configuration first: it raises InvalidParameter, and then
        nothing changes, or returns what takes it over."""
        self._prepared.append(part)

    async def read_again(self) -> None:
        """Raises InvalidParameter with every problem, and then nothing changed."""
        async with self._one_at_a_time:
            try:
                await self._take()
            except InvalidParameter:
                self.troubles = ("the configuration has errors: the earlier one is in force",)
                raise

    async def _take(self) -> None:
        try:
            fresh = await asyncio.to_thread(config.load, self._path)
        except ConfigError as error:
            raise InvalidParameter(str(error)) from error
        merged, waiting = config.reload(self.settings, fresh)
        takings = [await prepare(merged) for prepare in self._prepared]
        self.settings = merged
        for take in takings:
            take()
        for part in self._parts:
            part(self.settings)
        log.info("configuration read again")
        names = ", ".join(waiting)
        self.troubles = (f"waiting for a restart: {names}",) if waiting else ()
        if waiting:
            log.warning("these settings wait for a restart: %s", names)
