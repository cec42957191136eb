"""Archives in memory, and a folder whose flaws a test has made up."""

import asyncio
import io
import os
import tarfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fakes.gate import Gate
from sheetfed.core.model import PageId
from sheetfed.core.upkeep import Contents, Finding, Told


def _archive() -> bytes:
    with io.BytesIO() as made:
        with tarfile.open(fileobj=made, mode="w") as tar:
            for name in ("manifest.json", "checksums"):
                tar.addfile(tarfile.TarInfo(name))
        return made.getvalue()


ARCHIVE = _archive()
"""Empty, and whole."""


class MemoryFolder:
    """The port Folder: finds what it was given."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = list(findings)
        self.asked: list[Mapping[PageId, int]] = []

    async def survey(self, pages: Mapping[PageId, int]) -> Sequence[Finding]:
        self.asked.append(pages)
        return self.findings


class MemoryArrival:
    """The port Arrival; the pages of `missing` are not in it."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.missing: set[PageId] = set()
        self.taken: list[PageId] = []
        self.skipped: list[PageId] = []
        self.taking = Gate()
        self.ending = Gate()

    async def take(self, page: PageId, *, master: Path, preview: Path) -> bool:
        await self.taking.passed()
        self.taken.append(page)
        return page not in self.missing

    async def skip(self, page: PageId) -> bool:
        self.skipped.append(page)
        return True

    async def end(self) -> None:
        await self.ending.passed()


class MemoryArchives:
    """The port Archives. An export writes ARCHIVE, an import receives bytes and gets `arrival`."""

    def __init__(self) -> None:
        self.written: list[Contents] = []
        self.writing = Gate()
        self.arrival = MemoryArrival(Contents(()))
        self.received: list[bytes] = []

    async def write(self, contents: Contents, descriptor: int, told: Told) -> None:
        try:
            for number, _ in enumerate(contents.pages):
                told(number, len(contents.pages))
            await self.writing.passed()
            await asyncio.to_thread(os.write, descriptor, ARCHIVE)
            self.written.append(contents)
        finally:
            os.close(descriptor)

    @asynccontextmanager
    async def read(self, descriptor: int) -> AsyncIterator[MemoryArrival]:
        with os.fdopen(descriptor, "rb") as file:
            self.received.append(await asyncio.to_thread(file.read))
        yield self.arrival
