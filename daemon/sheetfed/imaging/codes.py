"""Codes: barcodes read off a page."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from sheetfed.core.barcodes import Barcode, BarcodeFormat
from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.rows import picture

_NAMES: Final[Mapping[BarcodeFormat, str]] = {
    BarcodeFormat.AZTEC: "Aztec",
    BarcodeFormat.CODABAR: "Codabar",
    BarcodeFormat.CODE_39: "Code39",
    BarcodeFormat.CODE_93: "Code93",
    BarcodeFormat.CODE_128: "Code128",
    BarcodeFormat.DATA_MATRIX: "DataMatrix",
    BarcodeFormat.EAN_8: "EAN8",
    BarcodeFormat.EAN_13: "EAN13",
    BarcodeFormat.ITF: "ITF",
    BarcodeFormat.PDF_417: "PDF417",
    BarcodeFormat.QR_CODE: "QRCode",
    BarcodeFormat.UPC_A: "UPCA",
    BarcodeFormat.UPC_E: "UPCE",
}
"""zxing-cpp's own names."""


def barcodes(page: PageStrips, formats: Sequence[BarcodeFormat]) -> list[Barcode]:
    """Those of these formats, of all without any, from top to bottom."""
    # Loaded by the first code: no worker's start should pay for it.
    import zxingcpp

    wanted = ",".join(_NAMES[known] for known in formats or BarcodeFormat)
    gray = np.concatenate(
        [np.asarray(picture(strip, page.image).convert("L")) for strip in page.strips()]
    )
    found = zxingcpp.read_barcodes(
        gray,
        formats=zxingcpp.barcode_formats_from_str(wanted),
        # With it zxing-cpp 1.4 aborts when it meets a code at two scales.
        try_downscale=False,
    )
    read = [_barcode(code, formats) for code in found if code.valid]
    return sorted(read, key=lambda code: min((down, across) for across, down in code.points))


def _barcode(code: Any, formats: Sequence[BarcodeFormat]) -> Barcode:
    place, kind, text = code.position, _format(code.format), code.text
    # An EAN-13 that begins with 0 is an UPC-A; versions differ in what they call it.
    is_upc = kind is BarcodeFormat.EAN_13 and text.startswith("0")
    if is_upc and (not formats or BarcodeFormat.UPC_A in formats):
        kind, text = BarcodeFormat.UPC_A, text[1:]
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return Barcode(
        text=text,
        format=kind,
        points=tuple((corner.x, corner.y) for corner in corners),
    )


def _format(found: Any) -> BarcodeFormat:
    """Newer versions name variants of a code, such as QRCodeModel2 or Code39Std."""
    name = str(found).rpartition(".")[2].replace(" ", "").replace("-", "")
    fitting = [ours for ours, theirs in _NAMES.items() if name.startswith(theirs)]
    return max(fitting, key=lambda ours: len(_NAMES[ours]))
