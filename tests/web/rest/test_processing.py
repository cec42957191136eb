"""What is seen on a page, over REST."""

import pytest

from fakes.door import OpenDoor
from fakes.rest import Rest
from sheetfed.core.barcodes import Barcode, BarcodeFormat

READ, BLANK = "/api/process/read-barcode", "/api/process/check-blank"
CORNERS = ((1, 2), (30, 2), (30, 40), (1, 40))
CODES = [
    Barcode("one", BarcodeFormat.CODE_128, CORNERS),
    Barcode("two", BarcodeFormat.QR_CODE, CORNERS),
]


@pytest.fixture
async def url(rest: Rest) -> str:
    (page,) = await rest.scanned()
    return str(page["url"])


async def test_barcodes_are_read_in_our_words_and_in_those_of_clients(
    rest: Rest, door: OpenDoor, url: str
) -> None:
    door.core.pages.codes = CODES
    answer = await rest.post(READ, {"source": url, "license": "L"})
    assert answer.status == 200
    first, second = answer.json
    assert first == {
        "text": "one",
        "format": "code-128",
        "points": [[1, 2], [30, 2], [30, 40], [1, 40]],
        "barcodeText": "one",
        "barcodeFormatString": "CODE_128",
        "localizationResult": {
            "ResultPoints": ["1, 2", "30, 2", "30, 40", "1, 40"],
            "x1": 1, "x2": 30, "x3": 30, "x4": 1,
            "y1": 2, "y2": 2, "y3": 40, "y4": 40,
        },
    }  # fmt: skip
    assert second["format"] == "qr-code"


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        (None, 2),
        ("coverage", 2),
        ({}, 2),
        ({"formats": None}, 2),
        ({"formats": ["qr-code"]}, 1),
        ({"template": 1}, 2),
    ],
)
async def test_only_some_formats_are_looked_for(
    rest: Rest, door: OpenDoor, url: str, settings: object, count: int
) -> None:
    door.core.pages.codes = CODES
    answer = await rest.post(READ, {"source": url, "settings": settings})
    assert len(answer.json) == count


async def test_a_page_is_blank_or_not(rest: Rest, door: OpenDoor, url: str) -> None:
    for ink, settings, blank in (
        (0.1, None, False),
        (0.0, None, True),
        (0.1, {"threshold": 0.5}, True),
        (0.0, {"minBlockHeight": 20, "maxBlockHeight": 30}, True),
    ):
        door.core.pages.inked = ink
        answer = await rest.post(BLANK, {"source": url, "settings": settings})
        assert (answer.status, answer.json) == (200, {"result": blank, "ink": ink})


@pytest.mark.parametrize("path", [READ, BLANK])
@pytest.mark.parametrize("settings", [5, [], {"formats": 1, "threshold": "x"}])
async def test_wrong_settings_are_refused(
    rest: Rest, url: str, path: str, settings: object
) -> None:
    answer = await rest.post(path, {"source": url, "settings": settings})
    assert answer.told == (400, -2113, "invalid-parameter")


@pytest.mark.parametrize("path", [READ, BLANK])
async def test_a_source_is_a_page_of_ones_own(rest: Rest, path: str) -> None:
    assert (await rest.post(path, {"source": "http://example.org/x.png"})).told[0] == 400
    answer = await rest.post(path, {"source": "/dwt/dwt_1/img?pageid=p0"})
    assert answer.told == (404, -1040, "not-found")


async def test_other_processing_is_not_there(rest: Rest) -> None:
    assert (await rest.post("/api/process/rotate", {})).told == (404, -1040, "not-found")
