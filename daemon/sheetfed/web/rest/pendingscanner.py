"""Pending scanner: what the scanner of a job that has not begun can do, and how it is set."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from sheetfed.core import reservation
from sheetfed.core.errors import WrongState
from sheetfed.core.jobs import Jobs
from sheetfed.core.model import Caller, Holder, JobId
from sheetfed.core.operating import Operating
from sheetfed.core.options import Option
from sheetfed.core.scanner import Scanner
from sheetfed.core.scanners import Scanners
from sheetfed.core.settings import invalid
from sheetfed.web.answers import json_answer
from sheetfed.web.parameters import whole
from sheetfed.web.rest import capviews, jobwords
from sheetfed.web.rest.operation import Asked

CAPS_AT_MOST: Final = 200


class PendingScanner:
    """A job that waits to begin holds its scanner, and lets its owner ask it."""

    def __init__(self, *, jobs: Jobs, scanners: Scanners, operating: Operating) -> None:
        self._jobs = jobs
        self._scanners = scanners
        self._operating = operating

    async def capabilities(self, asked: Asked) -> web.StreamResponse:
        wanted = _caps(asked.query.get("caps", ""))
        holder, scanner = await self._held(asked.caller, asked.job)
        options = await self._operating.options(asked.caller, holder, scanner)
        facts = capviews.Facts(
            capabilities=await self._operating.capabilities(asked.caller, holder, scanner),
            asked=self._jobs.settings_of(asked.caller, asked.job),
            defaults=self._jobs.defaults,
            options=frozenset(option.name for option in options if option.is_active),
        )
        return json_answer(capviews.views(facts, wanted))

    async def settings(self, asked: Asked) -> web.StreamResponse:
        holder, scanner = await self._held(asked.caller, asked.job)
        options = await self._operating.options(asked.caller, holder, scanner)
        values = {it.name: _plain(it) for it in options if it.has_choice and it.value is not None}
        return json_answer({"settings": jobwords.coded(values)})

    async def _held(self, caller: Caller, ident: JobId) -> tuple[Holder, Scanner]:
        """Raises WrongState for a job that has begun."""
        job = self._jobs.get(caller, ident)
        if not self._jobs.waits_to_begin(job):
            raise WrongState(
                "only the scanner of a pending job is asked", details={"state": str(job.state)}
            )
        return reservation.holder(job), await self._scanners.pick(job.scanner)


def _plain(option: Option) -> object:
    return list(option.value) if isinstance(option.value, tuple) else option.value


def _caps(words: str) -> Sequence[int] | None:
    if not words:
        return None
    numbers = words.split(",", CAPS_AT_MOST)
    if len(numbers) > CAPS_AT_MOST:
        raise invalid("caps", f"at most {CAPS_AT_MOST} numbers")
    return [whole("caps", number) for number in numbers]
