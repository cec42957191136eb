"""The tables of the HTTP contract and the code say the same."""

import re
from pathlib import Path

from sheetfed.core import exportwords, settings
from sheetfed.core.barcodes import BarcodeFormat
from sheetfed.core.errors import ERRORS, ErrorCode
from sheetfed.web import errors, words

STATUSES = {
    "invalid-parameter": 400,
    "index-out-of-range": 404,
    "not-found": 404,
    "method-not-allowed": 405,
    "origin-not-granted": 403,
    "not-allowed": 403,
    "wrong-password": 403,
    "wrong-host": 421,
    "nothing-to-undo": 409,
    "wrong-state": 409,
    "gone": 410,
    "too-large": 413,
    "too-many": 429,
    "scanner-busy": 423,
    "scanner-not-found": 404,
    "scanner-lost": 502,
    "no-scanner": 404,
    "feeder-empty": 409,
    "paper-jam": 409,
    "cover-open": 409,
    "scanner-io": 502,
    "scanner-timeout": 504,
    "scanner-denied": 502,
    "settings-refused": 409,
    "canceled-at-device": 409,
    "interrupted": 409,
    "unsupported-image": 415,
    "damaged-image": 422,
    "upload-refused": 403,
    "upload-failed": 502,
    "store-full": 507,
    "shutting-down": 503,
    "internal-error": 500,
}

GUIDE = (Path(__file__).parents[2] / "docs" / "web-developers.md").read_text()


def documented(heading: str) -> str:
    return GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_the_guide_lists_every_barcode_format() -> None:
    formats = documented("Barcodes").partition("Formats: ")[2].partition(";")[0]
    assert re.findall(r"`([^`]+)`", formats) == list(BarcodeFormat)


def test_the_guide_lists_every_word_of_an_export() -> None:
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", documented("Files"), re.MULTILINE)
    words = {word for row in rows for word in re.findall(r"`(\w+)`", row)}
    assert words == {"indices", "password", *exportwords.NAMES}


def test_every_error_has_the_status_of_the_contract_and_there_is_no_other() -> None:
    assert {str(code): status for code, status in errors.STATUS.items()} == STATUSES
    assert {str(code) for code in ErrorCode} == set(STATUSES)


def test_every_error_can_be_raised_with_words_for_people() -> None:
    for code, kind in ERRORS.items():
        error = kind()
        assert error.code is code
        assert error.message
        assert errors.words(error)["message"] == error.message


def test_every_word_of_browser_pages_is_understood_as_ours() -> None:
    theirs = {
        "source": "Desk scanner",
        "IfFeederEnabled": True,
        "IfDuplexEnabled": True,
        "PixelType": 1,
        "Resolution": 300,
        "PageSize": 1,
        "XferCount": -1,
        "Brightness": -5,
        "Contrast": 5,
        "IfAutoDiscardBlankpages": True,
        "IfAutomaticDeskew": True,
        "IfAutomaticBorderDetection": True,
        "checkFeederLoaded": True,
    }
    ours = {
        "scanner": "Desk scanner",
        "paper_source": "feeder-duplex",
        "mode": "gray",
        "resolution": 300,
        "page_size": "A4",
        "pages": -1,
        "brightness": -5,
        "contrast": 5,
        "discard_blank": True,
        "deskew": True,
        "auto_crop": True,
        "wait_for_paper_s": 60,
    }
    asked = settings.parse(words.ours(theirs))
    assert asked == settings.parse(ours)
    assert asked.ignored == ()
    area = {"left": 1, "top": 2, "width": 3, "height": 4}
    device = settings.parse(words.ours({"device": "test:0", "Area": area}))
    assert device == settings.parse({"scanner": "test:0", "area": area})


def test_what_is_for_later_or_unknown_is_listed_as_ignored() -> None:
    asked = settings.parse(words.ours({"IfShowUI": False, "IfFeederEnabled": False}))
    assert (asked.ignored, asked.paper_source) == (("IfShowUI",), "flatbed")
