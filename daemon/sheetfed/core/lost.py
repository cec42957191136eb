"""Lost: pages that nobody can read any more are given up."""

from collections.abc import Set as AbstractSet

from sheetfed.core.collection import Change, Collection
from sheetfed.core.model import Document, PageId
from sheetfed.core.ordering import with_pages


async def give_up(collection: Collection, pages: AbstractSet[PageId]) -> None:
    """Remove them, with the documents of which they were all. Raises StoreFull."""
    for document in tuple(collection.documents.values()):
        kept = [page for page in document.pages if page not in pages]
        if not document.pages or len(kept) == len(document.pages):
            continue
        if kept:
            await _keep(collection, document, kept)
        else:
            await collection.remove(document.id)


async def _keep(collection: Collection, document: Document, kept: list[PageId]) -> None:
    await collection.change(lambda: Change((with_pages(document, kept),)))
