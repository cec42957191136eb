"""Job log: the rows of jobs, so that they can be asked for after a restart."""

import json
import logging
from collections.abc import Sequence
from dataclasses import astuple

from sheetfed.core.errors import ErrorCode
from sheetfed.core.job import Job, JobState
from sheetfed.core.model import DocumentId, InstanceId, JobId, Owner, ScannerId, Snapped
from sheetfed.storage.database import Database, Row

_COLUMNS = (
    "id, uid, origin, scanner, document, instance, created, state, reason, message,"
    " progress, position, pages, discarded, snapped, ignored, ended"
)
_PLACES = ", ".join("?" for _ in _COLUMNS.split(","))

log = logging.getLogger(__name__)


class JobLog:
    """Implements the port of the same name on the store's database."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def jobs(self) -> Sequence[Job]:
        """The oldest first."""
        rows = await self._database.read(
            f"SELECT {_COLUMNS} FROM jobs ORDER BY created, rowid"  # noqa: S608
        )
        jobs = []
        for row in rows:
            try:
                jobs.append(_job(row))
            except (ValueError, TypeError, LookupError):
                log.error("the row of a job cannot be read; it is left out")
        return jobs

    async def save(self, job: Job) -> None:
        await self._database.write(
            (
                f"INSERT OR REPLACE INTO jobs ({_COLUMNS}) VALUES ({_PLACES})",  # noqa: S608
                (
                    job.id,
                    job.owner.uid,
                    job.owner.origin,
                    job.scanner,
                    job.document,
                    job.instance,
                    job.created,
                    job.state,
                    job.reason,
                    job.message,
                    job.progress,
                    job.position,
                    job.pages,
                    job.discarded,
                    json.dumps([astuple(snapped) for snapped in job.snapped]),
                    json.dumps(job.ignored),
                    job.ended,
                ),
            )
        )

    async def drop(self, job: JobId) -> None:
        await self._database.write(("DELETE FROM jobs WHERE id = ?", (job,)))

    async def forget(self, ended_before: float) -> None:
        await self._database.write(("DELETE FROM jobs WHERE ended < ?", (ended_before,)))


def _job(row: Row) -> Job:
    ident, uid, origin, scanner, document, instance, created, state, reason, *rest = row
    message, progress, position, pages, discarded, snapped, ignored, ended = rest
    return Job(
        id=JobId(ident),
        owner=Owner(uid, origin),
        scanner=ScannerId(scanner),
        document=DocumentId(document),
        instance=None if instance is None else InstanceId(instance),
        created=created,
        state=JobState(state),
        reason=None if reason is None else ErrorCode(reason),
        message=message,
        progress=progress,
        position=position,
        pages=pages,
        discarded=discarded,
        snapped=tuple(Snapped(*words) for words in json.loads(snapped)),
        ignored=tuple(json.loads(ignored)),
        ended=ended,
    )
