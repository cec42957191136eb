"""Page sources: the page that an address of ours stands for; no address is ever fetched."""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from sheetfed.core.documents import Documents
from sheetfed.core.model import Page, PageId
from sheetfed.core.settings import invalid
from sheetfed.web.rest.operation import Asked
from sheetfed.web.rest.storage import Storage

_IMAGE: Final = re.compile(r"/dwt/dwt_\d{1,12}/img/?")
_NEXT_PAGE: Final = re.compile(r"/api/device/scanners/jobs/[A-Za-z0-9-]{1,64}/next-page/?")
_ALLOWED: Final = "the url of a page"
LONGEST: Final = 2048


class PageSources:
    """What is the caller's own, in documents whose password the request has."""

    def __init__(self, *, documents: Documents, storage: Storage) -> None:
        self._documents = documents
        self._storage = storage

    async def page(self, asked: Asked, source: object) -> Page:
        """Raises InvalidParameter, NotFound or WrongPassword."""
        page = self._documents.page(asked.caller, page_id(source, asked.base_url))
        await self._storage.opened_with(asked, page.document)
        return page


def page_id(source: object, base_url: str) -> PageId:
    """What a page's address names. Raises InvalidParameter."""
    if not isinstance(source, str) or not source or len(source) > LONGEST:
        raise invalid("source", _ALLOWED)
    try:
        parts = urlsplit(source)
        name, query = parts.hostname, parse_qs(parts.query)
        here = urlsplit(base_url).hostname
    except ValueError:
        raise invalid("source", _ALLOWED) from None
    if name not in (None, here, "127.0.0.1", "localhost", "::1"):
        raise invalid("source", _ALLOWED)
    for address, word in ((_IMAGE, "pageid"), (_NEXT_PAGE, "page")):
        if address.fullmatch(parts.path) and len(query.get(word, ())) == 1:
            return PageId(query[word][0])
    raise invalid("source", _ALLOWED)
