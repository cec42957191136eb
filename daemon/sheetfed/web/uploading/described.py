"""Described: what uploads are asked for with, answered with and told as, in JSON Schema."""

from typing import Final

from sheetfed.core.uploads import TransferState, UploadMethod
from sheetfed.web.parameters import INDICES_AT_MOST
from sheetfed.web.schemas import (
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
from sheetfed.web.uploading.words import FIELD_NAME

STATE: Final = one_of(TransferState)

SETTINGS: Final = record(
    {"url": text("`https`, or `http` on this computer; of the caller's origin, or an allowed one")},
    optional={
        "method": one_of(UploadMethod, "a form with the file in it, or the file alone; `POST`"),
        "indices": array(whole(low=0), "which pages, in this order; all", most=INDICES_AT_MOST),
        "type": named("FileType", "`pdf`"),
        "options": named("EncodeOptions", "what the file is like"),
        "file_name": text("as the form says; `scan.pdf` or the like", shortest=1, longest=255),
        "field_name": text(f"the file's in the form; `{FIELD_NAME}`", shortest=1, longest=255),
        "fields": by_name(
            either(text(), number(), flag()), "the form's others, before the file, in this order"
        ),
        "headers": by_name(text(), "of the request; not the connection's, nor cookies"),
    },
)

REPLY: Final = record(
    {
        "status": whole("of HTTP"),
        "body": text("what the server answered, as text; its first 64 KiB"),
    }
)

_TRANSFER: Final = {
    "transfer": text("its id"),
    "state": named("TransferState", "`waiting`: to be tried again"),
    "progress": whole("how much of the file has left, in percent", low=0, high=100),
    "sent_bytes": whole("of the file, in this attempt"),
    "total_bytes": whole("the file's size; 0 while it is made"),
    "attempt": whole("the first is 1; 0 before it"),
    "pages": whole("how many are sent"),
    "origin": text("where to"),
    "instance": or_null(text(), "whose pages they are"),
    "status": or_null(whole(), "of HTTP, when it is done"),
    "error": or_null(named("Failure"), "why it failed"),
}

EVENT: Final = record(_TRANSFER)
STATUS: Final = record(
    {**_TRANSFER, "reply": or_null(named("UploadReply"), "what the server answered")}
)
