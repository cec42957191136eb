"""Job pages: what a job has scanned, one page after the other or any of them."""

from io import BytesIO
from typing import Final

from aiohttp import web

from sheetfed.core import renders
from sheetfed.core.access import Access
from sheetfed.core.documents import Documents
from sheetfed.core.errors import DamagedImage, IndexOutOfRange, NotFound
from sheetfed.core.imagetype import ImageType
from sheetfed.core.job import Job, JobState
from sheetfed.core.jobs import Jobs
from sheetfed.core.model import Caller, JobId, Page
from sheetfed.core.permissions import Permission
from sheetfed.core.renders import Renders
from sheetfed.web.answers import json_answer
from sheetfed.web.parameters import query_type
from sheetfed.web.presence import while_there
from sheetfed.web.rest import jobviews
from sheetfed.web.rest.cursors import Cursor, Cursors
from sheetfed.web.rest.operation import Asked
from sheetfed.web.sending import send

TYPES: Final = (ImageType.PNG, ImageType.JPEG)
"""The first is the usual one."""


class JobPages:
    """Pages are handed out as they come. A page that could not be sent is the next one again,
    unless it is damaged: the others are not to wait behind it."""

    def __init__(
        self,
        *,
        access: Access,
        jobs: Jobs,
        documents: Documents,
        renders: Renders,
        images: Cursors,
        infos: Cursors,
    ) -> None:
        self._access = access
        self._jobs = jobs
        self._documents = documents
        self._renders = renders
        self._images = images
        self._infos = infos

    async def next_page(self, asked: Asked) -> web.StreamResponse:
        wanted = query_type(asked.query, TYPES)
        job = self._jobs.get(asked.caller, asked.job)
        named = asked.query.get("page")
        if named:
            return await self._send(asked, self._named(job, named), wanted)
        return await self.handed_out(asked, job.id, wanted)

    async def handed_out(self, asked: Asked, job: JobId, wanted: ImageType) -> web.StreamResponse:
        """The next page; 204 once at the end. Raises Gone then."""
        cursor = self._images.of(job)
        async with cursor.turn(asked.request):
            page = await while_there(asked.request, self._upcoming(asked.caller, job, cursor))
            if page is None:
                return cursor.end()
            try:
                answer = await self._send(asked, page, wanted)
            except DamagedImage:
                cursor.advance(page.sequence)
                raise
            cursor.advance(page.sequence)
            return answer

    async def next_info(self, asked: Asked) -> web.StreamResponse:
        job = self._jobs.get(asked.caller, asked.job)
        cursor = self._infos.of(job.id)
        async with cursor.turn(asked.request):
            page = await while_there(asked.request, self._upcoming(asked.caller, job.id, cursor))
            if page is None:
                return cursor.end()
            number = self._pages(job).index(page) + 1
            cursor.advance(page.sequence)
            return json_answer(jobviews.page(page, number, asked.base_url))

    async def at(self, asked: Asked, job: Job, index: int) -> web.StreamResponse:
        """The page at this index among the job's; 204 when it may still come."""
        wanted = query_type(asked.query, TYPES)
        pages = self._pages(job)
        if 0 <= index < len(pages):
            return await self._send(asked, pages[index], wanted)
        if index >= 0 and not _rests(job):
            return web.Response(status=204)
        raise IndexOutOfRange(details={"index": index, "pages": len(pages)})

    async def _upcoming(self, caller: Caller, ident: JobId, cursor: Cursor) -> Page | None:
        """The first page that was not handed out; None when no other will come."""
        while True:
            job = self._jobs.get(caller, ident)
            for page in self._pages(job):
                if page.sequence > cursor.last:
                    return page
            if _rests(job):
                return None
            now = job
            while (now.pages, _rests(now)) == (job.pages, False):
                now = await self._jobs.changed(caller, now)
            # Whoever waited for long may have lost the permission meanwhile.
            await self._access.require(caller, Permission.READ)

    def _pages(self, job: Job) -> list[Page]:
        return self._documents.pages_by(job.document, job.id)

    def _named(self, job: Job, uid: str) -> Page:
        for page in self._pages(job):
            if page.id == uid:
                return page
        raise NotFound("this job has no such page")

    async def _send(self, asked: Asked, page: Page, wanted: ImageType) -> web.StreamResponse:
        data = await self._renders.read(renders.fitted(page, None, None, wanted))
        headers = {"Content-Type": wanted.media_type, "Cache-Control": "private, no-store"}
        return await send(asked.request, BytesIO(data), headers)


def _rests(job: Job) -> bool:
    """Whether no page will come by itself."""
    return job.state.is_final or job.state is JobState.PAUSED
