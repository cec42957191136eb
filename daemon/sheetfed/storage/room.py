"""Room: whether the store takes one more page, in all, of its owner's and on its disk."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from sheetfed.core.errors import StoreFull
from sheetfed.core.model import Owner, PageId
from sheetfed.storage import faults
from sheetfed.storage.limits import Limits
from sheetfed.storage.naming import file_name
from sheetfed.storage.usage import Usage, disk_free_bytes


class Room:
    """Implements the port of the same name. Spools count as they grow."""

    def __init__(self, *, spools: Path, usage: Usage, limits: Limits) -> None:
        self._spools = spools
        self._usage = usage
        self._limits = limits

    def change(self, limits: Limits) -> None:
        """From the next page on."""
        self._limits = limits

    async def reserve(self, page: PageId, owner: Owner) -> None:
        try:
            await asyncio.to_thread(self._require, owner, self._usage.expected)
        except OSError as error:
            raise faults.told(error, "the room for a page cannot be found out") from error
        self._usage.expect(page, owner)

    def _require(self, owner: Owner, expected: Mapping[PageId, Owner]) -> None:
        owners = {file_name(page): of for page, of in expected.items()}
        spooled_bytes = own_spooled_bytes = 0
        for path in self._spools.iterdir():
            size_bytes = _size_bytes(path)
            spooled_bytes += size_bytes
            own_spooled_bytes += size_bytes if owners.get(path.name) == owner else 0
        limits = self._limits
        if self._usage.used_bytes + spooled_bytes >= limits.max_bytes:
            raise StoreFull(
                f"the store has reached its limit of {limits.max_bytes} bytes; delete documents",
                details={"used_bytes": self._usage.used_bytes, "max_bytes": limits.max_bytes},
            )
        own_bytes = self._usage.of(owner)
        if 0 < limits.max_bytes_per_owner <= own_bytes + own_spooled_bytes:
            raise StoreFull(
                f"your documents have reached their limit of {limits.max_bytes_per_owner} bytes; "
                "delete some",
                details={"used_bytes": own_bytes, "max_bytes": limits.max_bytes_per_owner},
            )
        free_bytes = disk_free_bytes(self._spools)
        if free_bytes < limits.min_free_bytes:
            raise StoreFull(
                f"the store's disk has {free_bytes} bytes left, fewer than the "
                f"{limits.min_free_bytes} that must stay free",
                details={"free_bytes": free_bytes, "min_free_bytes": limits.min_free_bytes},
            )


def _size_bytes(path: Path) -> int:
    """0 for a file that was dropped since it was listed."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
