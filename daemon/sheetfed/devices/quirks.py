"""Quirks: what is known of each driver, from our files and the administrator's."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, TypeVar

from sheetfed.core.model import PaperSource
from sheetfed.core.scanner import Scanner
from sheetfed.devices.dialect import Dialect
from sheetfed.devices.quirkfile import Quirk, QuirkFile, parse

SHIPPED_DIR: Final = Path(__file__).parent / "quirks"

_Item = TypeVar("_Item")
_Key = TypeVar("_Key")
_Stamp = tuple[int, int, int] | None

log = logging.getLogger(__name__)


class Quirks:
    """Files that have changed are read again when a scanner is asked about."""

    def __init__(self, *, quirks_dir: Path | None = None) -> None:
        """`quirks_dir`: the administrator's files; it need not be there."""
        self._shipped = _Folder(SHIPPED_DIR)
        self._reading = asyncio.Lock()
        self._quirks_dir: Path | None = None
        self._local: _Folder | None = None
        self.change(quirks_dir)

    def change(self, quirks_dir: Path | None) -> None:
        """The administrator's files are in this folder from now on."""
        if quirks_dir != self._quirks_dir:
            self._quirks_dir = quirks_dir
            self._local = None if quirks_dir is None else _Folder(quirks_dir)

    async def dialect(self, scanner: Scanner) -> Dialect:
        """How this scanner's driver speaks."""
        async with self._reading:
            shipped, local = await asyncio.to_thread(self._read)
        return dialect(shipped, local, scanner)

    def _read(self) -> tuple[tuple[Quirk, ...], tuple[Quirk, ...]]:
        return self._shipped.quirks(), () if self._local is None else self._local.quirks()


class _Folder:
    """The quirk files of a folder, in the order of their names; each problem is told once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files: dict[Path, tuple[_Stamp, QuirkFile]] = {}
        self._is_unreadable = False

    def quirks(self) -> tuple[Quirk, ...]:
        """What they say now; blocking."""
        try:
            paths = sorted(path for path in self._path.iterdir() if path.suffix == ".toml")
            self._is_unreadable = False
        except FileNotFoundError:
            paths = []
        except OSError as error:
            paths = []
            if not self._is_unreadable:
                log.warning("quirks: %s: %s", self._path, error.strerror)
            self._is_unreadable = True
        self._files = {path: self._file(path) for path in paths}
        return tuple(quirk for _, file in self._files.values() for quirk in file.quirks)

    def _file(self, path: Path) -> tuple[_Stamp, QuirkFile]:
        stamp, read = _stamp(path), self._files.get(path)
        if read is not None and read[0] == stamp:
            return read
        file = _read(path)
        if file.problems:
            log.warning("quirks: %s: %s", path, "; ".join(file.problems))
        return stamp, file


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read(path: Path) -> QuirkFile:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        return QuirkFile(problems=(f"cannot be read: {error.strerror}",))
    except UnicodeDecodeError as error:
        return QuirkFile(problems=(f"byte {error.start} is not UTF-8",))


def dialect(shipped: Iterable[Quirk], local: Iterable[Quirk], scanner: Scanner) -> Dialect:
    """The entries for this scanner as one: the most specific first, the administrator's before
    ours, a later one before an earlier."""
    backend = backend_of(scanner)
    ranked = [
        (_specificity(quirk), is_local, number, quirk)
        for is_local, quirks in ((False, shipped), (True, local))
        for number, quirk in enumerate(quirks)
        if _matches(quirk, backend, scanner)
    ]
    ranked.sort(key=lambda it: it[:3], reverse=True)
    return _merged([quirk for *_, quirk in ranked])


def backend_of(scanner: Scanner) -> str:
    """The SANE backend that knows the scanner; that of the other machine behind `net`."""
    backend, _, rest = scanner.device.partition(":")
    if backend != "net":
        return backend
    if rest.startswith("["):
        rest = rest.partition("]")[2]
    return rest.partition(":")[2].partition(":")[0]


def _matches(quirk: Quirk, backend: str, scanner: Scanner) -> bool:
    asked = (
        (quirk.backend, backend),
        (quirk.vendor, scanner.vendor),
        (quirk.model, scanner.model),
        (quirk.type, scanner.type),
    )
    return all(
        not patterns or any(fnmatchcase(word.casefold(), pattern) for pattern in patterns)
        for patterns, word in asked
    )


def _specificity(quirk: Quirk) -> tuple[bool, ...]:
    return bool(quirk.model), bool(quirk.vendor), bool(quirk.backend), bool(quirk.type)


def _merged(quirks: Sequence[Quirk]) -> Dialect:
    paper = _first(quirk.paper for quirk in quirks)
    never = _table(quirk.never for quirk in quirks)
    return Dialect(
        sources=_rows(quirk.sources for quirk in quirks),
        modes=_rows(quirk.modes for quirk in quirks),
        names=_lists(quirk.names for quirk in quirks),
        fed_from=_first(quirk.fed_from for quirk in quirks) or PaperSource.FLATBED,
        feeder_switches=_rows(quirk.feeder_switches for quirk in quirks),
        duplex_switches=_rows(quirk.duplex_switches for quirk in quirks),
        mode_options=_table(quirk.mode_options for quirk in quirks),
        first=_table(quirk.first for quirk in quirks),
        with_source=_tables(quirk.with_source for quirk in quirks),
        never=frozenset(name for name, is_so in never.items() if is_so),
        paper=(paper[0], paper[1]) if paper else None,
        usual_ratio=_first(quirk.usual_ratio for quirk in quirks),
        pixel_dpi=_first(quirk.pixel_dpi for quirk in quirks),
        scales=_table(quirk.scales for quirk in quirks),
    )


def _first(items: Iterable[_Item | None]) -> _Item | None:
    return next((item for item in items if item is not None), None)


def _rows(parts: Iterable[tuple[_Item, ...]]) -> tuple[_Item, ...]:
    return tuple(row for part in parts for row in part)


def _table(parts: Iterable[Mapping[_Key, _Item]]) -> dict[_Key, _Item]:
    merged: dict[_Key, _Item] = {}
    for part in parts:
        for key, item in part.items():
            merged.setdefault(key, item)
    return merged


def _lists(parts: Iterable[Mapping[_Key, tuple[str, ...]]]) -> dict[_Key, tuple[str, ...]]:
    merged: dict[_Key, tuple[str, ...]] = {}
    for part in parts:
        for key, names in part.items():
            before = merged.get(key, ())
            merged[key] = before + tuple(name for name in names if name not in before)
    return merged


def _tables(parts: Iterable[Mapping[_Key, Mapping[str, Any]]]) -> dict[_Key, dict[str, Any]]:
    merged: dict[_Key, dict[str, Any]] = {}
    for part in parts:
        for key, table in part.items():
            merged[key] = _table((merged.get(key, {}), table))
    return merged
