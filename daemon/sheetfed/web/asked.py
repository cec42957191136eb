"""Asked: the objects that calls take, settings of a scan and options of a file among them."""

from typing import Final

from sheetfed.core.exports import Compression
from sheetfed.core.exportwords import LANGUAGES_AT_MOST, TEXT_AT_MOST
from sheetfed.core.settings import PAGE_SIZES_MM
from sheetfed.web.schemas import (
    TRUE,
    array,
    by_name,
    either,
    flag,
    named,
    number,
    one_of,
    record,
    text,
    whole,
)

_SIZES: Final = tuple(PAGE_SIZES_MM)

OPTION_VALUE: Final = either(
    {"type": "boolean"},
    number(),
    text(),
    array(number(), most=65536),
    record({"automatic": TRUE}),
    about="a button is pressed by `true`",
)

SCAN_SETTINGS: Final = record(
    {},
    "what is absent is left to configuration and driver; unknown words are ignored and listed",
    optional={
        "scanner": text("a scanner's id or name", longest=1024),
        "paper_source": named("PaperSource", "the flatbed, if there is one"),
        "mode": named("Mode", "`[defaults] mode`"),
        "resolution": whole("in dpi; `[defaults] resolution`", low=1, high=100_000),
        "depth": one_of((8, 16), "bits a sample; 8"),
        "area": record(
            {
                "left": number(low=0, high=10_000),
                "top": number(low=0, high=10_000),
                "width": number(low=0.1, high=10_000),
                "height": number(low=0.1, high=10_000),
            },
            "in mm; all that the scanner reaches",
        ),
        "page_size": either(text(), whole(), about=f"{', '.join(_SIZES)}, or a TWSS number"),
        "pages": either(
            {"const": -1},
            whole(low=1, high=1_000_000),
            about="how many at most; -1, or without it: all there are",
        ),
        "brightness": whole("the driver's", low=-100, high=100),
        "contrast": whole("the driver's", low=-100, high=100),
        "discard_blank": flag("drop blank pages"),
        "deskew": flag("straighten each page, as an edit"),
        "auto_crop": flag("crop each page to the sheet, as an edit"),
        "wait_for_paper_s": number("for paper in the feeder; 0", low=0, high=3600),
        "silence_timeout_s": number(
            "give up a page of which the scanner tells nothing for so long; never", low=0, high=3600
        ),
        "queue": flag("wait for a scanner that is busy"),
        "document": text("one of the caller's own, to append to", longest=1024),
        "options": by_name(named("OptionValue"), "SANE options by their own names, set last"),
    },
    is_open=True,
)

BLANK_OPTIONS: Final = record(
    {}, optional={"threshold": number("a page with less ink is blank; 0.00001", low=0, high=1)}
)

ENCODE_OPTIONS: Final = record(
    {},
    optional={
        "quality": whole("of JPEG and WebP, also within a PDF or TIFF; 85", low=1, high=100),
        "compression": either(
            one_of(Compression), whole(low=0, high=7), about="of a PDF or TIFF; `auto`"
        ),
        "page_size": text("the paper a PDF's pages are fitted on, such as `A4`"),
        "title": text(longest=TEXT_AT_MOST),
        "author": text(longest=TEXT_AT_MOST),
        "subject": text(longest=TEXT_AT_MOST),
        "keywords": text(longest=TEXT_AT_MOST),
        "archive": flag("PDF/A-2b; not with a password"),
        "languages": array(
            text(),
            "make the text of a PDF searchable: tesseract's names, such as `eng`",
            most=LANGUAGES_AT_MOST,
        ),
        "password": text("encrypts a PDF"),
    },
)

BARCODE_OPTIONS: Final = record(
    {}, optional={"formats": array(named("BarcodeFormat"), "those to look for; all")}
)

SPLIT_RULE: Final = either(
    record({"at": {"const": "every"}, "pages": whole("so many each", low=1)}),
    record(
        {"at": {"const": "blank"}},
        optional={
            "threshold": number("a page with less ink is blank", low=0, high=1),
            "keep": flag("the blank page is the first one of its part, and not removed"),
        },
    ),
    record(
        {"at": {"const": "barcode"}},
        optional={
            "text": text("what the barcode says; anything", shortest=1, longest=TEXT_AT_MOST),
            "formats": array(named("BarcodeFormat"), "those to look for; all"),
            "keep": flag("the page is the first one of its part, and not removed"),
        },
    ),
    about="where a new document begins",
)
