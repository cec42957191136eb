"""Dividing: a document becomes several, at separator pages or after so many pages each."""

from aiohttp import web

from sheetfed.core.documents import Documents
from sheetfed.core.splitting import Splitting
from sheetfed.web import splitwords
from sheetfed.web.answers import json_answer
from sheetfed.web.rest.operation import Asked
from sheetfed.web.rest.storage import Storage, view


class Dividing:
    """The old document stays, empty."""

    def __init__(self, *, documents: Documents, splitting: Splitting, storage: Storage) -> None:
        self._documents = documents
        self._splitting = splitting
        self._storage = storage

    async def split(self, asked: Asked) -> web.StreamResponse:
        document = await self._storage.opened(asked)
        rule = splitwords.parse(await asked.json())
        made = await self._splitting.split(asked.caller, document.id, rule)
        parts = [self._documents.get(asked.caller, ident) for ident in made]
        return json_answer({"documents": [view(part, asked.base_url) for part in parts]})
