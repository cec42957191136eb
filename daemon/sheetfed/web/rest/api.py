"""API: the REST face of the HTTP door, put together from its parts."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sheetfed.core.services import Services
from sheetfed.web.receiving import Receiving
from sheetfed.web.rest import operations
from sheetfed.web.rest.content import Content
from sheetfed.web.rest.cursors import Cursors
from sheetfed.web.rest.description import Description
from sheetfed.web.rest.dividing import Dividing
from sheetfed.web.rest.documentpages import DocumentPages
from sheetfed.web.rest.firstapi import FirstApi
from sheetfed.web.rest.jobcontent import JobContent
from sheetfed.web.rest.jobpages import JobPages
from sheetfed.web.rest.pageedits import PageEdits
from sheetfed.web.rest.pagesources import PageSources
from sheetfed.web.rest.pendingscanner import PendingScanner
from sheetfed.web.rest.processing import Processing
from sheetfed.web.rest.scanjobs import ScanJobs
from sheetfed.web.rest.scannerlist import ScannerList
from sheetfed.web.rest.serverinfo import ServerInfo
from sheetfed.web.rest.storage import Storage
from sheetfed.web.routes import Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the REST API works with."""

    core: Services
    version: str
    receiving: Receiving
    log_level: Callable[[], str]
    set_log_level: Callable[[str], None]


def add(routes: Routes, parts: Parts) -> None:
    """Every call of the table as a route."""
    core = parts.core
    images, infos = Cursors(), Cursors()
    content = Content(renders=core.renders)
    storage = Storage(documents=core.documents, describing=core.describing)
    sources = PageSources(documents=core.documents, storage=storage)
    scanners = ScannerList(scanners=core.scanners)
    scan_jobs = ScanJobs(
        jobs=core.jobs, removal=core.removal, scanners=core.scanners, cursors=(images, infos)
    )
    pages = JobPages(
        access=core.access,
        jobs=core.jobs,
        documents=core.documents,
        renders=core.renders,
        images=images,
        infos=infos,
    )
    operations.add(
        routes,
        core.access,
        ServerInfo(
            version=parts.version,
            own_uid=os.getuid(),
            log_level=parts.log_level,
            set_log_level=parts.set_log_level,
        ),
        scanners,
        scan_jobs,
        pages,
        JobContent(jobs=core.jobs, documents=core.documents, pages=pages, content=content),
        PendingScanner(jobs=core.jobs, scanners=core.scanners, operating=core.operating),
        storage,
        DocumentPages(
            documents=core.documents,
            arranging=core.arranging,
            loading=core.loading,
            receiving=parts.receiving,
            storage=storage,
            sources=sources,
            content=content,
        ),
        PageEdits(documents=core.documents, editing=core.editing, storage=storage),
        Dividing(documents=core.documents, splitting=core.splitting, storage=storage),
        Processing(editing=core.editing, sources=sources),
        FirstApi(scanners=scanners, jobs=core.jobs, scan_jobs=scan_jobs, pages=pages),
        Description(lambda: _document(parts.version)),
    )


def _document(version: str) -> Mapping[str, object]:
    # Few ask for it: its tables would take time at the start, and memory from then on.
    from sheetfed.web.rest import openapi

    return openapi.document(version)
