"""Vocabulary: the kinds of things that calls are answered with and events tell, by name."""

from collections.abc import Mapping
from typing import Final

from sheetfed.core import editwords
from sheetfed.core.barcodes import BarcodeFormat
from sheetfed.core.editvalues import EDIT_VALUES
from sheetfed.core.errors import ErrorCode
from sheetfed.core.grant import GrantState
from sheetfed.core.imagetype import ImageType
from sheetfed.core.job import JobState
from sheetfed.core.model import Mode, PaperSource
from sheetfed.core.options import OptionType, Unit
from sheetfed.core.permissions import Permission
from sheetfed.core.scanner import Connection
from sheetfed.web import asked
from sheetfed.web.schemas import (
    ANY,
    TRUE,
    Schema,
    array,
    by_name,
    either,
    flag,
    named,
    number,
    of_edit_value,
    one_of,
    or_null,
    record,
    row,
    text,
    whole,
)
from sheetfed.web.uploading import described

_FAILURE: Final = record(
    {
        "code": named("ErrorCode", "for programs"),
        "message": text("a sentence for people, in English"),
        "details": by_name(ANY, "such as the parameter's `name` and what is `allowed`"),
    }
)

_DEVICE: Final = record(
    {
        "id": text("stays the same wherever the scanner is plugged in"),
        "name": text("unique, for people"),
        "vendor": text(),
        "model": text(),
        "type": text("as its driver says, such as `flatbed scanner`"),
        "connection": one_of(Connection, "how it is reached"),
        "busy": flag("somebody is scanning with it or has opened it"),
        "available": flag("its driver can be asked now"),
        "quarantined": flag("its driver crashed or hung too often to be tried again by itself"),
    }
)

_SOURCE_CAPABILITIES: Final = record(
    {
        "source": named("PaperSource"),
        "modes": array(named("Mode")),
        "depths": array(whole(), "bits a sample"),
        "resolutions": array(whole(), "in dpi; empty when there is a range"),
        "resolution_range": or_null(
            record({"min": number(), "max": number(), "step": number()}), "in dpi"
        ),
        "area_mm": or_null(
            record({"width": number(), "height": number()}), "as far as it reaches, if it says so"
        ),
    }
)

_SCANNER_OPTION: Final = record(
    {
        "name": text("empty for a group"),
        "title": text(),
        "desc": text(),
        "group": text("the title of the group that it is in"),
        "type": one_of(OptionType),
        "unit": one_of(Unit),
        "size": whole("of the value, in bytes; a number has four"),
        "constraint": either(
            record({"min": number(), "max": number(), "step": number()}),
            array(number()),
            array(text()),
            {"type": "null"},
            about="what it can be set to",
        ),
        "value": either(
            {"type": "boolean"},
            number(),
            text(),
            array(number()),
            {"type": "null"},
            about="now; null where there is none to read",
        ),
        "active": flag("it counts with the present values of the others"),
        "settable": flag(),
        "automatic": flag("the driver can choose its value"),
        "advanced": flag(),
        "hard_select": flag("it is set at the scanner itself"),
        "detectable": flag("its value can be read"),
        "emulated": flag(),
    }
)

_OPTION_OUTCOME: Final = either(
    record(
        {"ok": TRUE, "value": _SCANNER_OPTION["properties"]["value"]},  # type: ignore[index]
        optional={"snapped": TRUE},
    ),
    record({"ok": {"const": False}, "error": named("Failure")}),
)

_JOB: Final = {
    "job": text("its id"),
    "state": named("JobState"),
    "reason": or_null(named("ErrorCode"), "why it is paused or failed"),
    "message": text("the same in words"),
    "pages": whole("how many are stored"),
    "discarded": whole("blank ones that were dropped"),
    "progress": whole("of the page being read, in percent", low=0, high=100),
    "position": whole("jobs ahead of a queued one"),
    "scanner": text("its id"),
    "instance": or_null(text(), "whose buffer the pages go to"),
    "snapped": array(
        record({"setting": text(), "asked": ANY, "actual": ANY}),
        "what the scanner could not do exactly",
    ),
    "ignored": array(text(), "settings that mean nothing here"),
    "error": or_null(named("Failure")),
}
_JOB_STATUS: Final = {
    **_JOB,
    "indices": array(whole(), "where its pages are in the buffer now"),
    "resumable": flag("it is paused, and `ResumeJob` goes on"),
}

