"""Check: a store's files compared with its catalogue, without looking into them."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from sheetfed.core.model import PageId
from sheetfed.core.upkeep import Finding, Flaw
from sheetfed.storage.blobs import FANOUT, MASTER, PREVIEW
from sheetfed.storage.naming import file_name

YOUNG_S: Final = 600.0
"""In an open store a file that is so young may be of a page that is being taken in."""

_FILE_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700


class StoreFolder:
    """Implements the port Folder on an open store."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def survey(self, pages: Mapping[PageId, int]) -> Sequence[Finding]:
        return await asyncio.to_thread(survey, self._path, pages, young_s=YOUNG_S)


def catalogued(path: Path) -> dict[PageId, int]:
    """The pages of a closed store with their sizes in bytes. Raises sqlite3.Error."""
    with contextlib.closing(sqlite3.connect(path / "catalogue.sqlite")) as rows:
        return dict(rows.execute("SELECT id, size_bytes FROM pages").fetchall())


def survey(path: Path, pages: Mapping[PageId, int], *, young_s: float = 0.0) -> list[Finding]:
    """What is wrong with the files of these pages, and with files of no page. Blocks."""
    names = {file_name(page): page for page in pages}
    sizes: dict[str, int] = {}
    found = list(_wrong_modes(path))
    for fan in FANOUT:
        for file in _listed(path / "blobs" / fan):
            try:
                status = file.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            place = f"blobs/{fan}/{file.name}"
            page = names.get(file.stem) if file.suffix in (MASTER, PREVIEW) else None
            if page is not None:
                sizes[file.name] = status.st_size
                if status.st_mode & 0o777 != _FILE_MODE:
                    found.append(Finding(Flaw.WRONG_MODE, place, page))
            elif time.time() - status.st_mtime >= young_s:
                found.append(Finding(Flaw.ORPHAN, place))
    for name, page in names.items():
        there = [sizes.get(name + kind) for kind in (MASTER, PREVIEW)]
        for kind, size_bytes in zip((MASTER, PREVIEW), there, strict=True):
            if size_bytes is None:
                found.append(Finding(Flaw.MISSING, f"blobs/{name[:2]}/{name}{kind}", page))
        if None not in there and sum(filter(None, there)) != pages[page]:
            found.append(Finding(Flaw.WRONG_SIZE, f"blobs/{name[:2]}/{name}{MASTER}", page))
    return found


def _wrong_modes(path: Path) -> Iterator[Finding]:
    """Of the store's folders, and of its files beside the pages'."""
    blobs = path / "blobs"
    beside = [each for each in _listed(path) if each.is_dir() and each != blobs]
    for folder in (path, blobs, *(blobs / fan for fan in FANOUT), *beside):
        if folder.is_dir() and folder.stat().st_mode & 0o777 != _FOLDER_MODE:
            yield Finding(Flaw.WRONG_MODE, _place(folder, path))
    for folder in (path, *beside):
        for file in _listed(folder):
            with contextlib.suppress(FileNotFoundError):
                if file.is_file() and file.stat().st_mode & 0o777 != _FILE_MODE:
                    yield Finding(Flaw.WRONG_MODE, _place(file, path))


def _place(path: Path, store: Path) -> str:
    return str(path.relative_to(store))


def _listed(folder: Path) -> list[Path]:
    """Nothing of a folder that is gone."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
