"""Content words: what a file of pages is to be like, as the REST API's query strings say it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from aiohttp import web

from sheetfed.core import exports, exportwords
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.settings import invalid
from sheetfed.web import export_words
from sheetfed.web.encoding import PASSWORD_HEADER
from sheetfed.web.parameters import query_int
from sheetfed.web.secretheader import password

TYPES: Final = (ImageType.PDF, ImageType.TIFF, ImageType.JPEG, ImageType.PNG)
"""The first is the usual one."""

PAGE_TYPES: Final[Mapping[int, str]] = {
    0: "",
    2: "A4",
    3: "A4",
    4: "A3",
    5: "A3",
    6: "Letter",
    7: "Letter",
    8: "Legal",
    9: "Legal",
}
"""The numbers that clients know for the paper of a PDF's pages; odd ones mean that it lies on its
side, as it does here when a page does."""


def options(request: web.BaseRequest, wanted: ImageType) -> ExportOptions:
    """Raises InvalidParameter."""
    query = request.query
    is_pdf = wanted is ImageType.PDF
    ours = {
        **{name: query[name] for name in exportwords.NAMES if query.get(name)},
        **_paper(query),
        **({"keywords": query["keyWords"]} if query.get("keyWords") else {}),
    }
    secret = _password(request) if is_pdf else ""
    found = export_words.from_query(ours, wanted, secret)
    if not is_pdf:
        return found
    more = {name: exportwords.text(name, query.get(name, "")) for name in ("creator", "producer")}
    found = replace(
        found,
        metadata=replace(found.metadata, **more),
        pdf_version=exportwords.text("version", query.get("version", "")),
    )
    exports.require_possible(found)
    return found


def _paper(query: Mapping[str, str]) -> dict[str, str]:
    number = query_int(query, "pageType") or 0
    if number not in PAGE_TYPES:
        raise invalid("pageType", ", ".join(map(str, PAGE_TYPES)))
    return {"page_size": PAGE_TYPES[number]} if PAGE_TYPES[number] else {}


def _password(request: web.BaseRequest) -> str:
    """Old clients put it into the address, where others may read it; the header goes before."""
    return password(request, PASSWORD_HEADER) or request.query.get("password", "")
