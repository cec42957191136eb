"""Ports: what the core asks of the rooms around it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from sheetfed.core.model import (
    Capabilities,
    Configured,
    Document,
    DocumentId,
    Image,
    ImageType,
    Job,
    Page,
    PageId,
    PageTicket,
    Scanner,
    ScanSettings,
)


class Clock(Protocol):
    """Time: wall-clock seconds since the epoch, and waiting."""

    def now(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class Spool(Protocol):
    """A file of the daemon's that a scanner worker fills with one page's pixels."""

    ticket: PageTicket
    path: Path

    def fileno(self) -> int:
        """The open descriptor, for handing to a worker."""
        ...

    def close(self) -> None:
        """Close the descriptor; the file stays."""
        ...


class Spools(Protocol):
    """Where spool files are made, found again after a crash, and dropped."""

    async def create(self, ticket: PageTicket) -> Spool:
        """Raises StoreFull when there is no room."""
        ...

    async def complete(self) -> Sequence[Spool]:
        """After a start: every completely read spool, by job and sequence; the rest is swept."""
        ...

    async def drop(self, spool: Spool) -> None: ...


class Device(Protocol):
    """An open scanner. Every call ends within its deadline, with a ScanError if it must."""

    async def capabilities(self) -> Capabilities: ...

    async def configure(self, settings: ScanSettings) -> Configured: ...

    async def read_page(self, spool: Spool, progress: Callable[[int], None]) -> None:
        """Feed and read one page into the spool; progress is told 0…100.

        Raises FeederEmpty, PaperJam, CoverOpen, ScannerIo, ScannerLost, ScannerTimeout,
        ScannerDenied, ScannerBusy, SettingsRefused, CanceledAtDevice or StoreFull.
        """
        ...

    async def cancel(self) -> None:
        """End whatever is going on, by force when the driver does not; never raises."""
        ...

    async def close(self) -> None:
        """Give the device back to other programs; never raises."""
        ...


class Devices(Protocol):
    """SANE's list of scanners, and the way to open one."""

    async def enumerate(self) -> Sequence[Scanner]:
        """All scanners there are now. Raises ScannerTimeout or ScannerLost."""
        ...

    async def open(self, scanner: Scanner) -> Device: ...


class Pages(Protocol):
    """Image work on pages, done outside the daemon's process."""

    async def ingest(self, spool: Path, master: Path, preview: Path) -> Image:
        """Write a spool's page as its lossless master and its preview. Raises DamagedImage."""
        ...

    async def render(
        self,
        *,
        master: Path,
        preview: Path,
        width_px: int,
        height_px: int,
        image_type: ImageType,
        target: Path,
    ) -> None:
        """Write the page at exactly this size to the target."""
        ...

    async def export(
        self, *, masters: Sequence[Path], image_type: ImageType, quality: int, target: Path
    ) -> None:
        """Write the pages as one file to the target; only a PDF takes more than one."""
        ...


class Blobs(Protocol):
    """The files of a page: one immutable master, one small preview."""

    def master(self, page: PageId) -> Path: ...
    def preview(self, page: PageId) -> Path: ...

    async def sync(self, page: PageId) -> int:
        """Sync both files and their folder to the disk; returns their size in bytes."""
        ...

    async def drop(self, page: PageId) -> None: ...


class Catalogue(Protocol):
    """The rows of the store. Every call is committed and synced when it returns."""

    async def documents(self) -> Sequence[tuple[Document, Sequence[Page]]]: ...
    async def add_page(self, document: Document, page: Page) -> None:
        """Append the page; makes the document when it is not there yet."""
        ...

    async def set_pages(self, document: Document) -> None:
        """Keep exactly the document's pages, in its order."""
        ...

    async def drop_document(self, document: DocumentId) -> None: ...
    async def touch(self, document: DocumentId, last_used: float) -> None: ...


class JobLog(Protocol):
    """Jobs on disk, so that they can be asked for after a restart."""

    async def jobs(self) -> Sequence[Job]: ...
    async def save(self, job: Job) -> None: ...
    async def forget(self, ended_before: float) -> None: ...


class RenderCache(Protocol):
    """Rendered files by digest, the least recently used dropped beyond a size."""

    async def read(self, digest: str) -> bytes | None: ...

    def target(self) -> AbstractAsyncContextManager[Path]:
        """A fresh path for one file, removed at the end of the block unless kept."""
        ...

    async def keep(self, digest: str, path: Path) -> bytes:
        """Move the file into the cache; returns its bytes."""
        ...

    async def drop(self, digests: Sequence[str]) -> None: ...


class Accounts(Protocol):
    """The machine's users."""

    async def matches(self, uid: int, rule: str) -> bool:
        """Whether a rule of `[access] scan` names this user: a name, @group, active or *."""
        ...
