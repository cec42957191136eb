"""Spools: the files that scanner workers read pages into, and those found after a crash."""

import asyncio
import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sheetfed.core import ports, spoolfile
from sheetfed.core.errors import DamagedImage, InternalError, StoreFull, WrongState
from sheetfed.core.model import JobId, PageTicket
from sheetfed.storage.naming import file_name
from sheetfed.storage.usage import Usage

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EPERM}


class Spool:
    """Implements the port of the same name; one that was found after a crash is not open."""

    def __init__(self, ticket: PageTicket, path: Path, descriptor: int | None = None) -> None:
        self.ticket = ticket
        self.path = path
        self._descriptor = descriptor

    def fileno(self) -> int:
        """Raises WrongState when it is closed."""
        if self._descriptor is None:
            raise WrongState("the spool file is closed")
        return self._descriptor

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Spools:
    """Implements the port of the same name in one folder."""

    def __init__(self, *, folder: Path, usage: Usage) -> None:
        self._folder = folder
        self._usage = usage

    async def create(self, ticket: PageTicket) -> Spool:
        """A new file, mode 0600, that holds the ticket. Raises StoreFull."""
        making = asyncio.ensure_future(asyncio.to_thread(self._create, ticket))
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            await self.drop(await making)
            raise

    async def complete(self) -> Sequence[Spool]:
        """By job, the oldest first, and sequence; incomplete files are removed."""
        spools = await asyncio.to_thread(lambda: list(self._complete()))
        began: dict[JobId, float] = {}
        for spool in spools:
            ticket = spool.ticket
            began[ticket.job] = min(ticket.created, began.get(ticket.job, ticket.created))
        return sorted(
            spools,
            key=lambda spool: (
                began[spool.ticket.job],
                spool.ticket.job,
                spool.ticket.sequence,
            ),
        )

    async def drop(self, spool: ports.Spool) -> None:
        spool.close()
        await asyncio.to_thread(spool.path.unlink, missing_ok=True)

    def _create(self, ticket: PageTicket) -> Spool:
        path = self._folder / file_name(ticket.page)
        try:
            self._usage.require_room(self._folder, self._spooled_bytes())
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        except FileExistsError as error:
            raise InternalError("a page's spool file is there already") from error
        except OSError as error:
            raise _translated(error) from error
        try:
            os.write(descriptor, spoolfile.header(ticket))
        except OSError as error:
            os.close(descriptor)
            path.unlink()
            raise _translated(error) from error
        return Spool(ticket, path, descriptor)

    def _spooled_bytes(self) -> int:
        return sum(_size_bytes(path) for path in self._folder.iterdir())

    def _complete(self) -> Iterator[Spool]:
        for path in self._folder.iterdir():
            ticket = _ticket_if_complete(path)
            if ticket is None:
                path.unlink()
            else:
                yield Spool(ticket, path)


def _size_bytes(path: Path) -> int:
    """0 for a file that was dropped since it was listed."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _ticket_if_complete(path: Path) -> PageTicket | None:
    with path.open("rb") as file:
        block = file.read(spoolfile.HEADER_BYTES)
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - spoolfile.SEAL_BYTES))
        size_bytes = spoolfile.trailer_size(file.read())
        if size_bytes is None or size_bytes > end - spoolfile.HEADER_BYTES:
            return None
        file.seek(end - size_bytes)
        try:
            spoolfile.read_trailer(file.read())
            return spoolfile.read_header(block)
        except DamagedImage:
            return None


def _translated(error: OSError) -> StoreFull | InternalError:
    if error.errno in _NO_ROOM:
        return StoreFull(f"the store cannot take a page: {os.strerror(error.errno)}")
    return InternalError("a spool file could not be made")
