"""Barcodes: what is read off a page."""

from dataclasses import dataclass
from enum import StrEnum


class BarcodeFormat(StrEnum):
    """The codes that are looked for, in the words of our doors."""

    AZTEC = "aztec"
    CODABAR = "codabar"
    CODE_39 = "code-39"
    CODE_93 = "code-93"
    CODE_128 = "code-128"
    DATA_MATRIX = "data-matrix"
    EAN_8 = "ean-8"
    EAN_13 = "ean-13"
    ITF = "itf"
    PDF_417 = "pdf417"
    QR_CODE = "qr-code"
    UPC_A = "upc-a"
    UPC_E = "upc-e"


@dataclass(frozen=True, slots=True)
class Barcode:
    """`points` are its corners in pixels of the page: across and down, clockwise from the one
    that is its own top left."""

    text: str
    format: BarcodeFormat
    points: tuple[tuple[int, int], ...]
