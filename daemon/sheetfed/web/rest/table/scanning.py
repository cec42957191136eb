"""Scanning: the table's operations about scanners and scan jobs."""

from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.core.permissions import Permission
from sheetfed.web.rest.jobcontent import JobContent
from sheetfed.web.rest.jobpages import TYPES, JobPages
from sheetfed.web.rest.operation import Answer, Body, Group, Operation, Word
from sheetfed.web.rest.pendingscanner import PendingScanner
from sheetfed.web.rest.scanjobs import ScanJobs
from sheetfed.web.rest.scannerlist import MASK_AT_MOST, ScannerList
from sheetfed.web.rest.table.words import CONTENT, FILE, PAGES_HEADERS
from sheetfed.web.schemas import array, named, one_of, text, whole

_JOBS: Final = "/api/device/scanners/jobs"
_JOB: Final = f"{_JOBS}/{{jobuid}}"
_MISSING: Final = (ErrorCode.NOT_FOUND, ErrorCode.GONE)
_CHOICE: Final = (ErrorCode.SCANNER_NOT_FOUND, ErrorCode.NO_SCANNER)
_ASKING: Final = (
    *_MISSING,
    ErrorCode.WRONG_STATE,
    *_CHOICE,
    ErrorCode.SCANNER_BUSY,
    ErrorCode.SCANNER_LOST,
    ErrorCode.SCANNER_IO,
    ErrorCode.SCANNER_TIMEOUT,
    ErrorCode.SCANNER_DENIED,
    ErrorCode.SETTINGS_REFUSED,
    ErrorCode.CANCELED_AT_DEVICE,
    ErrorCode.FEEDER_EMPTY,
    ErrorCode.PAPER_JAM,
    ErrorCode.COVER_OPEN,
)
_MEDIA_TYPES: Final = tuple(each.media_type for each in TYPES)
_TYPE: Final = Word("type", one_of(_MEDIA_TYPES), "image/png")
_PAGE_ERRORS: Final = (*_MISSING, ErrorCode.DAMAGED_IMAGE, ErrorCode.STORE_FULL)

SCANNERS: Final = Group(
    "scanners",
    "The scanners of this computer.",
    ScannerList,
    (
        Operation(
            "getScanners",
            "GET",
            "/api/device/scanners",
            ScannerList.listed,
            "The scanners.",
            (Answer(200, "the scanners", array(named("Scanner"))),),
            query=(
                Word(
                    "type",
                    whole(low=0, high=MASK_AT_MOST),
                    "bits: 0x100 SANE, 0x200 eSCL; those of other systems alone ask for all",
                ),
            ),
            has_head=True,
            needs=Permission.LIST,
        ),
    ),
)

JOBS: Final = Group(
    "jobs",
    "Scans, from their beginning to their removal.",
    ScanJobs,
    (
        Operation(
            "createScanJob",
            "POST",
            _JOBS,
            ScanJobs.create,
            "Scan, or hold a scanner for a scan to come.",
            (Answer(201, "the job", named("ScanJobCreated")),),
            (
                *_CHOICE,
                ErrorCode.NOT_FOUND,
                ErrorCode.GONE,
                ErrorCode.SCANNER_BUSY,
                ErrorCode.STORE_FULL,
            ),
            body=Body(named("ScanJobAsked"), is_needed=False),
        ),
        Operation(
            "getScanJobStatus",
            "GET",
            _JOB,
            ScanJobs.status,
            "How the job is.",
            (Answer(200, "the job", named("ScanJob")),),
            _MISSING,
            has_head=True,
            needs=Permission.READ,
        ),
        Operation(
            "updateScanJob",
            "PATCH",
            _JOB,
            ScanJobs.change,
            "Let a pending job begin or a paused one go on, or cancel one.",
            (Answer(200, "what it is now", named("ScanJobChange")),),
            (*_MISSING, ErrorCode.WRONG_STATE),
            body=Body(named("ScanJobChange")),
        ),
        Operation(
            "deleteScanJob",
            "DELETE",
            _JOB,
            ScanJobs.remove,
            "Cancel the job, and remove it with its pages.",
            (Answer(204, "it is gone", media_types=()),),
            (*_MISSING, ErrorCode.STORE_FULL),
        ),
    ),
)

JOB_PAGES: Final = Group(
    "job pages",
    "What a job has scanned.",
    JobPages,
    (
        Operation(
            "getNextScannedPage",
            "GET",
            f"{_JOB}/next-page",
            JobPages.next_page,
            "Wait for the job's next page, or get the one that is named.",
            (
                Answer(200, "the page", media_types=_MEDIA_TYPES),
                Answer(204, "there is no other; asked again, 410", media_types=()),
            ),
            _PAGE_ERRORS,
            query=(_TYPE, Word("page", text(), "a page's `imageuid`")),
            needs=Permission.READ,
        ),
        Operation(
            "getNextScannedPageInfo",
            "GET",
            f"{_JOB}/next-page-info",
            JobPages.next_info,
            "Wait for the job's next page, and get what is known of it.",
            (
                Answer(200, "of the page", named("ScannedPage")),
                Answer(204, "there is no other; asked again, 410", media_types=()),
            ),
            _MISSING,
            needs=Permission.READ,
        ),
    ),
)

JOB_CONTENT: Final = Group(
    "job content",
    "What a job has scanned so far, without waiting.",
    JobContent,
    (
        Operation(
            "getJobContent",
            "GET",
            f"{_JOB}/content",
            JobContent.content,
            "One page of the job, or all that it has scanned as a file.",
            (
                *FILE,
                Answer(204, "there is no such page yet", media_types=()),
            ),
            (*_PAGE_ERRORS, ErrorCode.INDEX_OUT_OF_RANGE),
            query=(Word("page", whole(low=0), "a page's index among the job's"), *CONTENT),
            headers=PAGES_HEADERS,
            has_head=True,
            needs=Permission.READ,
        ),
    ),
)

PENDING: Final = Group(
    "pending jobs",
    "What the scanner of a job that waits to begin can do.",
    PendingScanner,
    (
        Operation(
            "getScannerCapabilities",
            "GET",
            f"{_JOB}/scanner/capabilities",
            PendingScanner.capabilities,
            "What the scanner can do, by TWAIN's numbers.",
            (Answer(200, "the capabilities", array(named("Capability"))),),
            _ASKING,
            query=(Word("caps", text(), "their numbers, with commas between; all"),),
        ),
        Operation(
            "getScannerSettings",
            "GET",
            f"{_JOB}/scanner/settings",
            PendingScanner.settings,
            "How the scanner's own options are set.",
            (Answer(200, "the settings", named("ScannerSettings")),),
            _ASKING,
            query=(Word("showui", text(), "is ignored"),),
        ),
    ),
)
