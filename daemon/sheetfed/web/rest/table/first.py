"""First: the table's operations of the API's first generation."""

from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.core.permissions import Permission
from sheetfed.web.rest.firstapi import FirstApi
from sheetfed.web.rest.operation import Answer, Body, Group, Operation, Word
from sheetfed.web.rest.scannerlist import MASK_AT_MOST
from sheetfed.web.schemas import array, named, number, whole

_JOBS: Final = "/DWTAPI/ScanJobs"
_TEXT: Final = ("text/plain",)

FIRST: Final = Group(
    "first generation",
    "The calls of this API's first generation, for clients that still make them.",
    FirstApi,
    (
        Operation(
            "listScanners",
            "GET",
            "/DWTAPI/Scanners",
            FirstApi.scanners,
            "The scanners.",
            (Answer(200, "the scanners", array(named("Scanner"))),),
            query=(Word("type", whole(low=0, high=MASK_AT_MOST), "as in the second generation"),),
            has_head=True,
            needs=Permission.LIST,
        ),
        Operation(
            "scanDocument",
            "POST",
            _JOBS,
            FirstApi.create,
            "Scan.",
            (Answer(201, "the job's id", media_types=_TEXT),),
            (
                ErrorCode.SCANNER_NOT_FOUND,
                ErrorCode.NO_SCANNER,
                ErrorCode.NOT_FOUND,
                ErrorCode.GONE,
                ErrorCode.SCANNER_BUSY,
                ErrorCode.STORE_FULL,
            ),
            query=(Word("timeout", number(), "is ignored"),),
            body=Body(named("ScanJobAsked"), is_needed=False),
        ),
        Operation(
            "getNextDocument",
            "GET",
            f"{_JOBS}/{{jobuid}}/NextDocument",
            FirstApi.next_document,
            "Wait for the job's next page; 410 when there is no other.",
            (Answer(200, "the page", media_types=("image/jpeg",)),),
            (ErrorCode.GONE, ErrorCode.NOT_FOUND, ErrorCode.DAMAGED_IMAGE, ErrorCode.STORE_FULL),
            needs=Permission.READ,
        ),
        Operation(
            "deleteJob",
            "DELETE",
            f"{_JOBS}/{{jobuid}}",
            FirstApi.remove,
            "Cancel the job, and remove it with its pages.",
            (Answer(200, "it is gone", media_types=_TEXT),),
            (ErrorCode.NOT_FOUND, ErrorCode.GONE, ErrorCode.STORE_FULL),
        ),
    ),
)
