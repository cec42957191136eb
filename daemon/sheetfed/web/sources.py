"""Sources: the RPC methods that list scanners, choose one, open it and set its options."""

from collections.abc import Mapping

from sheetfed.core.access import Access
from sheetfed.core.jobs import Jobs
from sheetfed.core.model import OptionAsked
from sheetfed.core.operating import Operating
from sheetfed.core.permissions import Permission
from sheetfed.core.scanner import Scanner
from sheetfed.core.scanners import Scanners
from sheetfed.core.sessions import Sessions
from sheetfed.web.method import Call, Result
from sheetfed.web.option_views import option_view, outcomes_view
from sheetfed.web.views import capabilities_view, scanner_view


class Sources:
    """What an instance opens is its own until it closes it, leaves, or rests for too long."""

    def __init__(
        self,
        *,
        jobs: Jobs,
        scanners: Scanners,
        sessions: Sessions,
        operating: Operating,
        access: Access,
    ) -> None:
        self._jobs = jobs
        self._scanners = scanners
        self._sessions = sessions
        self._operating = operating
        self._access = access

    async def names(self, call: Call) -> Result:
        await self._access.require(call.caller, Permission.LIST)
        return [[scanner.name for scanner in await self._scanners.listed()]]

    async def devices(self, call: Call, refresh: bool | None) -> Result:
        await self._access.require(call.caller, Permission.LIST)
        if refresh:
            self._scanners.forget_capabilities()
            await self._scanners.refresh()
        return [
            [
                scanner_view(scanner, busy=self._scanners.is_busy(scanner.id))
                for scanner in await self._scanners.listed()
            ]
        ]

    async def capabilities(self, call: Call, scanner: str | None) -> Result:
        chosen = await self._chosen(call, scanner)
        found = await self._operating.capabilities(call.caller, call.holder, chosen)
        return [capabilities_view(found)]

    async def select(self, call: Call, scanner: str) -> Result:
        chosen = await self._chosen(call, scanner)
        self._sessions.select(call.holder, chosen.id)
        return [True]

    async def open(self, call: Call, scanner: str | None) -> Result:
        chosen = await self._chosen(call, scanner)
        await self._operating.open(call.caller, call.holder, chosen)
        return [True]

    async def close(self, call: Call) -> Result:
        await self._sessions.close(call.holder)
        return [True]

    async def options(self, call: Call, scanner: str | None) -> Result:
        chosen = await self._chosen(call, scanner)
        found = await self._operating.options(call.caller, call.holder, chosen)
        return [[option_view(option) for option in found]]

    async def set_options(
        self, call: Call, asked: Mapping[str, OptionAsked], scanner: str | None
    ) -> Result:
        chosen = await self._chosen(call, scanner)
        outcomes, now = await self._operating.set_options(call.caller, call.holder, chosen, asked)
        return [outcomes_view(outcomes, now), [option_view(option) for option in now]]

    async def _chosen(self, call: Call, word: str | None) -> Scanner:
        await self._access.require(call.caller, Permission.SCAN)
        return await self._jobs.choose(call.caller, word, call.instance)
