"""Document pages: put into documents, taken out of them, edited."""

from collections.abc import Iterable, Mapping
from typing import Final

from aiohttp import web

from sheetfed.core.arranging import Arranging
from sheetfed.core.documents import Documents
from sheetfed.core.errors import NotFound, ScanError
from sheetfed.core.loading import Loading
from sheetfed.core.model import Document, DocumentId, PageId
from sheetfed.core.settings import invalid
from sheetfed.web import body as bodies
from sheetfed.web import parameters
from sheetfed.web.answers import json_answer
from sheetfed.web.parameters import INDICES_AT_MOST
from sheetfed.web.receiving import Received, Receiving
from sheetfed.web.rest.content import Content
from sheetfed.web.rest.operation import Asked
from sheetfed.web.rest.pagesources import PageSources
from sheetfed.web.rest.storage import Storage, view

_INDEX_AT_MOST_DIGITS: Final = 6


class DocumentPages:
    """Pages that come from elsewhere in the store are copies."""

    def __init__(
        self,
        *,
        documents: Documents,
        arranging: Arranging,
        loading: Loading,
        receiving: Receiving,
        storage: Storage,
        sources: PageSources,
        content: Content,
    ) -> None:
        self._documents = documents
        self._arranging = arranging
        self._loading = loading
        self._receiving = receiving
        self._storage = storage
        self._sources = sources
        self._content = content

    async def content(self, asked: Asked) -> web.StreamResponse:
        document = await self._storage.opened(asked)
        words = asked.query.get("pages", "")
        if words:
            chosen = (word.strip() for word in words.split(",", INDICES_AT_MOST))
            pages = [self._documents.page(asked.caller, page) for page in _found(document, chosen)]
        else:
            pages = self._documents.pages_of(document)
        return await self._content.send(asked, pages, are_chosen=bool(words))

    async def insert(self, asked: Asked) -> web.StreamResponse:
        """Those of a source, or those of the file that is the body."""
        try:
            document = await self._storage.opened(asked)
        except ScanError:
            await bodies.discard(asked.request)
            raise
        async with self._receiving.either(asked.request) as body:
            if isinstance(body, Received):
                at = _place(document, parameters.query_int(asked.query, "insertPos"))
                await self._loading.load(asked.caller, body.path, document=document.id, at=at)
            else:
                pages = await self._named(asked, body.get("source"))
                at = _place(document, body.get("insertPos"))
                await self._arranging.copy(asked.caller, pages, document.id, at)
        now = self._documents.get(asked.caller, document.id)
        return json_answer(view(now, asked.base_url))

    async def remove(self, asked: Asked) -> web.StreamResponse:
        document = await self._storage.opened(asked)
        page = page_of(document, asked.named["page"])
        await self._documents.remove_page(document.id, page)
        return web.Response(status=204)

    async def _named(self, asked: Asked, source: object) -> list[PageId]:
        """The pages that a source names: one by its address, or those of a document."""
        if not isinstance(source, Mapping):
            return [(await self._sources.page(asked, source)).id]
        other = source.get("document")
        if not isinstance(other, Mapping):
            raise invalid("source", "the url of a page, or a document")
        ident = DocumentId(parameters.text("source.document.uid", other.get("uid")))
        document = await self._storage.opened_with(asked, ident)
        chosen = other.get("pages")
        if chosen is None:
            return list(document.pages)
        if not isinstance(chosen, list) or len(chosen) > INDICES_AT_MOST:
            raise invalid("source.document.pages", "a list of uids or indices")
        return _found(document, map(_word, chosen))


def page_of(document: Document, word: str) -> PageId:
    """A page by its uid or its index. Raises NotFound."""
    return _found(document, [word])[0]


def _found(document: Document, words: Iterable[str]) -> list[PageId]:
    """The pages of these uids or indices. Raises NotFound."""
    known = frozenset(document.pages)

    def page(word: str) -> PageId:
        if word in known:
            return PageId(word)
        if word.isdecimal() and len(word) <= _INDEX_AT_MOST_DIGITS:
            index = int(word)
            if index < len(document.pages):
                return document.pages[index]
        raise NotFound("this document has no such page", details={"pages": len(document.pages)})

    return [page(word) for word in words]


def _word(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise invalid("source.document.pages", "a list of uids or indices")
    return str(value)[:64]


def _place(document: Document, value: object) -> int | None:
    """Before which page; beyond the last one, and without one, at the end."""
    if value is None:
        return None
    at = parameters.index("insertPos", value)
    if at < 0:
        raise invalid("insertPos", "a whole number from 0")
    return at if at < len(document.pages) else None
