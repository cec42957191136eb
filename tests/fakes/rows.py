"""Rows: documents, pages and jobs as a store keeps them."""

from sheetfed.core.errors import ErrorCode
from sheetfed.core.model import (
    Document,
    DocumentId,
    Image,
    InstanceId,
    Job,
    JobId,
    JobState,
    Mode,
    Owner,
    Page,
    PageId,
    ScannerId,
    Snapped,
)

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
