"""The RPC method that reads barcodes off pages."""

import pytest

from fakes.door import OpenDoor
from sheetfed.core.barcodes import Barcode, BarcodeFormat

QR = Barcode("https://example.org/", BarcodeFormat.QR_CODE, ((1, 2), (11, 2), (11, 12), (1, 12)))
EAN = Barcode("4006381333931", BarcodeFormat.EAN_13, ((5, 5), (50, 5), (50, 20), (5, 20)))


@pytest.fixture
async def two_pages(door: OpenDoor) -> OpenDoor:
    await door.result("AcquireImage")
    await door.result("AcquireImage")
    (first,), (second,) = [await door.result("IndexToImageID", index) for index in (0, 1)]
    door.core.pages.found = {first: [QR], second: [QR, EAN]}
    return door


async def test_codes_are_told_with_their_corners_and_their_page(two_pages: OpenDoor) -> None:
    (codes,) = await two_pages.result("ReadBarcode", 0)
    assert codes == [
        {
            "text": "https://example.org/",
            "format": "qr-code",
            "points": [[1, 2], [11, 2], [11, 12], [1, 12]],
            "page": 0,
        }
    ]


async def test_pages_are_read_in_the_order_asked_for(two_pages: OpenDoor) -> None:
    (codes,) = await two_pages.result("ReadBarcode", [1, 0])
    assert [(code["page"], code["format"]) for code in codes] == [
        (1, "qr-code"),
        (1, "ean-13"),
        (0, "qr-code"),
    ]


async def test_only_the_formats_asked_for_are_told(two_pages: OpenDoor) -> None:
    (codes,) = await two_pages.result("ReadBarcode", [0, 1], {"formats": ["ean-13"]})
    assert [code["text"] for code in codes] == ["4006381333931"]


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ([], "index"),
        ([["0"]], "index"),
        ([0, {"formats": "ean-13"}], "formats"),
        ([0, {"formats": ["ean"]}], "formats"),
        ([0, {"formats": [1]}], "formats"),
        ([0, {"kinds": []}], "kinds"),
    ],
)
async def test_what_is_not_understood_is_named(
    two_pages: OpenDoor, parameters: list[object], name: str
) -> None:
    status, body = await two_pages.call("ReadBarcode", *parameters)
    assert (status, body["error"]["details"]["name"]) == (400, name)


async def test_a_page_that_is_not_there_is_out_of_range(two_pages: OpenDoor) -> None:
    assert await two_pages.error("ReadBarcode", [0, 2]) == (404, "index-out-of-range")
    assert two_pages.core.pages.measured == []
