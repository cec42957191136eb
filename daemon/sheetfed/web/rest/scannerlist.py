"""Scanner list: the scanners, as clients of the REST API know them."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from sheetfed.core.scanner import Scanner
from sheetfed.core.scanners import Scanners
from sheetfed.core.settings import invalid
from sheetfed.web.answers import json_answer
from sheetfed.web.parameters import query_int
from sheetfed.web.rest.operation import Asked

SANE: Final = 0x100
ESCL: Final = 0x200
OF_OTHER_SYSTEMS: Final = 0x10 | 0x20 | 0x40 | 0x80 | 0x800
"""TWAIN, WIA, 64-bit TWAIN, ICA and WIA by TWAIN: most clients always ask for one of these."""

MASK_AT_MOST: Final = 0xFFFF
_ESCL_BACKENDS: Final = ("airscan", "escl")


class ScannerList:
    """What a scanner is called here stays the same; `device` is its id."""

    def __init__(self, *, scanners: Scanners) -> None:
        self._scanners = scanners

    async def listed(self, asked: Asked) -> web.StreamResponse:
        wanted = _wanted(asked.query)
        scanners = await self._scanners.listed()
        return json_answer([view(each) for each in scanners if kind(each) & wanted])


def view(scanner: Scanner) -> dict[str, object]:
    return {"name": scanner.name, "type": kind(scanner), "device": scanner.id}


def kind(scanner: Scanner) -> int:
    return ESCL if scanner.backend in _ESCL_BACKENDS else SANE


def _wanted(query: Mapping[str, str]) -> int:
    mask = query_int(query, "type") or 0
    if not 0 <= mask <= MASK_AT_MOST:
        raise invalid("type", f"a whole number from 0 to {MASK_AT_MOST}")
    return mask if mask & ~OF_OTHER_SYSTEMS else SANE | ESCL
