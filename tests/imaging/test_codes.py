"""Codes: every format that is promised is read, where it is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from fakes.arrays import ArrayPage
from fakes.codes import drawn
from sheetfed.core.barcodes import BarcodeFormat
from sheetfed.core.model import Image, Mode
from sheetfed.imaging.codes import barcodes

TEXTS = {
    BarcodeFormat.CODABAR: "12345",
    BarcodeFormat.EAN_8: "12345670",
    BarcodeFormat.EAN_13: "1234567890128",
    BarcodeFormat.ITF: "12345678901231",
    BarcodeFormat.UPC_A: "123456789012",
    BarcodeFormat.UPC_E: "01234565",
}


def page_with(*codes: NDArray[np.uint8]) -> ArrayPage:
    """The codes below each other, around the middle of the page."""
    pixels = np.full((1400, 900, 1), 255, dtype=np.uint8)
    top = (1400 - sum(len(code) for code in codes) - 60 * (len(codes) - 1)) // 2
    for code in codes:
        left = (900 - code.shape[1]) // 2
        pixels[top : top + len(code), left : left + code.shape[1], 0] = code
        top += len(code) + 60
    return ArrayPage(pixels, Image(900, 1400, Mode.GRAY, 8, 150.0, 150.0))


@pytest.mark.parametrize("kind", list(BarcodeFormat))
def test_every_format_is_read(kind: BarcodeFormat) -> None:
    text = TEXTS.get(kind, "HELLO123")
    code = drawn(kind, text)
    (found,) = barcodes(page_with(code), [])
    assert found.format is kind
    # Of an UPC-E newer versions of the library tell the EAN-13 that it stands for.
    assert found.text.strip("AB") in (text, "0012345000065")
    for across, down in found.points:
        assert abs(across - 450) <= code.shape[1] / 2 + 1
        assert abs(down - 700) <= len(code) / 2 + 1


def test_codes_come_from_top_to_bottom() -> None:
    page = page_with(drawn(BarcodeFormat.QR_CODE, "one"), drawn(BarcodeFormat.CODE_128, "two"))
    assert [code.text for code in barcodes(page, [])] == ["one", "two"]


def test_only_the_formats_that_are_asked_for_are_read() -> None:
    page = page_with(drawn(BarcodeFormat.QR_CODE, "one"), drawn(BarcodeFormat.CODE_128, "two"))
    assert [code.text for code in barcodes(page, [BarcodeFormat.CODE_128])] == ["two"]


def test_a_page_without_codes_gives_none() -> None:
    assert barcodes(page_with(), []) == []
