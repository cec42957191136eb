"""Store ports: what looking after the store asks of the room that holds it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from sheetfed.core.model import PageId
from sheetfed.core.upkeep import Contents, Finding, Told


class Folder(Protocol):
    """The store's files as they lie on the disk."""

    async def survey(self, pages: Mapping[PageId, int]) -> Sequence[Finding]:
        """What is wrong with the files of these pages, whose sizes are given, and with others.

        What is inside a file is not looked at.
        """
        ...


class Arrival(Protocol):
    """An archive that is being read: its contents at once, then its pages' files in order."""

    contents: Contents

    async def take(self, page: PageId, *, master: Path, preview: Path) -> bool:
        """Write the files of this page, whose turn it is; whether they are in the archive.

        Raises DamagedImage, StoreFull or InternalError.
        """
        ...

    async def skip(self, page: PageId) -> bool:
        """Pass over the files of this page, whose turn it is; whether they are in the archive."""
        ...

    async def end(self) -> None:
        """Read the rest. Raises DamagedImage unless all of it is as it was written."""
        ...


class Archives(Protocol):
    """Documents as one stream of bytes: a backup."""

    async def write(self, contents: Contents, descriptor: int, told: Told) -> None:
        """Write them to a pipe or socket, which is closed at the end; a page whose files are gone
        is left out. Raises Gone when nobody reads any more."""
        ...

    def read(self, descriptor: int) -> AbstractAsyncContextManager[Arrival]:
        """Read what `write` wrote from a file, pipe or socket, which is closed at the end.

        Raises UnsupportedImage for what is no archive, DamagedImage, TooLarge, InvalidParameter,
        or Gone when nothing comes.
        """
        ...
