"""First API: the calls of this API's first generation, on the same jobs."""

from aiohttp import web

from sheetfed.core.errors import Gone, NotFound
from sheetfed.core.imagetype import ImageType
from sheetfed.core.jobs import Jobs
from sheetfed.web.rest.jobpages import JobPages
from sheetfed.web.rest.operation import Asked
from sheetfed.web.rest.scanjobs import ScanJobs
from sheetfed.web.rest.scannerlist import ScannerList

_NO_MORE = 204


class FirstApi:
    """Its clients end at 410 and at nothing else."""

    def __init__(
        self, *, scanners: ScannerList, jobs: Jobs, scan_jobs: ScanJobs, pages: JobPages
    ) -> None:
        self._scanners = scanners
        self._jobs = jobs
        self._scan_jobs = scan_jobs
        self._pages = pages

    async def scanners(self, asked: Asked) -> web.StreamResponse:
        return await self._scanners.listed(asked)

    async def create(self, asked: Asked) -> web.StreamResponse:
        job = await self._scan_jobs.started(asked)
        return web.Response(status=201, text=job.id)

    async def next_document(self, asked: Asked) -> web.StreamResponse:
        """The next page as JPEG. A job that is not known ends, too: asked again and again, one
        that a restart took away would never end."""
        try:
            job = self._jobs.get(asked.caller, asked.job)
        except NotFound as missing:
            raise Gone("there is no such job") from missing
        answer = await self._pages.handed_out(asked, job.id, ImageType.JPEG)
        if answer.status == _NO_MORE:
            raise Gone("every page of this job was handed out")
        return answer

    async def remove(self, asked: Asked) -> web.StreamResponse:
        await self._scan_jobs.remove(asked)
        return web.Response(text="")
