"""Spools: the files that scanner workers read pages into, and those found after a crash."""

import asyncio
import logging
import os
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from sheetfed.core import ports, spoolfile
from sheetfed.core.errors import DamagedImage, InternalError, WrongState
from sheetfed.core.model import JobId, PageTicket
from sheetfed.sealed.keyring import CLEAR, FileSeal, Keyring
from sheetfed.sealed.keys import KeyMissing
from sheetfed.storage import faults
from sheetfed.storage.naming import file_name
from sheetfed.storage.room import Room
from sheetfed.storage.usage import Usage

log = logging.getLogger(__name__)


class Spool:
    """Implements the port of the same name; one that was found after a crash is not open."""

    def __init__(
        self,
        ticket: PageTicket,
        path: Path,
        descriptor: int | None = None,
        key: bytes | None = None,
    ) -> None:
        self.ticket = ticket
        self.path = path
        self.key = key
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

    def __init__(self, *, folder: Path, usage: Usage, room: Room, keyring: Keyring = CLEAR) -> None:
        self._folder = folder
        self._keyring = keyring
        self._usage = usage
        self._room = room

    async def create(self, ticket: PageTicket) -> Spool:
        """A new file, mode 0600, that holds the ticket. Raises StoreFull or InternalError."""
        await self._room.reserve(ticket.page, ticket.owner)
        making = asyncio.ensure_future(asyncio.to_thread(self._create, ticket))
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            await self.drop(await making)
            raise
        except BaseException:
            self._usage.give_up(ticket.page)
            raise

    async def complete(self) -> Sequence[Spool]:
        """By job, the oldest first, and sequence; incomplete files are removed."""
        spools = await asyncio.to_thread(lambda: list(self._complete()))
        began: dict[JobId, float] = {}
        for spool in spools:
            ticket = spool.ticket
            began[ticket.job] = min(ticket.created, began.get(ticket.job, ticket.created))
            self._usage.expect(ticket.page, ticket.owner)
        return sorted(
            spools,
            key=lambda spool: (
                began[spool.ticket.job],
                spool.ticket.job,
                spool.ticket.sequence,
            ),
        )

    async def drop_lost(self) -> int:
        """Remove those that no key will ever open again; returns how many."""
        return await asyncio.to_thread(self._drop_lost)

    async def drop(self, spool: ports.Spool) -> None:
        spool.close()
        try:
            await asyncio.to_thread(spool.path.unlink, missing_ok=True)
        except OSError as error:
            # The next start finds that its page is there, or that it was never complete.
            faults.told(error, "a spool file that is done with cannot be removed")
        self._usage.give_up(spool.ticket.page)

    def _create(self, ticket: PageTicket) -> Spool:
        path = self._folder / file_name(ticket.page)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        except FileExistsError as error:
            raise InternalError("a page's spool file is there already") from error
        except OSError as error:
            raise faults.told(error, "a spool file cannot be made") from error
        seal = self._keyring.new_seal()
        try:
            _write(descriptor, spoolfile.header(ticket), seal)
        except OSError as error:
            os.close(descriptor)
            path.unlink()
            raise faults.told(error, "a spool file cannot be written") from error
        return Spool(ticket, path, descriptor, None if seal is None else seal.key)

    def _complete(self) -> Iterator[Spool]:
        for path in self._folder.iterdir():
            try:
                ticket = self._ticket_if_complete(path)
                if ticket is None:
                    path.unlink()
            except KeyMissing as error:
                log.warning("a page read before the restart waits: %s", error.message)
            except OSError as error:
                # A bad spot of the disk costs this page, not the start.
                faults.told(error, "a page read before the restart waits: it cannot be read")
            else:
                if ticket is not None:
                    yield Spool(ticket, path)

    def _drop_lost(self) -> int:
        lost = [path for path in self._folder.iterdir() if self._keyring.is_lost(path)]
        for path in lost:
            path.unlink()
        return len(lost)

    def _ticket_if_complete(self, path: Path) -> PageTicket | None:
        """Raises KeyMissing."""
        try:
            with self._keyring.opened(path) as file:
                return _read_ticket(file)
        except KeyMissing:
            raise
        except DamagedImage:
            return None


def _write(descriptor: int, block: bytes, seal: FileSeal | None) -> None:
    """All of it: on a disk that is nearly full only the next write tells."""
    with FileIO(descriptor, "r+b", closefd=False) as raw:
        if seal is not None:
            with seal.begin(raw) as file:
                file.write(block)
            return
        while block:
            block = block[raw.write(block) :]


def _read_ticket(file: BinaryIO) -> PageTicket | None:
    """None of a page that was not read to its end. Raises DamagedImage."""
    block = file.read(spoolfile.HEADER_BYTES)
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - spoolfile.SEAL_BYTES))
    size_bytes = spoolfile.trailer_size(file.read())
    if size_bytes is None or size_bytes > end - spoolfile.HEADER_BYTES:
        return None
    file.seek(end - size_bytes)
    spoolfile.read_trailer(file.read())
    return spoolfile.read_header(block)
