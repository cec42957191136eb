"""Unpacking: an archive as it comes, each of its files compared with its checksum at the end."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, Self

from sheetfed.core.errors import DamagedImage, TooLarge, UnsupportedImage
from sheetfed.core.model import PageId
from sheetfed.core.upkeep import Contents
from sheetfed.storage import faults, manifest, tarblocks
from sheetfed.storage.streams import Source

_MANIFEST_BYTES_AT_MOST: Final = 256 * 1024 * 1024
_PAGE_BYTES_AT_MOST: Final = 8 * 1024**3


class Unpacking:
    """Implements the port Arrival."""

    def __init__(self, source: Source, *, created: Callable[[Path], BinaryIO]) -> None:
        self._source = source
        self._created = created
        self._checksums: list[str] = []
        self._ahead: tuple[str, int] | None = None
        self.contents = Contents(())

    @classmethod
    async def begin(cls, source: Source, *, created: Callable[[Path], BinaryIO]) -> Self:
        """Reads the contents. Raises UnsupportedImage, DamagedImage, TooLarge or Gone."""
        unpacking = cls(source, created=created)
        name, size_bytes = await unpacking._header()
        if name != tarblocks.MANIFEST:
            raise UnsupportedImage("this is no archive of a store")
        if size_bytes > _MANIFEST_BYTES_AT_MOST:
            raise TooLarge("the archive has more contents than can be taken in at once")
        content = await unpacking._content(name, size_bytes)
        unpacking.contents = await asyncio.to_thread(manifest.read, content)
        return unpacking

    async def take(self, page: PageId, *, master: Path, preview: Path) -> bool:
        return await self._pass(page, (master, preview))

    async def skip(self, page: PageId) -> bool:
        return await self._pass(page, (None, None))

    async def end(self) -> None:
        written = "".join(self._checksums).encode()
        name, size_bytes = await self._next()
        if name != tarblocks.CHECKSUMS or size_bytes != len(written):
            raise DamagedImage("the archive is damaged: it has files that it should not have")
        if await self._content(name, size_bytes) != written:
            raise DamagedImage("the archive is damaged: a checksum is wrong")
        if await self._exactly(len(tarblocks.END)) != tarblocks.END:
            raise DamagedImage("the archive is damaged: it goes on after its end")

    async def _pass(self, page: PageId, paths: tuple[Path | None, Path | None]) -> bool:
        names = tarblocks.names(page)
        if (await self._next())[0] != names[0]:
            return False
        for expected, path in zip(names, paths, strict=True):
            name, size_bytes = await self._next()
            if name != expected or size_bytes > _PAGE_BYTES_AT_MOST:
                raise DamagedImage("the archive is damaged: a page is not whole")
            self._ahead = None
            await self._file(name, size_bytes, path)
        return True

    async def _file(self, name: str, size_bytes: int, path: Path | None) -> None:
        unfinished = None if path is None else path.with_name(f"{path.name}.part")
        try:
            file = (
                None if unfinished is None else await asyncio.to_thread(self._created, unfinished)
            )
            try:
                await self._copy(name, size_bytes, file)
            finally:
                if file is not None:
                    await asyncio.to_thread(file.close)
            if unfinished is not None and path is not None:
                await asyncio.to_thread(unfinished.replace, path)
        except OSError as error:
            raise faults.told(error, "a page of an archive cannot be written") from error
        finally:
            if unfinished is not None:
                await asyncio.to_thread(unfinished.unlink, missing_ok=True)

    async def _copy(self, name: str, size_bytes: int, file: BinaryIO | None) -> None:
        digest = hashlib.sha256()
        left = size_bytes
        while left:
            chunk = await self._some(left)
            left -= len(chunk)
            await asyncio.to_thread(_add, chunk, digest, file)
        await self._padding(size_bytes)
        self._checksums.append(tarblocks.checksum_line(name, digest.hexdigest()))

    async def _content(self, name: str, size_bytes: int) -> bytes:
        content = await self._exactly(size_bytes)
        await self._padding(size_bytes)
        digest = await asyncio.to_thread(hashlib.sha256, content)
        self._checksums.append(tarblocks.checksum_line(name, digest.hexdigest()))
        return content

    async def _padding(self, size_bytes: int) -> None:
        padding = tarblocks.padding(size_bytes)
        if await self._exactly(len(padding)) != padding:
            raise DamagedImage("the archive is damaged: there is something between its files")

    async def _next(self) -> tuple[str, int]:
        """The header whose file comes next; it stays so until `_ahead` is cleared."""
        if self._ahead is None:
            self._ahead = await self._header()
        return self._ahead

    async def _header(self) -> tuple[str, int]:
        return tarblocks.read_header(await self._exactly(tarblocks.BLOCK_BYTES))

    async def _exactly(self, size_bytes: int) -> bytes:
        parts = []
        while size_bytes:
            parts.append(await self._some(size_bytes))
            size_bytes -= len(parts[-1])
        return b"".join(parts)

    async def _some(self, most_bytes: int) -> bytes:
        chunk = await self._source.read(most_bytes)
        if not chunk:
            raise DamagedImage("the archive is damaged: it ends too early")
        return chunk


def _add(chunk: bytes, digest: "hashlib._Hash", file: BinaryIO | None) -> None:
    digest.update(chunk)
    if file is not None:
        file.write(chunk)
