"""Papers: what the REST API takes and answers of documents and their pages, by name."""

from collections.abc import Mapping
from typing import Final

from sheetfed.core.describing import PASSWORD_AT_MOST
from sheetfed.web.parameters import INDICES_AT_MOST, TEXT_AT_MOST
from sheetfed.web.rest.pageedits import BY_LOOKING
from sheetfed.web.rest.pagesources import LONGEST
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
    row,
    text,
    whole,
)

_URL: Final = text("a page's `url`; it is never fetched", longest=LONGEST)
_OF_DOCUMENT: Final = record(
    {
        "document": record(
            {"uid": text(shortest=1, longest=TEXT_AT_MOST)},
            is_open=True,
            optional={
                "pages": or_null(
                    array(either(text(), whole()), "uids or indices; all", most=INDICES_AT_MOST)
                )
            },
        )
    },
    "pages of a document of the caller's own",
    is_open=True,
)
_FORMATS: Final = or_null(array(named("BarcodeFormat")), "all of them")

SCHEMAS: Final[Mapping[str, Schema]] = {
    "Document": record(
        {
            "uid": text(),
            "metadata": by_name(ANY),
            "pages": array(record({"uid": text(), "url": text("its picture")})),
        }
    ),
    "DocumentAsked": record(
        {},
        is_open=True,
        optional={"password": text("none; empty is none, too", longest=PASSWORD_AT_MOST)},
    ),
    "DocumentChange": record({"metadata": by_name(ANY)}, is_open=True),
    "PagesAsked": record(
        {"source": either(_URL, _OF_DOCUMENT)},
        is_open=True,
        optional={"insertPos": or_null(whole(low=0), "before which page; without it, at the end")},
    ),
    "PageEdit": either(named("Edit"), record({"op": one_of(BY_LOOKING)})),
    "DocumentParts": record({"documents": array(named("Document"))}),
    "BarcodeAsked": record(
        {"source": _URL},
        is_open=True,
        optional={
            "settings": either(
                record({}, is_open=True, optional={"formats": _FORMATS}),
                text("another reader's template, which means all formats"),
                {"type": "null"},
            )
        },
    ),
    "BarcodeRead": record(
        {
            "text": text(),
            "format": named("BarcodeFormat"),
            "points": array(row(whole(), whole()), "its corners in pixels, clockwise"),
            "barcodeText": text("the same as `text`, for clients of this API"),
            "barcodeFormatString": text(),
            "localizationResult": by_name(ANY, "the same as `points`"),
        }
    ),
    "BlankAsked": record(
        {"source": _URL},
        is_open=True,
        optional={
            "settings": or_null(
                record(
                    {},
                    optional={
                        "threshold": number("a page with less ink is blank", low=0, high=1),
                        "minBlockHeight": ANY,
                        "maxBlockHeight": ANY,
                    },
                )
            )
        },
    ),
    "BlankChecked": record(
        {"result": flag("it is blank"), "ink": number("how much of it is covered", low=0, high=1)}
    ),
}
