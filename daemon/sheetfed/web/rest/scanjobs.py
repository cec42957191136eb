"""Scan jobs: created, asked for, told to begin or to end, removed."""

from aiohttp import web

from sheetfed.core.errors import WrongState
from sheetfed.core.job import Job, JobState
from sheetfed.core.jobs import Jobs
from sheetfed.core.model import Caller
from sheetfed.core.removal import Removal
from sheetfed.core.scanners import Scanners
from sheetfed.core.settings import invalid
from sheetfed.web.answers import json_answer
from sheetfed.web.rest import jobviews, jobwords
from sheetfed.web.rest.cursors import Cursors
from sheetfed.web.rest.operation import Asked

RUNNING = "running"
CANCELED = "canceled"


class ScanJobs:
    """The same jobs as all doors have."""

    def __init__(
        self,
        *,
        jobs: Jobs,
        removal: Removal,
        scanners: Scanners,
        cursors: tuple[Cursors, ...],
    ) -> None:
        self._jobs = jobs
        self._removal = removal
        self._scanners = scanners
        self._cursors = cursors

    async def create(self, asked: Asked) -> web.StreamResponse:
        job = await self.started(asked)
        scanner = await self._scanners.pick(job.scanner)
        return json_answer(jobviews.created(job, scanner), status=201)

    async def started(self, asked: Asked) -> Job:
        """The job that the request's body wants; one that begins has begun."""
        wanted = jobwords.parse(await asked.json())
        if not wanted.begins:
            return await self._jobs.hold(asked.caller, wanted.settings, wanted.limit_s)
        job = await self._jobs.start(asked.caller, wanted.settings)
        while job.state is JobState.QUEUED and job.position == 0:
            job = await self._jobs.changed(asked.caller, job)
        return job

    async def status(self, asked: Asked) -> web.StreamResponse:
        job = self._jobs.get(asked.caller, asked.job)
        return json_answer(jobviews.status(job, asked.request.path))

    async def change(self, asked: Asked) -> web.StreamResponse:
        job = self._jobs.get(asked.caller, asked.job)
        word = (await asked.json()).get("status")
        if word == RUNNING:
            await self._run(asked.caller, job)
        elif word == CANCELED:
            if job.state.is_final:
                raise WrongState(f"the job is {job.state}", details={"state": str(job.state)})
            await self._jobs.cancel(asked.caller, job.id)
        else:
            raise invalid("status", f"{RUNNING}, {CANCELED}")
        return json_answer({"status": word})

    async def remove(self, asked: Asked) -> web.StreamResponse:
        await self._removal.remove(asked.caller, asked.job)
        for cursors in self._cursors:
            cursors.forget(asked.job)
        return web.Response(status=204)

    async def _run(self, caller: Caller, job: Job) -> None:
        """Let one begin that waits for it, or go on that is paused."""
        if job.state is JobState.PAUSED:
            self._jobs.resume(caller, job.id)
        else:
            await self._jobs.begin(caller, job.id)
