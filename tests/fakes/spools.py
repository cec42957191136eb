"""Spools in a folder: enough of a store for a scanner to fill pages."""

import os
from collections.abc import Sequence
from pathlib import Path

from sheetfed.core import spoolfile
from sheetfed.core.model import DocumentId, JobId, Owner, PageId, PageTicket
from sheetfed.core.spoolfile import HEADER_BYTES, SEAL_BYTES, Layout


class FileSpool:
    """One page's file, its header written."""

    def __init__(self, ticket: PageTicket, path: Path) -> None:
        self.ticket = ticket
        self.path = path
        self.key: bytes | None = None
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._fd).st_size == 0:
            os.write(self._fd, spoolfile.header(ticket))

    def fileno(self) -> int:
        return self._fd

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class FolderSpools:
    """The port `Spools` on a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.made: list[FileSpool] = []

    def new(self, number: int | None = None) -> FileSpool:
        """A spool for the next page of a job that is only a name."""
        sequence = len(self.made) if number is None else number
        ticket = PageTicket(
            page=PageId(f"p{sequence}"),
            job=JobId("j1"),
            sequence=sequence,
            document=DocumentId("d1"),
            owner=Owner(1000),
            instance=None,
            created=0.0,
        )
        return self._make(ticket)

    async def create(self, ticket: PageTicket) -> FileSpool:
        return self._make(ticket)

    async def complete(self) -> Sequence[FileSpool]:
        found = []
        for path in sorted(self._folder.glob("*.spool")):
            data = path.read_bytes()
            if spoolfile.trailer_size(data[-SEAL_BYTES:]) is None:
                path.unlink()
            else:
                found.append(self._open(spoolfile.read_header(data[:HEADER_BYTES]), path))
        return sorted(found, key=lambda spool: (spool.ticket.job, spool.ticket.sequence))

    async def drop(self, spool: FileSpool) -> None:
        spool.close()
        spool.path.unlink(missing_ok=True)

    def close(self) -> None:
        for spool in self.made:
            spool.close()

    def _make(self, ticket: PageTicket) -> FileSpool:
        return self._open(ticket, self._folder / f"{ticket.page}.spool")

    def _open(self, ticket: PageTicket, path: Path) -> FileSpool:
        spool = FileSpool(ticket, path)
        self.made.append(spool)
        return spool


def layout_of(path: Path) -> Layout | None:
    """How a spool's page is laid out; None when it was never fully read."""
    data = path.read_bytes()
    size = spoolfile.trailer_size(data[-SEAL_BYTES:])
    return None if size is None else spoolfile.read_trailer(data[-size:])


def rows_of(path: Path) -> bytes:
    """The rows of all frames without their padding, frame after frame."""
    data = path.read_bytes()
    layout = layout_of(path)
    assert layout is not None, "the page was never fully read"
    rows = bytearray()
    for frame in layout.frames:
        samples = 3 if frame.channel is spoolfile.Channel.RGB else 1
        row_bytes = (frame.width_px * samples * frame.depth + 7) // 8
        for line in range(frame.lines):
            start = frame.offset + line * frame.bytes_per_line
            rows += data[start : start + row_bytes]
    return bytes(rows)
