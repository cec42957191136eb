"""Upkeep: what looking after the store finds and counts."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sheetfed.core.model import Document, Owner, Page, PageId


class Flaw(StrEnum):
    """What can be wrong with a file of the store."""

    MISSING = "missing"
    DAMAGED = "damaged"
    WRONG_SIZE = "wrong-size"
    WRONG_MODE = "wrong-mode"  # others may read it
    ORPHAN = "orphan"  # it belongs to no page


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: with which file, by its path in the store, and of which page it is."""

    flaw: Flaw
    file: str
    page: PageId | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """So many pages were looked at, and this was found."""

    pages: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OwnerUsage:
    """What one owner has in the store. `last_used` is that of the latest document."""

    owner: Owner
    documents: int
    pages: int
    size_bytes: int
    last_used: float


Told = Callable[[int, int], None]
"""Is told how far long work is: so many pages are done, of so many."""


def untold(_: int, __: int) -> None:
    """For work of which nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Documents with their pages, each document's in its order."""

    documents: tuple[tuple[Document, tuple[Page, ...]], ...]

    @property
    def pages(self) -> tuple[Page, ...]:
        return tuple(page for _, pages in self.documents for page in pages)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: how many documents are new or have got pages, and how many pages
    were taken in, were here before, and cannot be read or are not in the archive."""

    documents: int
    pages: int
    known_pages: int
    damaged_pages: int
