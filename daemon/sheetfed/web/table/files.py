"""Files: the table's entries of files that come in and go out, and of what is read off pages."""

from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.core.permissions import Permission
from sheetfed.core.settings import invalid
from sheetfed.web import parameters
from sheetfed.web.encoding import Encoding
from sheetfed.web.loading import FileLoading
from sheetfed.web.method import Group, Method
from sheetfed.web.parameters import FILE_TYPE, ONE_OR_MORE, Kind, Parameter
from sheetfed.web.reading import Reading
from sheetfed.web.receiving import Received
from sheetfed.web.schemas import TRUE, array, base64, named, whole

_BASE64: Final = "base64, also as a data: address"


def _received(name: str, value: object) -> Received:
    if not isinstance(value, Received):
        raise invalid(name, _BASE64)
    return value


LOAD: Final = Group(
    "load",
    FileLoading,
    (
        Method(
            "LoadImageFromBase64Binary",
            FileLoading.base64,
            "Append the pages of an image or PDF; what it is, its content says.",
            (
                Parameter("data", Kind(_BASE64, base64(), _received), "also a `data:` address"),
                Parameter("type", FILE_TYPE, "or a media type", is_optional=True),
            ),
            (TRUE, array(whole(), "the new pages' indices")),
            (
                ErrorCode.UNSUPPORTED_IMAGE,
                ErrorCode.DAMAGED_IMAGE,
                ErrorCode.STORE_FULL,
                ErrorCode.NOT_FOUND,
            ),
            takes_file=True,
        ),
    ),
)

ENCODE: Final = Group(
    "encode",
    Encoding,
    (
        Method(
            "ConvertToBase64",
            Encoding.base64,
            "Pages as one file; JPEG, PNG, BMP and WebP take one page, TIFF and PDF many.",
            (
                Parameter("indices", ONE_OR_MORE, "which pages, in this order"),
                Parameter("type", FILE_TYPE, "or a media type"),
                Parameter(
                    "options",
                    Kind("an object", named("EncodeOptions"), parameters.options),
                    is_optional=True,
                ),
            ),
            (base64("the file"),),
            (
                ErrorCode.INDEX_OUT_OF_RANGE,
                ErrorCode.NOT_FOUND,
                ErrorCode.DAMAGED_IMAGE,
                ErrorCode.STORE_FULL,
            ),
            needs=Permission.READ,
        ),
    ),
)

READ: Final = Group(
    "read",
    Reading,
    (
        Method(
            "ReadBarcode",
            Reading.barcodes,
            "The barcodes of these pages.",
            (
                Parameter("index", ONE_OR_MORE, "which page or pages"),
                Parameter(
                    "options",
                    Kind("an object", named("BarcodeOptions"), parameters.options),
                    is_optional=True,
                ),
            ),
            (array(named("Barcode")),),
            (ErrorCode.INDEX_OUT_OF_RANGE, ErrorCode.NOT_FOUND, ErrorCode.DAMAGED_IMAGE),
            needs=Permission.READ,
        ),
    ),
)
