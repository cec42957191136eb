"""Archive: documents with their pages as one tar file, for backups.

`manifest.json` comes first, then every page's master and preview in the manifest's order, then
`checksums` as sha256sum writes them. A page whose files are gone is left out.
"""

import asyncio
import fcntl
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from sheetfed.core.model import PageId
from sheetfed.core.ports import Blobs
from sheetfed.core.surely import surely
from sheetfed.core.upkeep import Contents, Told, untold
from sheetfed.sealed.keyring import CLEAR, Keyring
from sheetfed.storage import manifest, streams, tarblocks
from sheetfed.storage.streams import Sink
from sheetfed.storage.unpacking import Unpacking

_CHUNK_BYTES: Final = 1024 * 1024

log = logging.getLogger(__name__)


class Archives:
    """Implements the port of the same name on a store's blobs."""

    def __init__(self, *, blobs: Blobs, keyring: Keyring = CLEAR) -> None:
        self._blobs = blobs
        self._keyring = keyring

    async def write(self, contents: Contents, descriptor: int, told: Told = untold) -> None:
        with suppress(OSError):
            # A larger pipe needs fewer turns of the loop; less is no error.
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _CHUNK_BYTES)
        missing = 0
        async with streams.sink(descriptor) as sink:
            packing = _Packing(sink)
            await packing.add(tarblocks.MANIFEST, manifest.to_bytes(contents))
            for number, page in enumerate(contents.pages):
                told(number, len(contents.pages))
                if not await self._add(packing, page.id):
                    missing += 1
            await packing.end()
        if missing:
            log.warning("%d pages are not in the export: their files are gone", missing)

    @asynccontextmanager
    async def read(self, descriptor: int) -> AsyncIterator[Unpacking]:
        async with streams.source(descriptor) as source:
            yield await Unpacking.begin(source, created=self._keyring.created)

    async def _add(self, packing: "_Packing", page: PageId) -> bool:
        """Whether its files are there."""
        paths = (self._blobs.master(page), self._blobs.preview(page))
        opened: list[BinaryIO] = []
        try:
            # Whoever ends the export in this moment leaves no file open.
            await surely(asyncio.to_thread(lambda: opened.extend(self._open_both(paths))))
            for name, file in zip(tarblocks.names(page), opened, strict=False):
                await packing.add_file(name, file)
        finally:
            for file in opened:
                await asyncio.to_thread(file.close)
        return bool(opened)

    def _open_both(self, paths: tuple[Path, Path]) -> list[BinaryIO]:
        """Both files, or none of them. What is sealed in the store is clear in an archive."""
        with ExitStack() as stack:
            try:
                opened: list[BinaryIO] = [
                    stack.enter_context(self._keyring.opened(path)) for path in paths
                ]
            except FileNotFoundError:
                return []
            stack.pop_all()
            return opened


class _Packing:
    """Files into a tar stream, their checksums behind them."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._checksums: list[str] = []

    async def add(self, name: str, content: bytes) -> None:
        await self._sink.write(tarblocks.header(name, len(content)))
        await self._sink.write(content + tarblocks.padding(len(content)))
        self._note(name, hashlib.sha256(content))

    async def add_file(self, name: str, file: BinaryIO) -> None:
        size_bytes = await asyncio.to_thread(_size, file)
        await self._sink.write(tarblocks.header(name, size_bytes))
        digest = hashlib.sha256()
        while chunk := await asyncio.to_thread(_chunk, file, digest):
            await self._sink.write(chunk)
        await self._sink.write(tarblocks.padding(size_bytes))
        self._note(name, digest)

    async def end(self) -> None:
        checksums = "".join(self._checksums).encode()
        await self._sink.write(tarblocks.header(tarblocks.CHECKSUMS, len(checksums)))
        await self._sink.write(checksums + tarblocks.padding(len(checksums)) + tarblocks.END)

    def _note(self, name: str, digest: "hashlib._Hash") -> None:
        self._checksums.append(tarblocks.checksum_line(name, digest.hexdigest()))


def _size(file: BinaryIO) -> int:
    size_bytes = file.seek(0, 2)
    file.seek(0)
    return size_bytes


def _chunk(file: BinaryIO, digest: "hashlib._Hash") -> bytes:
    chunk = file.read(_CHUNK_BYTES)
    digest.update(chunk)
    return chunk
