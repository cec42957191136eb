"""Differences: what is told when a document is not as it was."""

from collections.abc import Iterator, Mapping

from sheetfed.core.events import DocumentChanged, Event, PageAdded, PageRemoved
from sheetfed.core.model import Document, Page, PageId
from sheetfed.core.ordering import Order, appended


def told(before: Document | None, after: Document, pages: Mapping[PageId, Page]) -> Iterator[Event]:
    """Who takes out what is removed and puts in what is added, one after the other, has the
    pages as they are, but for the order of those that stayed, which changed when the document's
    own change follows."""
    where = (after.owner, after.id, after.instance)
    old = () if before is None else before.pages
    if before is None or (after.pages and not old):
        yield DocumentChanged(*where)
    fresh = appended(old, after.pages)
    if fresh is not None:
        for index, page in enumerate(fresh, len(old)):
            yield PageAdded(*where, page, index, pages[page].job)
    else:
        yield from _moved(old, after, pages)
    if before is not None and (before.name, before.metadata) != (after.name, after.metadata):
        yield DocumentChanged(*where)


def _moved(old: Order, after: Document, pages: Mapping[PageId, Page]) -> Iterator[Event]:
    where = (after.owner, after.id, after.instance)
    was, now = set(old), set(after.pages)
    for index in reversed(range(len(old))):
        if old[index] not in now:
            yield PageRemoved(*where, old[index], index)
    for index, page in enumerate(after.pages):
        if page not in was:
            yield PageAdded(*where, page, index, pages[page].job)
    stayed = [page for page in after.pages if page in was]
    if stayed != [page for page in old if page in now]:
        yield DocumentChanged(*where)
