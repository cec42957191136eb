"""Operations: the table of the whole REST API, and what binds it to what does them."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Final

from aiohttp import web

from sheetfed.core.access import Access
from sheetfed.web.rest.operation import Asked, Group, Operation
from sheetfed.web.rest.table import describing, documents, first, scanning, server
from sheetfed.web.routes import LOOKING, Routes

GROUPS: Final[tuple[Group, ...]] = (
    server.SERVER,
    scanning.SCANNERS,
    scanning.JOBS,
    scanning.JOB_PAGES,
    scanning.JOB_CONTENT,
    scanning.PENDING,
    documents.DOCUMENTS,
    documents.PAGES,
    documents.EDITS,
    documents.DIVIDING,
    documents.PROCESSING,
    first.FIRST,
    describing.DESCRIPTION,
)

NAMED: Final = re.compile(r"\{(\w+)\}")
"""What an address has in place of a name."""

_ENDING: Final = "updateScanJob"


def add(routes: Routes, access: Access, *doers: object) -> None:
    """Every operation as a route; `doers` has one of each group's class."""
    for group in GROUPS:
        (doer,) = (each for each in doers if isinstance(each, group.kind))
        for operation in group.operations:
            handler = _Handler(operation, doer, access)
            address = pattern(operation.path)
            routes.add(operation.methods, address, handler, needs=operation.needs)


def pattern(path: str) -> str:
    """Of the addresses that it describes; a slash at the end is no matter."""
    return NAMED.sub(r"(?P<\1>[^/]{1,128})", path) + "/?"


def every() -> Sequence[Operation]:
    return [operation for group in GROUPS for operation in group.operations]


def ends_work(path: str) -> bool:
    """Whether a call that is no GET is of use at this address while the service stops: it only
    looks, or ends a job."""
    return any(address.fullmatch(path) for address in _of_use())


@cache
def _of_use() -> list[re.Pattern[str]]:
    return [
        re.compile(pattern(each.path))
        for each in every()
        if each.method in ("POST", "PATCH") and (each.needs in LOOKING or each.name == _ENDING)
    ]


class _Handler:
    """What a route calls."""

    def __init__(self, operation: Operation, doer: object, access: Access) -> None:
        self._does = partial(operation.does, doer)
        self._access = access
        self._needs = operation.needs

    async def __call__(
        self, request: web.BaseRequest, named: Mapping[str, str]
    ) -> web.StreamResponse:
        asked = Asked(request, named)
        if self._needs is not None:
            await self._access.require(asked.caller, self._needs)
        return await self._does(asked)
