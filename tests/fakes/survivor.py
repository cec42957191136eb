"""Survivor: a store whose daemon is killed again and again, and what has to be true of it."""

import asyncio
import base64
import hashlib
import io
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import numpy as np
import pytest
from PIL import Image as Pillow

from fakes import crashing
from fakes.crashing import ARM, Point
from fakes.daemon import Daemon, package_folder, running_daemon
from fakes.sse import read_events
from sheetfed.core.model import PageId
from sheetfed.core.renders import prefix
from sheetfed.storage.check import catalogued, survey

ENDS_WITHIN_S = 15.0
CONFIG = "imaging.workers = 1\n"
SCAN = {
    "paper_source": "feeder",
    "resolution": 50,
    "pages": 4,
    "options": {"test-picture": "Color pattern"},
}


class Survivor:
    """Every page of it has the same pixels, that of a scan."""

    def __init__(self, folder: Path, *, bus: str = "none") -> None:
        self.folder = folder
        self.bus = bus
        self.store = folder / "store"
        self.announced: set[str] = set()
        self.may_be_gone: set[str] = set()
        self.is_gone: set[str] = set()
        self._picture = b""
        self._digest = ""

    @asynccontextmanager
    async def running(
        self, point: Point | None = None, *, in_workers: Point | None = None
    ) -> AsyncIterator[Daemon]:
        """A daemon on the store, of which all is true that has to be."""
        environment = {} if point is None else point.environment()
        program = ("-m", "sheetfed") if point is None else (crashing.__file__,)
        if in_workers is not None:
            environment |= await asyncio.to_thread(self._in_workers, in_workers)
        async with running_daemon(
            self.folder, config=CONFIG, bus=self.bus, program=program, environment=environment
        ) as daemon:
            await self.assert_sound(daemon)
            yield daemon

    def copied(self, folder: Path, *, bus: str = "none") -> "Survivor":
        """The same in another folder. Blocks."""
        copy = Survivor(folder, bus=bus)
        shutil.copytree(self.store, copy.store)
        copy.announced = set(self.announced)
        copy._picture, copy._digest = self._picture, self._digest
        return copy

    async def fill(self) -> None:
        """With the pages of one scan."""
        async with self.running() as daemon:
            await daemon.result("AcquireImage", SCAN)
            self._picture = await _picture(daemon, "index=0")
            self._digest = _digest(self._picture)
            self.announced |= set(await self.pages(daemon))

    async def killed_at(
        self, point: Point, action: Callable[["Survivor", Daemon], Awaitable[object]]
    ) -> None:
        """Do this until the daemon is killed at the point; it has to come there."""
        async with self.running(point) as daemon:
            daemon.process.send_signal(ARM)
            await daemon.result("VersionInfo")
            async with await daemon.events() as stream:
                listening = asyncio.create_task(self._listen(stream))
                with suppress(aiohttp.ClientError):
                    await action(self, daemon)
                async with asyncio.timeout(ENDS_WITHIN_S):
                    assert await daemon.process.wait() == -9, "the point was never reached"
                    await listening

    async def killed_at_start(self, point: Point) -> None:
        with pytest.raises(AssertionError, match="the daemon ended with -9"):
            async with self.running(point):
                pass

    async def load(self, daemon: Daemon) -> None:
        """The picture that every page is, from outside."""
        await daemon.call("LoadImageFromBase64Binary", base64.b64encode(self._picture).decode())

    async def pages(self, daemon: Daemon) -> list[str]:
        (count,) = await daemon.result("HowManyImagesInBuffer")
        return [(await daemon.result("IndexToImageID", index))[0] for index in range(count)]

    async def assert_sound(self, daemon: Daemon) -> None:
        """Every announced page is there and its pixels are; nothing is there that should not."""
        pages = await self.pages(daemon)
        assert len(set(pages)) == len(pages)
        assert self.announced - self.may_be_gone - self.is_gone <= set(pages)
        assert not self.is_gone & set(pages)
        for page in pages:
            assert _digest(await _picture(daemon, f"pageid={page}")) == self._digest
        known = await asyncio.to_thread(catalogued, self.store)
        assert set(known) == set(pages)
        assert await asyncio.to_thread(survey, self.store, known) == []
        assert await asyncio.to_thread(self._left) == []
        shown = {prefix(PageId(page)) for page in pages}
        assert {path.name[:16] for path in (self.folder / "cache").iterdir()} <= shown
        self.announced |= set(pages)

    async def _listen(self, stream: aiohttp.ClientResponse) -> None:
        with suppress(aiohttp.ClientError):
            async for _, name, data in read_events(stream):
                if name == "page" and data["action"] == "added":
                    self.announced.add(data["id"])
                if name == "page" and data["action"] == "removed":
                    self.is_gone.add(data["id"])

    def _in_workers(self, point: Point) -> dict[str, str]:
        """Kills the first worker that comes to the point, as soon as it works."""
        site = self.folder / "site"
        site.mkdir()
        (site / "sitecustomize.py").symlink_to(crashing.__file__)
        once = replace(point, waits=False, once=str(self.folder / "killed"))
        return {**once.environment(), "PYTHONPATH": f"{site}{os.pathsep}{package_folder()}"}

    def _left(self) -> list[Path]:
        """What is neither a page nor the store's own."""
        folders = (self.store / "spool", self.store / "incoming")
        found = [path for folder in folders for path in folder.iterdir()]
        return found + list((self.folder / "cache").glob(".*"))


async def _picture(daemon: Daemon, which: str) -> bytes:
    """The page at its full size."""
    url = f"{daemon.base}/dwt/dwt_1/img?id=test&type=png&{which}"
    async with daemon.http.get(url) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


def _digest(picture: bytes) -> str:
    """Of its pixels, whichever way they are turned."""
    with Pillow.open(io.BytesIO(picture)) as opened:
        pixels = np.asarray(opened.convert("RGB"))
    turned = (np.ascontiguousarray(np.rot90(pixels, turns)) for turns in range(4))
    return min(hashlib.sha256(each.tobytes()).hexdigest() for each in turned)
