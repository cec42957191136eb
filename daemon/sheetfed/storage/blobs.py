"""Blobs: the two files of a page, its master and its preview."""

import asyncio
import errno
import logging
import os
import shutil
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import PageId
from sheetfed.sealed.keyring import CLEAR, Keyring
from sheetfed.storage import faults
from sheetfed.storage.naming import file_name
from sheetfed.storage.syncing import sync
from sheetfed.storage.usage import Usage

MASTER: Final = ".master"
PREVIEW: Final = ".preview"
FANOUT: Final = tuple(f"{number:02x}" for number in range(256))

_NO_LINKS: Final = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS})

log = logging.getLogger(__name__)


class Blobs:
    """Implements the port of the same name in a folder of 256 folders."""

    def __init__(self, *, folder: Path, usage: Usage, keyring: Keyring = CLEAR) -> None:
        self._folder = folder
        self._keyring = keyring
        self._usage = usage
        self._undropped: set[PageId] = set()

    def prepare(self) -> None:
        """Make the folders. Blocks on the file system."""
        for name in ("", *FANOUT):
            (self._folder / name).mkdir(mode=0o700, exist_ok=True)
        sync(self._folder)

    def keep_unknown(self) -> None:
        """The next sweep, after whichever start, sets aside what is no known page's. Blocks."""
        self._unswept.touch(mode=0o600)
        sync(self._unswept.parent)

    def master(self, page: PageId) -> Path:
        return self._path(page, MASTER)

    def preview(self, page: PageId) -> Path:
        return self._path(page, PREVIEW)

    async def sync(self, page: PageId) -> int:
        master, preview = self.master(page), self.preview(page)
        # A page that was removed and has come back is not to be removed once more.
        self._undropped.discard(page)
        try:
            sizes = await asyncio.gather(
                asyncio.to_thread(sync, master),
                asyncio.to_thread(sync, preview),
                asyncio.to_thread(sync, master.parent),
            )
        except OSError as error:
            raise faults.told(error, "a page's files cannot be synced") from error
        size_bytes = sizes[0] + sizes[1]
        self._usage.count(page, size_bytes)
        return size_bytes

    async def copy(self, page: PageId, to: PageId) -> int:
        pairs = ((self.master(page), self.master(to)), (self.preview(page), self.preview(to)))
        try:
            await asyncio.to_thread(_copy, pairs)
        except FileNotFoundError as error:
            raise DamagedImage("a page's files are missing") from error
        except OSError as error:
            raise faults.told(error, "a page's files cannot be copied") from error
        return await self.sync(to)

    async def drop(self, page: PageId) -> None:
        self._undropped.add(page)
        for gone in tuple(self._undropped):
            try:
                await asyncio.to_thread(_remove, (self.master(gone), self.preview(gone)))
            except OSError as error:
                # The next start would do it, too: it removes what is no page's.
                faults.told(error, "a removed page's files are still there, to be tried again")
            else:
                self._undropped.discard(gone)
                self._usage.forget(gone)

    async def lost(self, pages: AbstractSet[PageId]) -> frozenset[PageId]:
        """Those with a file that no key will ever open again."""
        return await asyncio.to_thread(
            lambda: frozenset(
                page
                for page in pages
                if any(map(self._keyring.is_lost, (self.master(page), self.preview(page))))
            )
        )

    async def sweep(self, known: AbstractSet[PageId]) -> int:
        """Remove every file that is not a known page's; returns how many. For the start only.

        A known page whose files are missing is said.
        """
        names = {file_name(page) for page in known}
        removed, there = await asyncio.to_thread(self._sweep, names)
        for kind in (MASTER, PREVIEW):
            missing = sum(f"{name}{kind}" not in there for name in names)
            if missing:
                log.error(
                    "the %s files of %d pages are missing; sheetctl store check names them",
                    kind.removeprefix("."),
                    missing,
                )
        return removed

    def _sweep(self, names: AbstractSet[str]) -> tuple[int, set[str]]:
        orphans, there = [], set()
        for fan in FANOUT:
            for path in _listed(self._folder / fan):
                if path.stem in names and path.suffix in (MASTER, PREVIEW):
                    there.add(path.name)
                else:
                    orphans.append(path)
        try:
            if orphans and self._unswept.exists():
                name = f"lost-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
                _set_aside(orphans, self._folder.with_name(name))
            else:
                _remove(orphans)
            self._unswept.unlink(missing_ok=True)
        except OSError as error:
            faults.told(error, "files of no page are still there; the next start tries again")
        return len(orphans), there

    @property
    def _unswept(self) -> Path:
        """There while files may be of pages whose rows are lost."""
        return self._folder.with_name("unswept")

    def _path(self, page: PageId, kind: str) -> Path:
        name = file_name(page)
        return self._folder / name[:2] / f"{name}{kind}"


def _listed(folder: Path) -> list[Path]:
    """Nothing of a folder that cannot be read: a bad spot of the disk costs no start."""
    try:
        return list(folder.iterdir())
    except OSError as error:
        faults.told(error, "a folder of pages' files cannot be read")
        return []


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _set_aside(paths: Iterable[Path], folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    count = 0
    for path in paths:
        path.replace(folder / path.name)
        count += 1
    log.error("%d files of pages that no row names any more are now in %s", count, folder)


def _copy(pairs: Iterable[tuple[Path, Path]]) -> None:
    """A link to the same file, which is never changed; a copy where there are no links."""
    made: list[Path] = []
    try:
        for source, target in pairs:
            try:
                target.hardlink_to(source)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                made.append(target)
                _copy_file(source, target)
            made.append(target)
    except BaseException:
        _remove(made)
        raise


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as copy:
            shutil.copyfileobj(file, copy)
