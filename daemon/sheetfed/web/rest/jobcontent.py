"""Job content: what a job has scanned so far, a page of it or all as a file."""

from aiohttp import web

from sheetfed.core.documents import Documents
from sheetfed.core.jobs import Jobs
from sheetfed.web.parameters import query_int
from sheetfed.web.rest.content import Content
from sheetfed.web.rest.jobpages import JobPages
from sheetfed.web.rest.operation import Asked


class JobContent:
    """Nothing is waited for, and no cursor moves."""

    def __init__(
        self, *, jobs: Jobs, documents: Documents, pages: JobPages, content: Content
    ) -> None:
        self._jobs = jobs
        self._documents = documents
        self._pages = pages
        self._content = content

    async def content(self, asked: Asked) -> web.StreamResponse:
        job = self._jobs.get(asked.caller, asked.job)
        index = query_int(asked.query, "page")
        if index is not None:
            return await self._pages.at(asked, job, index)
        pages = self._documents.pages_by(job.document, job.id)
        return await self._content.send(asked, pages, are_chosen=False)
