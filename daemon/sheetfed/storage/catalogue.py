"""Catalogue: the rows of documents and of the pages in them."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence

from sheetfed.core import editwords
from sheetfed.core.errors import ScanError
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
)
from sheetfed.storage.database import Database, Row, Statement

_DOCUMENT = "id, uid, origin, instance, created, last_used, name, metadata, current, password_hash"
_PAGE = (
    "id, document, job, sequence, width_px, height_px, mode, depth, x_dpi, y_dpi,"
    " size_bytes, created, edits, undone"
)
_UPSERT = f"""
    INSERT INTO documents ({_DOCUMENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        last_used = max(last_used, excluded.last_used),
        name = excluded.name,
        metadata = excluded.metadata,
        current = excluded.current,
        password_hash = excluded.password_hash
    """  # noqa: S608
_INSERT = f"""
    INSERT INTO pages ({_PAGE}, position)
    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(max(position) + 1, 0)
    FROM pages WHERE document = ?
    ON CONFLICT (id) DO NOTHING
    """  # noqa: S608

log = logging.getLogger(__name__)


class Catalogue:
    """Implements the port of the same name on the store's database."""

    def __init__(self, *, database: Database, lost: Callable[[], None] = lambda: None) -> None:
        """`lost` is called, and may block, before rows are left out that cannot be read."""
        self._database = database
        self._lost = lost

    async def documents(self) -> Sequence[tuple[Document, Sequence[Page]]]:
        documents = await self._database.read(
            f"SELECT {_DOCUMENT} FROM documents ORDER BY created, rowid"  # noqa: S608
        )
        pages: dict[str, list[Page]] = {}
        unreadable = 0
        for row in await self._database.read(
            f"SELECT {_PAGE} FROM pages ORDER BY document, position"  # noqa: S608
        ):
            try:
                pages.setdefault(row[1], []).append(_page(row))
            except (ScanError, ValueError, TypeError, LookupError, AttributeError):
                unreadable += 1
        if unreadable:
            await asyncio.to_thread(self._lost)
            log.error("%d rows of pages cannot be read; their files are set aside", unreadable)
        return [_with_pages(row, pages.get(row[0], [])) for row in documents]

    async def add_page(self, document: Document, page: Page) -> None:
        """Append the page; a page that is already there is left as it is."""
        await self._database.write(_upsert(document), _insert(page))

    async def arrange(self, documents: Sequence[Document], added: Sequence[Page] = ()) -> None:
        """Rows of pages that none of the documents names any more are removed."""
        ids = json.dumps([document.id for document in documents])
        places = [
            (page, document.id, position)
            for document in documents
            for position, page in enumerate(document.pages)
        ]
        await self._database.write(
            *map(_upsert, documents),
            *map(_insert, added),
            (
                """
                UPDATE pages SET position = -1
                WHERE document IN (SELECT value FROM json_each(?))
                """,
                (ids,),
            ),
            (
                """
                UPDATE pages SET document = listed.value ->> 1, position = listed.value ->> 2
                FROM json_each(?) AS listed WHERE pages.id = listed.value ->> 0
                """,
                (json.dumps(places),),
            ),
            (
                """
                DELETE FROM pages
                WHERE position = -1 AND document IN (SELECT value FROM json_each(?))
                """,
                (ids,),
            ),
        )

    async def save_document(self, document: Document) -> None:
        await self._database.write(_upsert(document))

    async def set_edits(self, page: Page) -> None:
        await self._database.write(
            (
                "UPDATE pages SET edits = ?, undone = ? WHERE id = ?",
                (_edits(page), page.undone, page.id),
            )
        )

    async def drop_document(self, document: DocumentId) -> None:
        await self._database.write(("DELETE FROM documents WHERE id = ?", (document,)))


def _upsert(document: Document) -> Statement:
    return (
        _UPSERT,
        (
            document.id,
            document.owner.uid,
            document.owner.origin,
            document.instance,
            document.created,
            document.last_used,
            document.name,
            document.metadata,
            document.current,
            document.password_hash,
        ),
    )


def _insert(page: Page) -> Statement:
    """At the end of its document."""
    image = page.image
    return (
        _INSERT,
        (
            page.id,
            page.document,
            page.job,
            page.sequence,
            image.width_px,
            image.height_px,
            image.mode,
            image.depth,
            image.x_dpi,
            image.y_dpi,
            page.size_bytes,
            page.created,
            _edits(page),
            page.undone,
            page.document,
        ),
    )


def _with_pages(row: Row, pages: Sequence[Page]) -> tuple[Document, Sequence[Page]]:
    ident, uid, origin, instance, created, last_used, name, metadata, current, hashed = row
    document = Document(
        id=DocumentId(ident),
        owner=Owner(uid, origin),
        instance=None if instance is None else InstanceId(instance),
        created=created,
        last_used=last_used,
        pages=tuple(page.id for page in pages),
        name=name,
        metadata=metadata,
        current=min(current, len(pages) - 1),
        password_hash=hashed,
    )
    return document, pages


def _edits(page: Page) -> str:
    return json.dumps([editwords.to_words(edit) for edit in page.edits])


def _page(row: Row) -> Page:
    ident, document, job, sequence, *numbers, size, created, edits, undone = row
    width, height, mode, depth, x_dpi, y_dpi = numbers
    return Page(
        id=PageId(ident),
        document=DocumentId(document),
        job=None if job is None else JobId(job),
        sequence=sequence,
        image=Image(width, height, Mode(mode), depth, x_dpi, y_dpi),
        size_bytes=size,
        created=created,
        edits=tuple(editwords.parse(words) for words in json.loads(edits)),
        undone=undone,
    )
