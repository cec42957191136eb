"""MemoryGrantBook: grants that outlive a core."""

from collections.abc import Sequence

from fakes.gate import Gate
from sheetfed.core.grant import Grant, GrantId


class MemoryGrantBook:
    """The port GrantBook."""

    def __init__(self) -> None:
        self.kept: dict[GrantId, Grant] = {}
        self.saves = 0
        self.writing = Gate()

    async def grants(self) -> Sequence[Grant]:
        return sorted(self.kept.values(), key=lambda grant: grant.since)

    async def save(self, grant: Grant) -> None:
        await self.writing.passed()
        self.saves += 1
        self.kept[grant.id] = grant

    async def drop(self, grant: GrantId) -> None:
        await self.writing.passed()
        self.kept.pop(grant, None)
