"""Documents are split at separator pages, over REST."""

import pytest

from fakes.door import OpenDoor
from fakes.rest import PASSWORD, Rest
from sheetfed.core.barcodes import Barcode, BarcodeFormat

CODE = Barcode("cut", BarcodeFormat.CODE_39, ((0, 0), (1, 0), (1, 1), (0, 1)))


async def parts(rest: Rest, document: str, **rule: object) -> list[list[str]]:
    answer = await rest.post(f"{document}/split", rule)
    assert answer.status == 200, answer.body
    return [[page["uid"] for page in part["pages"]] for part in answer.json["documents"]]


async def test_after_so_many_pages_each(rest: Rest) -> None:
    document = await rest.document(pages=5)
    uids = await rest.uids(document)
    assert await parts(rest, document, at="every", pages=2) == [uids[:2], uids[2:4], uids[4:]]
    assert await rest.uids(document) == []
    assert await parts(rest, document, at="every", pages=2) == []


async def test_at_blank_pages(rest: Rest, door: OpenDoor) -> None:
    for keep, expected in ((False, [[0, 1], [3, 4]]), (True, [[0, 1], [2, 3, 4]])):
        document = await rest.document(pages=5)
        uids = await rest.uids(document)
        door.core.pages.inks = {uids[2]: 0.0}
        found = await parts(rest, document, at="blank", keep=keep)
        assert found == [[uids[index] for index in part] for part in expected]


async def test_at_barcodes(rest: Rest, door: OpenDoor) -> None:
    document = await rest.document(pages=3)
    uids = await rest.uids(document)
    door.core.pages.found = {uids[1]: [CODE]}
    found = await parts(rest, document, at="barcode", text="cut", formats=["code-39"], keep=True)
    assert found == [uids[:1], uids[1:]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"at": "x"},
        {"at": 5},
        {"at": "every"},
        {"at": "every", "pages": 0},
        {"at": "every", "pages": 1, "keep": True},
        {"at": "blank", "threshold": 2},
        {"at": "blank", "keep": 1},
        {"at": "barcode", "text": ""},
        {"at": "barcode", "formats": ["x"]},
    ],
)
async def test_what_no_rule_is_is_refused_and_nothing_moves(rest: Rest, body: object) -> None:
    document = await rest.document(pages=1)
    answer = await rest.post(f"{document}/split", body)
    assert answer.told == (400, -2113, "invalid-parameter")
    assert len(await rest.uids(document)) == 1


async def test_a_protected_document_is_split_with_its_password(rest: Rest) -> None:
    document = await rest.document(pages=2, password="pw")
    rule = {"at": "every", "pages": 1}
    answer = await rest.ask("POST", f"{document}/split", rule, {PASSWORD: "pw"})
    assert len(answer.json["documents"]) == 2
