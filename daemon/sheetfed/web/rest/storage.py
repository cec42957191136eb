"""Storage: documents that are made, asked for, described and removed."""

import json
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from sheetfed.core.describing import Describing
from sheetfed.core.documents import Documents
from sheetfed.core.model import Document, DocumentId
from sheetfed.core.settings import invalid
from sheetfed.web.answers import json_answer
from sheetfed.web.rest.operation import Asked
from sheetfed.web.secretheader import password
from sheetfed.web.views import page_url

DOCUMENT_PASSWORD: Final = "DWT-DOC-PASSWORD"  # noqa: S105
OLD_DOCUMENT_PASSWORD: Final = "X-DICS-DOC-PASSWORD"  # noqa: S105
"""What it was called before; clients for Node.js and .NET still do."""

_BY_QUERY: Final = "documentuid"


class Storage:
    """A document that has a password is nothing without it."""

    def __init__(self, *, documents: Documents, describing: Describing) -> None:
        self._documents = documents
        self._describing = describing

    async def create(self, asked: Asked) -> web.StreamResponse:
        body = await asked.json()
        given = body.get("password", "")
        if not isinstance(given, str):
            raise invalid("password", "a text")
        document = await self._describing.create(asked.caller, password=given)
        return json_answer(view(document, asked.base_url), status=201)

    async def get(self, asked: Asked) -> web.StreamResponse:
        return json_answer(view(await self.opened(asked), asked.base_url))

    async def describe(self, asked: Asked) -> web.StreamResponse:
        document = await self.opened(asked)
        metadata = (await asked.json()).get("metadata")
        if not isinstance(metadata, Mapping):
            raise invalid("metadata", "a JSON object")
        described = await self._describing.describe(asked.caller, document.id, metadata=metadata)
        return json_answer(view(described, asked.base_url))

    async def remove(self, asked: Asked) -> web.StreamResponse:
        document = await self.opened(asked)
        await self._documents.remove(document.id)
        return web.Response(status=204)

    async def get_by_query(self, asked: Asked) -> web.StreamResponse:
        return await self.get(_by_path(asked))

    async def remove_by_query(self, asked: Asked) -> web.StreamResponse:
        return await self.remove(_by_path(asked))

    async def opened(self, asked: Asked) -> Document:
        """The document of the address, to be read and changed. Raises NotFound or
        WrongPassword."""
        return await self.opened_with(asked, asked.document)

    async def opened_with(self, asked: Asked, ident: DocumentId) -> Document:
        """Another document, with the same password."""
        document = self._documents.own(asked.caller, ident)
        names = (DOCUMENT_PASSWORD, OLD_DOCUMENT_PASSWORD)
        secret = next(filter(None, (password(asked.request, name) for name in names)), "")
        await self._describing.require_password(document, secret)
        return self._documents.get(asked.caller, ident)


def view(document: Document, base_url: str) -> dict[str, object]:
    return {
        "uid": document.id,
        "metadata": json.loads(document.metadata),
        "pages": [{"uid": page, "url": page_url(base_url, page)} for page in document.pages],
    }


def _by_path(asked: Asked) -> Asked:
    """One .NET client names the document in the query string."""
    ident = asked.query.get(_BY_QUERY, "")
    if not ident:
        raise invalid(_BY_QUERY, "a document's uid")
    return Asked(asked.request, {_BY_QUERY: ident}, asked.caller)
