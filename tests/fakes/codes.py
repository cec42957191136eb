"""Codes: barcodes drawn by the library's own writer."""

from typing import Any

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from sheetfed.core.barcodes import BarcodeFormat
from sheetfed.imaging.codes import _NAMES


def drawn(kind: BarcodeFormat, text: str) -> NDArray[np.uint8]:
    """The code in black on white."""
    named: Any = getattr(zxingcpp.BarcodeFormat, _NAMES[kind])
    if kind is BarcodeFormat.CODABAR:
        text = f"A{text}B"
    if hasattr(zxingcpp, "create_barcode"):
        made = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, named), scale=4)
    else:
        made = zxingcpp.write_barcode(named, text, 320, 160)
    pixels = np.array(made)
    return pixels if pixels.ndim == 2 else pixels[:, :, 0]
