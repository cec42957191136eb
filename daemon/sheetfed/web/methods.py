"""Methods: every RPC method once, with its parameters; what scans and buffer methods do."""

from collections.abc import Mapping
from typing import Final

from sheetfed.core import settings
from sheetfed.core.access import Access
from sheetfed.core.documents import Documents
from sheetfed.core.errors import ERRORS, IndexOutOfRange
from sheetfed.core.jobs import Jobs
from sheetfed.core.model import Document, JobId, JobState, PageId
from sheetfed.core.scanners import Scanners
from sheetfed.core.sessions import Sessions
from sheetfed.web import parameters, words
from sheetfed.web.method import Call, Method, Result
from sheetfed.web.parameters import Parameter
from sheetfed.web.sources import Sources
from sheetfed.web.views import job_status, page_info

_INDEX: Final = Parameter("index", "a whole number", parameters.index)
_JOB: Final = Parameter("jobId", "a job's id", parameters.text)


class Methods:
    """What the methods do; each takes the call and its checked parameters."""

    def __init__(
        self,
        *,
        version: str,
        jobs: Jobs,
        scanners: Scanners,
        sessions: Sessions,
        documents: Documents,
        access: Access,
    ) -> None:
        self._version = version
        self._jobs = jobs
        self._documents = documents
        sources = Sources(jobs=jobs, scanners=scanners, sessions=sessions, access=access)
        asked = Parameter("settings", "an object", parameters.settings, is_optional=True)
        target = Parameter("to", "a whole number", parameters.index)
        page_id = Parameter("id", "a page's id", parameters.text)
        self.table: Mapping[str, Method] = {
            method.name: method
            for method in (
                Method("VersionInfo", (), self.version_info),
                *sources.methods,
                Method("AcquireImage", (asked,), self.acquire, is_long=True),
                Method("JobStatus", (_JOB,), self.job_status),
                Method("ResumeJob", (_JOB,), self.resume),
                Method("FinishJob", (_JOB,), self.finish),
                Method("CancelAllPendingTransfers", (), self.cancel_all),
                Method("HowManyImagesInBuffer", (), self.count),
                Method("GetImageInfo", (_INDEX,), self.info),
                Method("IndexToImageID", (_INDEX,), self.index_to_id),
                Method("ImageIDToIndex", (page_id,), self.id_to_index),
                Method("MoveImage", (_INDEX, target), self.move),
                Method("RemoveImage", (_INDEX,), self.remove),
                Method("RemoveAllImages", (), self.remove_all),
            )
        }

    async def version_info(self, _: Call) -> Result:
        numbers = [int(number) for number in self._version.split(".")[:3]]
        return [", ".join(map(str, numbers)) + ", 0000", "", "64"]

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
        await self._jobs.cancel_all(call.caller, call.instance)
        return [True]

    async def count(self, call: Call) -> Result:
        buffer = self._buffer(call)
        return [0 if buffer is None else len(buffer.pages)]

    async def info(self, call: Call, index: int) -> Result:
        return [page_info(self._documents.page_at(self._buffer(call), index), call.base_url)]

    async def index_to_id(self, call: Call, index: int) -> Result:
        return [self._documents.page_at(self._buffer(call), index).id]

    async def id_to_index(self, call: Call, page: str) -> Result:
        buffer = self._buffer(call)
        pages = () if buffer is None else buffer.pages
        return [pages.index(PageId(page)) if page in pages else -1]

    async def move(self, call: Call, source: int, target: int) -> Result:
        await self._documents.move(self._filled(call, source).id, source, target)
        return [True]

    async def remove(self, call: Call, index: int) -> Result:
        await self._documents.remove_pages(self._filled(call, index).id, [index])
        return [True]

    async def remove_all(self, call: Call) -> Result:
        buffer = self._buffer(call)
        if buffer is not None:
            await self._documents.remove(buffer.id)
        return [True]

    def _buffer(self, call: Call) -> Document | None:
        return self._documents.buffer(call.caller, call.instance)

    def _filled(self, call: Call, index: int) -> Document:
        buffer = self._buffer(call)
        if buffer is None:
            raise IndexOutOfRange(details={"index": index, "pages": 0})
        return buffer
