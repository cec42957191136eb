"""Page edits: done to a page of a document, and undone."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web

from sheetfed.core import editwords
from sheetfed.core.documents import Documents
from sheetfed.core.editing import Editing
from sheetfed.core.edits import Edit
from sheetfed.core.model import Caller, Page, PageId
from sheetfed.core.settings import invalid
from sheetfed.web.answers import json_answer
from sheetfed.web.rest.documentpages import page_of
from sheetfed.web.rest.operation import Asked
from sheetfed.web.rest.storage import Storage
from sheetfed.web.views import page_info


class PageEdits:
    """Nothing of a page is overwritten."""

    def __init__(self, *, documents: Documents, editing: Editing, storage: Storage) -> None:
        self._documents = documents
        self._editing = editing
        self._storage = storage
        self._by_looking: Mapping[str, Callable[[Caller, PageId], Awaitable[object]]] = {
            "deskew": editing.deskew,
            "auto-crop": editing.auto_crop,
            "auto-orient": editing.auto_orient,
            "redo": editing.redo,
        }

    async def do(self, asked: Asked) -> web.StreamResponse:
        page = await self._page(asked)
        words = await asked.json()
        name = words.get("op")
        looked = self._by_looking.get(name) if isinstance(name, str) else None
        if looked is None:
            await self._editing.edit(asked.caller, page, _edit(words))
        else:
            if len(words) > 1:
                raise invalid(next(word for word in words if word != "op")[:64], "no value")
            await looked(asked.caller, page)
        return _told(self._documents.page(asked.caller, page), asked)

    async def undo(self, asked: Asked) -> web.StreamResponse:
        return _told(await self._editing.undo(asked.caller, await self._page(asked)), asked)

    async def _page(self, asked: Asked) -> PageId:
        return page_of(await self._storage.opened(asked), asked.named["page"])


BY_LOOKING: Final = ("deskew", "auto-crop", "auto-orient", "redo")
"""Edits whose values are found on the page, and the one that takes an undo back."""


def _edit(words: Mapping[str, object]) -> Edit:
    if words.get("op") not in editwords.names():
        raise invalid("op", ", ".join((*editwords.names(), *BY_LOOKING)))
    return editwords.parse(words)


def _told(page: Page, asked: Asked) -> web.StreamResponse:
    return json_answer(page_info(page, asked.base_url))
