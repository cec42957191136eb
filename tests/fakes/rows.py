"""Rows: documents, pages, jobs and grants as a store keeps them."""

from sheetfed.core.errors import ErrorCode
from sheetfed.core.grant import AccessRequest, Grant, GrantId
from sheetfed.core.job import Job, JobState
from sheetfed.core.model import (
    Document,
    DocumentId,
    Image,
    InstanceId,
    JobId,
    Mode,
    Owner,
    Page,
    PageId,
    ScannerId,
    Snapped,
)
from sheetfed.core.permissions import Permission

OWNER = Owner(1000, "https://app.example.org")
IMAGE = Image(2480, 3508, Mode.COLOR, 8, 300.0, 299.5)


def document(name: str = "d1", *pages: str, last_used: float = 10.0) -> Document:
    instance = InstanceId("414778098")
    ids = tuple(PageId(page) for page in pages)
    return Document(DocumentId(name), OWNER, instance, 10.0, last_used, ids)


def page(name: str, document: str = "d1", *, size_bytes: int = 1000) -> Page:
    return Page(PageId(name), DocumentId(document), JobId("j1"), 3, IMAGE, size_bytes, 11.5)


def job(name: str = "j1", *, created: float = 1.0, ended: float | None = None) -> Job:
    return Job(
        id=JobId(name),
        owner=OWNER,
        scanner=ScannerId("s1"),
        document=DocumentId("d1"),
        instance=None,
        created=created,
        state=JobState.SCANNING if ended is None else JobState.FAILED,
        reason=ErrorCode.PAPER_JAM,
        message="paper is jammed in the feeder",
        progress=40,
        position=0,
        pages=2,
        snapped=(Snapped("resolution", 301, 300), Snapped("mode", "Colour", "Color")),
        ignored=("IfShowUI",),
        ended=ended,
    )


def grant(uid: int | None = 1000, *, since: float = 12.5) -> Grant:
    """One that asks for more than it has."""
    return Grant(
        id=GrantId(f"o{uid}"),
        origin="https://app.example.org",
        uid=uid,
        since=since,
        permissions=frozenset({Permission.LIST}),
        refused=frozenset({Permission.UPLOAD}),
        request=AccessRequest(frozenset({Permission.SCAN, Permission.READ}), 13.5),
        until=99.5,
        last_used=14.5,
    )
