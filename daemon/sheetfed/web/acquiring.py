"""Acquiring: the RPC methods that scan and that look after a scan."""

import asyncio
from collections.abc import Mapping

from sheetfed.core import settings
from sheetfed.core.documents import Documents
from sheetfed.core.errors import ERRORS
from sheetfed.core.job import JobState
from sheetfed.core.jobs import Jobs
from sheetfed.core.model import JobId
from sheetfed.core.transfers import Transfers
from sheetfed.web import words
from sheetfed.web.method import Call, Result
from sheetfed.web.views import job_status


class Acquiring:
    """What the methods of the acquire group do."""

    def __init__(self, *, jobs: Jobs, documents: Documents, transfers: Transfers) -> None:
        self._jobs = jobs
        self._transfers = transfers
        self._documents = documents

    async def acquire(self, call: Call, asked: Mapping[str, object] | None) -> Result:
        wanted = settings.parse(words.ours(asked or {}))
        job = await self._jobs.start(call.caller, wanted, call.instance)
        if not call.waits:
            return [True, job.id]
        job = await self._jobs.settled(call.caller, job.id)
        indices = self._documents.indices_of(job.document, job.id)
        if job.reason is not None:
            raise ERRORS[job.reason](
                job.message,
                details={
                    **job.details,
                    "job": job.id,
                    "indices": indices,
                    "resumable": job.state is JobState.PAUSED,
                },
            )
        return [job.state is JobState.DONE, indices, job.id]

    async def job_status(self, call: Call, job: str) -> Result:
        return [job_status(self._jobs.get(call.caller, JobId(job)), self._documents)]

    async def resume(self, call: Call, job: str) -> Result:
        self._jobs.resume(call.caller, JobId(job))
        return [True]

    async def finish(self, call: Call, job: str) -> Result:
        self._jobs.finish(call.caller, JobId(job))
        return [True]

    async def cancel_all(self, call: Call) -> Result:
        await asyncio.gather(
            self._jobs.cancel_all(call.caller, call.instance),
            self._transfers.cancel_all(call.caller, call.instance),
        )
        return [True]
