"""Removal: a job goes, and what it has scanned goes with it."""

from sheetfed.core.documents import Documents
from sheetfed.core.intake import Intake
from sheetfed.core.job import Job
from sheetfed.core.jobs import Jobs
from sheetfed.core.ledger import Ledger
from sheetfed.core.model import Caller, Document, JobId


class Removal:
    """Copies of its pages in other documents stay."""

    def __init__(self, *, jobs: Jobs, intake: Intake, ledger: Ledger, documents: Documents) -> None:
        self._jobs = jobs
        self._intake = intake
        self._ledger = ledger
        self._documents = documents

    async def remove(self, caller: Caller, job: JobId) -> None:
        """End the job; then its pages go, with their document if that was made for them, and the
        job itself. Raises NotFound, or Gone when it was removed before."""
        ended = await self._jobs.cancel(caller, job)
        await self._intake.give_up(ended.id)
        left = await self._documents.remove_pages_of(ended.document, ended.id)
        if left is not None and not left.pages and _is_the_jobs(left, ended):
            await self._documents.remove(left.id)
        await self._ledger.remove(ended)


def _is_the_jobs(document: Document, job: Job) -> bool:
    """Whether the document came with the job's first page, and nobody has said anything of it."""
    is_plain = (document.name, document.metadata, document.password_hash) == ("", "{}", "")
    return is_plain and document.instance is None and document.created >= job.created
