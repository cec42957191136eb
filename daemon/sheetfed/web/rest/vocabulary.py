"""Vocabulary: what the REST API takes and answers, as JSON Schema by name."""

from collections.abc import Mapping
from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.core.permissions import Permission
from sheetfed.web.rest import jobwords, papers, scannerlist, serverinfo
from sheetfed.web.rest.jobviews import STATUS
from sheetfed.web.schemas import (
    ANY,
    Schema,
    array,
    by_name,
    either,
    flag,
    named,
    number,
    one_of,
    or_null,
    record,
    text,
    whole,
)

_NUMBERS: Final = (-2113, -2112, -1043, -1040, -1034, -1011, -1004, -1, 0)
_CAUSE: Final = record(
    {
        "code": one_of(ErrorCode),
        "message": text("what the code means"),
        "details": by_name(ANY),
    },
    "the error by our own word",
)
_SCANNER: Final = record(
    {
        "name": text("unique, for people"),
        "type": one_of((scannerlist.SANE, scannerlist.ESCL), "0x100 SANE, 0x200 eSCL"),
        "device": text("for `device` of a job"),
    }
)
_JOB_STATUS: Final = one_of(tuple(dict.fromkeys(STATUS.values())))
_LABELLED: Final = record({"value": whole(), "label": text()})
_VALUE: Final = either(number(), flag(), _LABELLED, {"type": "null"})

_CAPABILITY: Final = record(
    {
        "capability": _LABELLED,
        "conType": _LABELLED,
        "valueType": _LABELLED,
        "query": array(text(), "what can be done with it"),
    },
    optional={
        "curValue": either(_VALUE, about="with which the job would scan"),
        "defaultValue": _VALUE,
        "values": array(_VALUE, "what it can be, or an array's items"),
        "enums": array(_VALUE, "the same as `values`, for clients that read this"),
        "curIndex": whole(low=-1),
        "defIndex": whole(low=-1),
        "minValue": number(),
        "maxValue": number(),
        "stepSize": number(),
    },
)

_JOB: Final = record(
    {
        "jobuid": text(),
        "status": _JOB_STATUS,
        "code": one_of(_NUMBERS, "0, or the number of the error that the job ended or rests with"),
        "message": text(),
        "state": named("JobState", "the same as `status`, more finely"),
        "pages": whole("how many are stored", low=0),
        "discarded": whole("blank ones that were dropped", low=0),
        "progress": whole("of the page being read, in percent", low=0, high=100),
        "position": whole("jobs ahead of it", low=0),
        "snapped": array(record({"setting": text(), "asked": ANY, "actual": ANY})),
        "ignored": array(text(), "what was asked for and means nothing here"),
        "document": text("the document that its pages go to"),
    },
    optional={"cause": named("Cause")},
)

_JOB_ASKED: Final = record(
    {},
    "unknown members are listed in the job's `ignored`",
    is_open=True,
    optional={
        "autoRun": or_null(flag(), "false: hold the scanner, and wait for `running`; true"),
        "device": or_null(text(longest=1024), "as scanners are listed; the one used last"),
        "name": or_null(text(longest=1024), "a scanner's, instead of `device`"),
        "config": or_null(named("ScanSettings"), "our words and TWAIN's"),
        "caps": or_null(named("CapabilitiesAsked")),
        "settings": or_null(
            text(longest=jobwords.SETTINGS_AT_MOST), "what `scanner/settings` has answered"
        ),
        "jobTimeout": or_null(
            number(low=0, high=jobwords.TIMEOUT_AT_MOST_S),
            "in seconds; so long a job waits to begin. 0: as long as any lease lasts",
        ),
        "scannerFailureTimeout": or_null(
            number(low=0, high=3600), "in seconds; so long the scanner may be silent. 0: any time"
        ),
        "checkFeederLoaded": or_null(flag(), "wait up to a minute for paper in the feeder"),
    },
)

