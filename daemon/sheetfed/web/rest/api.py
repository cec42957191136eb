"""API: the REST face of the HTTP door, put together from its parts."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from sheetfed.core.access import Access
from sheetfed.core.arranging import Arranging
from sheetfed.core.describing import Describing
from sheetfed.core.documents import Documents
from sheetfed.core.editing import Editing
from sheetfed.core.jobs import Jobs
from sheetfed.core.loading import Loading
from sheetfed.core.removal import Removal
from sheetfed.core.renders import Renders
from sheetfed.core.scanners import Scanners
from sheetfed.core.sessions import Sessions
from sheetfed.core.splitting import Splitting
from sheetfed.web.receiving import Receiving
from sheetfed.web.rest import openapi, operations
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

    version: str
    access: Access
    jobs: Jobs
    removal: Removal
    scanners: Scanners
    sessions: Sessions
    documents: Documents
    describing: Describing
    arranging: Arranging
    editing: Editing
    loading: Loading
    splitting: Splitting
    renders: Renders
    receiving: Receiving
    log_level: Callable[[], str]
    set_log_level: Callable[[str], None]


def add(routes: Routes, parts: Parts) -> None:
    """Every call of the table as a route."""
    images, infos = Cursors(), Cursors()
    content = Content(renders=parts.renders)
    storage = Storage(documents=parts.documents, describing=parts.describing)
    sources = PageSources(documents=parts.documents, storage=storage)
    scanners = ScannerList(scanners=parts.scanners)
    scan_jobs = ScanJobs(
        jobs=parts.jobs, removal=parts.removal, scanners=parts.scanners, cursors=(images, infos)
    )
    pages = JobPages(
        access=parts.access,
        jobs=parts.jobs,
        documents=parts.documents,
        renders=parts.renders,
        images=images,
        infos=infos,
    )
    operations.add(
        routes,
        parts.access,
        ServerInfo(
            version=parts.version,
            own_uid=os.getuid(),
            log_level=parts.log_level,
            set_log_level=parts.set_log_level,
        ),
        scanners,
        scan_jobs,
        pages,
        JobContent(jobs=parts.jobs, documents=parts.documents, pages=pages, content=content),
        PendingScanner(jobs=parts.jobs, scanners=parts.scanners, sessions=parts.sessions),
        storage,
        DocumentPages(
            documents=parts.documents,
            arranging=parts.arranging,
            loading=parts.loading,
            receiving=parts.receiving,
            storage=storage,
            sources=sources,
            content=content,
        ),
        PageEdits(documents=parts.documents, editing=parts.editing, storage=storage),
        Dividing(documents=parts.documents, splitting=parts.splitting, storage=storage),
        Processing(editing=parts.editing, sources=sources),
        FirstApi(scanners=scanners, jobs=parts.jobs, scan_jobs=scan_jobs, pages=pages),
        Description(lambda: openapi.document(parts.version)),
    )
