"""Ports: what the core asks of the rooms around it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from sheetfed.core.barcodes import Barcode, BarcodeFormat
from sheetfed.core.edits import Crop, Edit
from sheetfed.core.exports import ExportOptions
from sheetfed.core.grant import Grant, GrantId
from sheetfed.core.imagetype import ImageType
from sheetfed.core.job import Job
from sheetfed.core.model import Document, DocumentId, Image, JobId, Owner, Page, PageId, PageTicket


class Clock(Protocol):
    """Time: wall-clock seconds since the epoch, and waiting."""

    def now(self) -> float: ...

    def running_s(self) -> float:
        """Seconds since a moment of the past, those asleep counted, whoever sets the clock."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Spool(Protocol):
    """A file of the daemon's that a scanner worker fills with one page's pixels.

    `key` is what the worker seals this one file with; None: it is clear.
    """

    ticket: PageTicket
    path: Path
    key: bytes | None

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

    async def verify(self, *, master: Path, preview: Path) -> Image:
        """Read both files of a page to their ends. Raises DamagedImage."""
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
        """Write the pages as one file to the target; only some types take more than one.

        Raises InvalidParameter, as for a text language that is not there.
        """
        ...


class Measures(Protocol):
    """What can be found out about a page by looking at it, outside the daemon's process."""

    async def skew(self, page: PageFiles) -> float:
        """By how many degrees its lines are turned clockwise; 0 without lines."""
        ...

    async def orientation(self, page: PageFiles) -> int:
        """Degrees to turn it clockwise so that its text is upright: 0, 90, 180 or 270; 0 also
        where that cannot be told."""
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
        """Sync both files and their folder to the disk; returns their size in bytes.

        Raises StoreFull or InternalError.
        """
        ...

    async def copy(self, page: PageId, to: PageId) -> int:
        """The files of `page` as those of `to`, synced; returns their size in bytes.

        Raises DamagedImage when one is missing, StoreFull or InternalError.
        """
        ...

    async def drop(self, page: PageId) -> None:
        """Remove both files; what cannot be removed now is tried again later."""
        ...


class Room(Protocol):
    """Whether the store takes one more page."""

    async def reserve(self, page: PageId, owner: Owner) -> None:
        """The page is to be this owner's, from now until its blobs are dropped.

        Raises StoreFull.
        """
        ...


class Catalogue(Protocol):
    """The rows of the store. Every call is committed and synced when it returns."""

    async def documents(self) -> Sequence[tuple[Document, Sequence[Page]]]: ...
    async def add_page(self, document: Document, page: Page) -> None:
        """Append the page; makes the document when it is not there yet."""
        ...

    async def arrange(self, documents: Sequence[Document], added: Sequence[Page] = ()) -> None:
        """Let these documents have exactly their pages, in their order; all of it or nothing.

        `added` are pages that are not there yet. A page may come from another of the documents;
        one that none of them names any more is removed. Makes documents that are not there.
        """
        ...

    async def save_document(self, document: Document) -> None:
        """What is said of it beside its pages; makes it when it is not there yet."""
        ...

    async def set_edits(self, page: Page) -> None: ...

    async def drop_document(self, document: DocumentId) -> None: ...


class JobLog(Protocol):
    """Jobs on disk, so that they can be asked for after a restart."""

    async def jobs(self) -> Sequence[Job]: ...
    async def save(self, job: Job) -> None: ...
    async def drop(self, job: JobId) -> None: ...
    async def forget(self, ended_before: float) -> None: ...


class GrantBook(Protocol):
    """Grants on disk. Every call is committed and synced when it returns."""

    async def grants(self) -> Sequence[Grant]: ...
    async def save(self, grant: Grant) -> None: ...
    async def drop(self, grant: GrantId) -> None: ...


class IncomingFile(Protocol):
    """A file that a caller sends, as far as it has come."""

    path: Path

    async def write(self, data: bytes) -> None:
        """Raises StoreFull or InternalError."""
        ...

    async def close(self) -> None:
        """It is all there, for the image work to read. Raises as `write` does."""
        ...


class Incoming(Protocol):
    """Where files that callers send lie while they are taken in."""

    def receive(self) -> AbstractAsyncContextManager[IncomingFile]:
        """A fresh file, removed at the end of the block. Raises StoreFull or InternalError."""
        ...

    def copied(self, descriptor: int, *, at_most_bytes: int) -> AbstractAsyncContextManager[Path]:
        """All that comes from a file, pipe or socket, which is closed, in a file of our own.

        Raises TooLarge, StoreFull, InvalidParameter, or Gone when nothing comes any more.
        """
        ...


class RenderCache(Protocol):
    """Rendered files by digest, the least recently used dropped beyond a size."""

    async def read(self, digest: str) -> bytes | None: ...

    def target(self) -> AbstractAsyncContextManager[Path]:
        """A fresh path for one file, removed at the end of the block unless kept."""
        ...

    async def keep(self, digest: str, path: Path) -> bytes:
        """Move the file into the cache; returns its bytes."""
        ...

    def opened(self, path: Path) -> BinaryIO:
        """A file that is being made, for reading it; blocks, also while it is read."""
        ...

    async def drop(self, prefix: str) -> None:
        """Remove every file whose digest begins so."""
        ...


class Accounts(Protocol):
    """The machine's users."""

    async def matches(self, uid: int, rule: str) -> bool:
        """Whether a rule of `[access] scan` names this user: a name, @group, active or *."""
        ...