_CAPS_ASKED: Final = record(
    {},
    is_open=True,
    optional={
        "exception": or_null(one_of(("ignore", "fail")), "what becomes of what cannot be set"),
        "capabilities": or_null(
            array(
                record(
                    {"capability": either(number(), record({"value": number()}, is_open=True))},
                    is_open=True,
                    optional={
                        "curValue": ANY,
                        "exception": or_null(one_of(("ignore", "fail"))),
                    },
                ),
                most=100,
            )
        ),
    },
)

_IMAGE_INFO: Final = record(
    {
        "BitsPerPixel": whole(),
        "BitsPerSample": array(whole()),
        "Compression": whole(),
        "ImageLayout": by_name(ANY, "as TWAIN's TW_IMAGELAYOUT; the frame is in inches"),
        "ImageLength": whole("in pixels"),
        "ImageWidth": whole("in pixels"),
        "PixelType": whole(),
        "Planar": flag(),
        "SamplesPerPixel": whole(),
        "XResolution": number("in dpi"),
        "YResolution": number("in dpi"),
    },
    "as TWAIN's TW_IMAGEINFO",
)

_PERMISSIONS: Final = {
    **array(named("Permission"), most=len(Permission)),
    "minItems": 1,
}

SCHEMAS: Final[Mapping[str, Schema]] = {
    "Error": record(
        {
            "statusCode": whole("the answer's status"),
            "code": one_of(_NUMBERS, "as the clients of this API know it"),
            "message": text("a sentence for people, in English"),
            "cause": named("Cause"),
        }
    ),
    "Cause": _CAUSE,
    "ServerVersion": record({"version": text(), "compatible": flag()}),
    "ServerSettings": record(
        {"logLevel": one_of(tuple(serverinfo.LEVELS), "0 errors alone, 1 ordinary, 30 everything")}
    ),
    "Scanner": _SCANNER,
    "ScanJobAsked": _JOB_ASKED,
    "CapabilitiesAsked": _CAPS_ASKED,
    "ScanJobCreated": record(
        {
            "jobuid": text(),
            "status": _JOB_STATUS,
            "scanner": named("Scanner"),
            "document": text("the document that its pages go to"),
        }
    ),
    "ScanJob": _JOB,
    "ScanJobChange": record({"status": one_of(("running", "canceled"))}),
    "ScannedPage": record(
        {
            "imageId": whole("counts from 1", low=1),
            "imageuid": text("the page's id"),
            "url": text("its picture, for an `<img>` and for `source`"),
            "imageInfo": _IMAGE_INFO,
            "extendedImageInfo": record({}),
        }
    ),
    "Capability": _CAPABILITY,
    "ScannerSettings": record({"settings": text("in base64; for `settings` of a job")}),
    "AccessAnswer": record(
        {
            "state": named("AccessState"),
            "permissions": array(named("Permission")),
            "asked": flag("a request, or a decision, is known"),
            "version": text("the service's"),
        }
    ),
    "AccessAsked": record({}, is_open=True, optional={"wants": _PERMISSIONS}),
    "OriginAccess": record(
        {
            "id": text(),
            "origin": text(),
            "uid": or_null(whole(), "null: all users"),
            "state": named("AccessState"),
            "permissions": array(named("Permission")),
            "wants": array(named("Permission")),
            "since": number("in seconds since the epoch"),
            "until": or_null(number()),
            "last_used": or_null(number()),
            "configured": flag("by the administrator"),
        }
    ),
    "AccessDecision": either(
        record(
            {"decision": {"const": "grant"}, "permissions": _PERMISSIONS},
            is_open=True,
            optional={"until": or_null(number(low=0), "in seconds since the epoch; for ever")},
        ),
        record({"decision": one_of(("deny", "revoke"))}, is_open=True),
    ),
    **papers.SCHEMAS,
}
"""Each is referred to by `schemas.named`."""