_IMAGE_INFO: Final = record(
    {
        "id": text("stays with the page"),
        "width": whole("in pixels"),
        "height": whole("in pixels"),
        "bit_depth": whole("bits a pixel"),
        "x_dpi": number(),
        "y_dpi": number(),
        "bytes": whole("what the store holds for it"),
        "edits": array(named("Edit"), "those that are applied, the first one first"),
        "can_undo": flag(),
        "can_redo": flag(),
        "url": text("the picture in full size, for an `<img>`"),
    }
)

_PAGE_EVENT: Final = record(
    {
        "action": one_of(("added", "changed", "removed")),
        "index": whole("where it is, or was"),
        "id": text("the page's"),
        "url": text("its picture"),
        "document": text("the id of the document that it is in"),
        "instance": or_null(text(), "whose buffer that is"),
        "job": or_null(text(), "the scan it came from; null but for one that a scan added"),
    }
)

_DOCUMENT_EVENT: Final = record(
    {
        "action": one_of(
            ("changed", "removed"), "changed: made, named or described anew, or reordered"
        ),
        "document": text("its id"),
        "instance": or_null(text(), "whose buffer it is"),
    }
)

_SCANNER_EVENT: Final = record(
    {
        "action": one_of(("added", "removed", "changed")),
        "id": text(),
        "name": text(),
        "busy": flag(),
        "available": flag("its driver can be asked now"),
    }
)


def _edit(op: str) -> Schema:
    """One that a caller sends may leave words out, one that is told has them all."""
    values = {word: of_edit_value(EDIT_VALUES[word]) for word in editwords.members(op)}
    needed = {word for word, is_needed in editwords.members(op).items() if is_needed}
    return record(
        {"op": {"const": op}, **{word: values[word] for word in values if word in needed}},
        optional={word: values[word] for word in values if word not in needed},
    )


SCHEMAS: Final[Mapping[str, Schema]] = {
    "ErrorCode": one_of(ErrorCode),
    "Failure": _FAILURE,
    "PaperSource": one_of(PaperSource),
    "Mode": one_of(Mode),
    "JobState": one_of(JobState),
    "FileType": one_of(ImageType),
    "BarcodeFormat": one_of(BarcodeFormat),
    "OptionValue": asked.OPTION_VALUE,
    "ScanSettings": asked.SCAN_SETTINGS,
    "BlankOptions": asked.BLANK_OPTIONS,
    "EncodeOptions": asked.ENCODE_OPTIONS,
    "BarcodeOptions": asked.BARCODE_OPTIONS,
    "SplitRule": asked.SPLIT_RULE,
    "Device": _DEVICE,
    "SourceCapabilities": _SOURCE_CAPABILITIES,
    "Capabilities": record(
        {
            "sources": array(named("SourceCapabilities")),
            "feeder": flag("it has one"),
            "duplex": flag("it reads both sides of a sheet"),
        }
    ),
    "ScannerOption": _SCANNER_OPTION,
    "OptionOutcome": _OPTION_OUTCOME,
    "JobEvent": record(_JOB),
    "JobStatus": record(_JOB_STATUS),
    "Edit": either(*(_edit(op) for op in editwords.names())),
    "ImageInfo": _IMAGE_INFO,
    "PageEvent": _PAGE_EVENT,
    "DocumentEvent": _DOCUMENT_EVENT,
    "ScannerEvent": _SCANNER_EVENT,
    "Permission": one_of(Permission),
    "AccessState": one_of(GrantState),
    "AccessEvent": record(
        {
            "origin": text("your own; on the service's own page any"),
            "state": named("AccessState"),
            "permissions": array(named("Permission"), "those that it has now"),
        }
    ),
    "Box": record(
        {side: whole() for side in ("left", "top", "right", "bottom")},
        "in pixels from the page's top left corner; right and bottom are not included",
    ),
    "Barcode": record(
        {
            "text": text(),
            "format": named("BarcodeFormat"),
            "points": array(row(whole(), whole()), "its corners in pixels, clockwise"),
            "page": whole("the index of the page that it is on"),
        }
    ),
    "UploadSettings": described.SETTINGS,
    "UploadReply": described.REPLY,
    "TransferState": described.STATE,
    "TransferEvent": described.EVENT,
    "TransferStatus": described.STATUS,
}
"""Each is referred to by `schemas.named`."""

EVENTS: Final[Mapping[str, Schema]] = {
    "job": named("JobEvent", "a scan has another state, or went on"),
    "page": named("PageEvent", "a page was added, edited or removed"),
    "document": named("DocumentEvent", "a document is not as it was, or is gone"),
    "transfer": named("TransferEvent", "an upload began, went on, or ended"),
    "scanner": named("ScannerEvent", "a scanner came, went, became busy or free"),
    "access": named("AccessEvent", "what an origin may do was given, taken away, or asked for"),
}
"""What is told on the event streams, by the event's name."""
