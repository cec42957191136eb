"""Ports: what the core asks of the rooms around it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sheetfed.core.barcodes import Barcode, BarcodeFormat
from sheetfed.core.capabilities import Capabilities
from sheetfed.core.edits import Crop, Edit
from sheetfed.core.exports import ExportOptions
from sheetfed.core.model import (
    Configured,
    Document,
    DocumentId,
    Image,
    ImageType,
    Job,
    OptionAsked,
    Page,
    PageId,
    PageTicket,
    Scanner,
    ScanSettings,
)
from sheetfed.core.options import Option, Outcome
from sheetfed.core.survey import Survey


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

    async def options(self) -> Sequence[Option]:
        """Every option as the driver describes it, with its present value."""
        ...

    async def set_options(self, asked: Mapping[str, OptionAsked]) -> Sequence[Outcome]:
        """Set these, source, mode, resolution, depth and area first; in the order given, what
        became of each. Raises ScannerLost or ScannerTimeout."""
        ...

    async def configure(self, settings: ScanSettings) -> Configured:
        """Set up for a scan: the lease's options first, which only settings that were asked for
        override. Raises InvalidParameter or SettingsRefused."""
        ...

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

    async def survey(self, told: Callable[[Survey], None], *, network_only: bool = False) -> Survey:
        """Ask every backend, or those that look for network scanners, what it has.

        `told` gets the whole list as it stands each time a backend has answered. A backend that
        fails, crashes or hangs costs its own scanners only; one whose scanner is open is not
        asked. Raises ScannerLost when nothing can be asked at all.
        """
        ...

    def forgive(self, backend: str) -> None:
        """End the backend's quarantine; the next survey asks it again."""
        ...

    async def open(self, scanner: Scanner) -> Device: ...


@dataclass(frozen=True, slots=True)
class PageFiles:
    """A stored page for image work: its files, and the edits that are applied to it."""

    master: Path
    preview: Path
    edits: tuple[Edit, ...] = ()


class Pages(Protocol):
    """Image work on pages, done outside the daemon's process."""

    async def ingest(self, spool: Path, master: Path, preview: Path) -> Image:
        """Write a spool's page as its lossless master and its preview. Raises DamagedImage."""
        ...

    async def count(self, source: Path) -> int:
        """How many pages an image or PDF of others has.

        Raises UnsupportedImage, DamagedImage or TooLarge.
        """
        ...

    async def load(self, *, source: Path, number: int, master: Path, preview: Path) -> Image:
        """Write one page of it, from 0, as `ingest` does. Raises as `count` does."""
        ...

    async def render(
        self,
        *,
        page: PageFiles,
        width_px: int,
        height_px: int,
        image_type: ImageType,
        target: Path,
    ) -> None:
        """Write the page at exactly this size to the target."""
        ...

    async def export(
        self,
        *,
        pages: Sequence[PageFiles],
        image_type: ImageType,
        options: ExportOptions,
        target: Path,
    ) -> None:
        """Write the pages as one file to the target; only some types take more than one."""
        ...


class Measures(Protocol):
    """What can be found out about a page by looking at it, outside the daemon's process."""

    async def skew(self, page: PageFiles) -> float:
        """By how many degrees its lines are turned clockwise; 0 without lines."""
        ...

    async def paper(self, page: PageFiles) -> Crop | None:
        """Where the sheet lies on it; None where nothing is seen around it."""
        ...

    async def ink(self, page: PageFiles) -> float:
        """The part of it that is covered with ink, 0…1."""
        ...

    async def barcodes(
        self, page: PageFiles, formats: Sequence[BarcodeFormat]
    ) -> Sequence[Barcode]:
        """Those of these formats, of all without any, from top to bottom."""
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

    async def set_edits(self, page: Page) -> None: ...

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

    async def drop(self, prefix: str) -> None:
        """Remove every file whose digest begins so."""
        ...


class Accounts(Protocol):
    """The machine's users."""

    async def matches(self, uid: int, rule: str) -> bool:
        """Whether a rule of `[access] scan` names this user: a name, @group, active or *."""
        ...
