"""Scanning: the table's entries of the service, of scanners and of scans."""

from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.core.permissions import Permission
from sheetfed.core.settings import options_asked
from sheetfed.web import parameters, schemas
from sheetfed.web.acquiring import Acquiring
from sheetfed.web.method import Group, Method
from sheetfed.web.parameters import FLAG, TEXT, Kind, Parameter
from sheetfed.web.schemas import TRUE, array, named, text, whole
from sheetfed.web.service import Service
from sheetfed.web.sources import Sources

_CHOICE: Final = (ErrorCode.SCANNER_NOT_FOUND, ErrorCode.NO_SCANNER)
_DEVICE: Final = (
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

_SCANNER: Final = Parameter("scanner", TEXT, "a scanner's id or name")
_THAT_SCANNER: Final = Parameter(
    "scanner", TEXT, "the one that was opened or selected, else used last", is_optional=True
)
_JOB: Final = Parameter("jobId", TEXT, "what `AcquireImage` answered")
_OPTIONS: Final = Kind("an object of options", schemas.by_name(named("OptionValue")), options_asked)
_SETTINGS: Final = Kind("an object", named("ScanSettings"), parameters.settings)

SERVICE: Final = Group(
    "service",
    Service,
    (
        Method(
            "VersionInfo",
            Service.version_info,
            "The service's version, in the form `a, b, c, dddd`; may be called by GET.",
            result=(text("the version"), {"const": ""}, {"const": "64"}),
            needs=None,
        ),
    ),
)

SOURCES: Final = Group(
    "sources",
    Sources,
    (
        Method(
            "GetSourceNames",
            Sources.names,
            "The names of all scanners.",
            result=(array(text()),),
            needs=Permission.LIST,
        ),
        Method(
            "GetDevices",
            Sources.devices,
            "All scanners.",
            (Parameter("refresh", FLAG, "look for scanners anew", is_optional=True),),
            (array(named("Device")),),
            needs=Permission.LIST,
        ),
        Method(
            "GetCapabilities",
            Sources.capabilities,
            "What can be chosen from, for each paper source.",
            (_THAT_SCANNER,),
            (named("Capabilities"),),
            _DEVICE,
        ),
        Method(
            "SelectSource",
            Sources.select,
            "From now on this scanner is meant where the instance names none.",
            (_SCANNER,),
            errors=_CHOICE,
        ),
        Method(
            "OpenSource",
            Sources.open,
            "Keep a scanner for this instance, also between its scans.",
            (_THAT_SCANNER,),
            errors=_DEVICE,
        ),
        Method(
            "CloseSource",
            Sources.close,
            "Give the scanner back that was opened; without one nothing happens.",
        ),
        Method(
            "GetOptions",
            Sources.options,
            "Everything that the scanner's driver lets one set.",
            (_THAT_SCANNER,),
            (array(named("ScannerOption")),),
            _DEVICE,
        ),
        Method(
            "SetOptions",
            Sources.set_options,
            "Set options in the order given, for the scans to come; opens the scanner if need be.",
            (Parameter("options", _OPTIONS, "by name"), _THAT_SCANNER),
            (
                schemas.by_name(named("OptionOutcome"), "by option, in the order given"),
                array(named("ScannerOption"), "all options as they are then"),
            ),
            _DEVICE,
        ),
    ),
)

ACQUIRE: Final = Group(
    "acquire",
    Acquiring,
    (
        Method(
            "AcquireImage",
            Acquiring.acquire,
            "Scan to the end of this instance's buffer.",
            (Parameter("settings", _SETTINGS, "how to scan", is_optional=True),),
            (
                schemas.flag("false when the scan was canceled"),
                array(whole(), "the new pages' indices"),
                text("the job's id"),
            ),
            (*_DEVICE, ErrorCode.STORE_FULL, ErrorCode.INTERRUPTED, ErrorCode.NOT_FOUND),
            is_long=True,
        ),
        Method(
            "JobStatus",
            Acquiring.job_status,
            "How a scan stands; for a day after its end.",
            (_JOB,),
            (named("JobStatus"),),
            (ErrorCode.NOT_FOUND,),
            needs=Permission.READ,
        ),
        Method(
            "ResumeJob",
            Acquiring.resume,
            "Go on with a scan that is paused.",
            (_JOB,),
            (TRUE,),
            (ErrorCode.NOT_FOUND, ErrorCode.WRONG_STATE),
        ),
        Method(
            "FinishJob",
            Acquiring.finish,
            "End a scan that is paused, with the pages it has.",
            (_JOB,),
            (TRUE,),
            (ErrorCode.NOT_FOUND, ErrorCode.WRONG_STATE),
        ),
        Method(
            "CancelAllPendingTransfers",
            Acquiring.cancel_all,
            "Cancel this instance's scans and uploads; pages that were read stay.",
        ),
    ),
)
