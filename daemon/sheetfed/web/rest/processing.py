"""Processing: what can be read off a page of the caller's own."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from sheetfed.core.barcodes import Barcode, BarcodeFormat
from sheetfed.core.blank import BLANK_BELOW
from sheetfed.core.editing import Editing
from sheetfed.core.settings import invalid
from sheetfed.web.answers import json_answer
from sheetfed.web.editing import threshold
from sheetfed.web.reading import formats
from sheetfed.web.rest.operation import Asked
from sheetfed.web.rest.pagesources import PageSources

_OTHERS: Final = ("minBlockHeight", "maxBlockHeight")
"""What other programs' ways of looking for blank pages take; ours has a threshold."""


class Processing:
    """Nothing is changed."""

    def __init__(self, *, editing: Editing, sources: PageSources) -> None:
        self._editing = editing
        self._sources = sources

    async def read_barcode(self, asked: Asked) -> web.StreamResponse:
        body = await asked.json()
        wanted = _formats(body.get("settings"))
        page = await self._sources.page(asked, body.get("source"))
        codes = await self._editing.barcodes(asked.caller, page.id, wanted)
        return json_answer([_view(code) for code in codes])

    async def check_blank(self, asked: Asked) -> web.StreamResponse:
        body = await asked.json()
        below = _threshold(body.get("settings"))
        page = await self._sources.page(asked, body.get("source"))
        is_blank, ratio = await self._editing.is_blank(asked.caller, page.id, below)
        return json_answer({"result": is_blank, "ink": ratio})


def _formats(settings: object) -> tuple[BarcodeFormat, ...]:
    """Clients also send the name of another reader's template, which means all formats."""
    if settings is None or isinstance(settings, str):
        return ()
    if not isinstance(settings, Mapping):
        raise invalid("settings", "an object")
    return formats({"formats": settings.get("formats")})


def _threshold(settings: object) -> float:
    if settings is None:
        return BLANK_BELOW
    if not isinstance(settings, Mapping):
        raise invalid("settings", "an object")
    return threshold({name: value for name, value in settings.items() if name not in _OTHERS})


def _view(code: Barcode) -> dict[str, object]:
    """Our words, and those that clients of this API know."""
    places = dict(zip(("x1", "x2", "x3", "x4"), (x for x, _ in code.points), strict=False))
    places |= dict(zip(("y1", "y2", "y3", "y4"), (y for _, y in code.points), strict=False))
    name = str(code.format).replace("-", "_").upper()
    return {
        "text": code.text,
        "format": str(code.format),
        "points": [list(point) for point in code.points],
        "barcodeText": code.text,
        "barcodeFormatString": name,
        "localizationResult": {
            "ResultPoints": [f"{x}, {y}" for x, y in code.points],
            **places,
        },
    }
