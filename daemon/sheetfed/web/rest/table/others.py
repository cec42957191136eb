"""Others: the calls of the HTTP door that are neither REST nor RPC, described as those are."""

from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.core.imagetype import ImageType
from sheetfed.web.encoding import Encoding
from sheetfed.web.events import Events
from sheetfed.web.files import Files
from sheetfed.web.images import Images
from sheetfed.web.loading import FileLoading
from sheetfed.web.rest.operation import Answer, Body, Operation, Word
from sheetfed.web.rest.table.words import CONTENT, HEADER, PAGES_HEADERS, file
from sheetfed.web.schemas import array, named, one_of, row, text, whole

_DWT: Final = "/dwt/{version}"
_INSTANCE: Final = Word("id", text(), "the instance")
_AFTER: Final = Word("after", whole(low=0), "as `Last-Event-ID`, for who cannot send headers")
_EVENTS: Final = (
    Answer(200, "events, until one of both ends", media_types=("text/event-stream",)),
)
_SHOWN: Final = tuple(each.media_type for each in ImageType if each.is_shown)
_ALL: Final = tuple(each.media_type for each in ImageType)
_PAGE_ERRORS: Final = (
    ErrorCode.NOT_FOUND,
    ErrorCode.INDEX_OUT_OF_RANGE,
    ErrorCode.DAMAGED_IMAGE,
    ErrorCode.STORE_FULL,
)

OTHERS: Final = (
    Operation(
        "getPageImage",
        "GET",
        f"{_DWT}/img",
        Images.image,
        "A page as a picture, fitted into a box.",
        (
            Answer(200, "the picture", media_types=_SHOWN),
            Answer(304, "it is as it was, see `ETag`", media_types=()),
        ),
        _PAGE_ERRORS,
        query=(
            Word("pageid", text(), "a page's id; or, instead,"),
            _INSTANCE,
            Word("index", whole(), "and where the page is in its buffer"),
            Word("width", whole(), "at most, in pixels; -1 and 0: any"),
            Word("height", whole(), "at most, in pixels; -1 and 0: any"),
            Word("type", one_of((*_SHOWN, "jpeg", "png", "webp")), "what fits the page"),
            Word("ticks", text(), "is ignored"),
        ),
        has_head=True,
    ),
    Operation(
        "getBufferContent",
        "GET",
        f"{_DWT}/doc",
        Encoding.document,
        "Pages of an instance's buffer as a file.",
        file(_ALL),
        (*_PAGE_ERRORS, ErrorCode.UNSUPPORTED_IMAGE),
        query=(
            _INSTANCE,
            Word("indices", text(), "with commas between; all"),
            *(word for word in CONTENT if word.name in ("type", "quality", "archive", "languages")),
            Word("page_size", text(), "as scanned"),
        ),
        headers=PAGES_HEADERS,
        has_head=True,
    ),
    Operation(
        "loadFile",
        "POST",
        f"{_DWT}/load",
        FileLoading.file,
        "Put the pages of an image or PDF into an instance's buffer.",
        (Answer(200, "where they are", named("Loaded")),),
        (
            ErrorCode.UNSUPPORTED_IMAGE,
            ErrorCode.DAMAGED_IMAGE,
            ErrorCode.STORE_FULL,
            ErrorCode.NOT_FOUND,
        ),
        query=(_INSTANCE, Word("type", text(), "one of those that are taken")),
        body=Body(row(), files=_ALL),
    ),
    Operation(
        "getInstanceEvents",
        "GET",
        f"{_DWT}/events",
        Events.of_instance,
        "What happens to an instance's jobs and pages, as server-sent events.",
        _EVENTS,
        query=(_INSTANCE, _AFTER),
        headers=(Word("Last-Event-ID", HEADER, "go on behind this one"),),
    ),
    Operation(
        "getEvents",
        "GET",
        "/api/events",
        Events.of_caller,
        "What happens to all that is the caller's, as server-sent events.",
        _EVENTS,
        query=(
            Word("id", array(text()), "of these instances alone: `id=one&id=two`"),
            _AFTER,
        ),
        headers=(Word("Last-Event-ID", HEADER, "go on behind this one"),),
    ),
    Operation(
        "getPage",
        "GET",
        "/",
        Files.answer,
        "The service's own page; its files, and the JavaScript client, lie beside it.",
        (
            Answer(200, "the page", media_types=("text/html",)),
            Answer(304, "it is as it was, see `ETag`", media_types=()),
        ),
        has_head=True,
    ),
)
