"""Splitting: parts become documents, separators stay or go, and all of it happens at once."""

import asyncio
from collections.abc import Sequence

import pytest

from fakes.core import ALICE, ALICE_ON_THE_WEB
from fakes.recorder import recorded
from fakes.shelf import BUFFER, ONE, Shelf
from sheetfed.core.barcodes import Barcode, BarcodeFormat
from sheetfed.core.blank import BLANK_BELOW
from sheetfed.core.errors import InvalidParameter, NotFound, StoreFull, WrongState
from sheetfed.core.events import DocumentChanged, PageAdded, PageRemoved
from sheetfed.core.model import DocumentId, PageId
from sheetfed.core.splitting import AtBarcode, AtBlank, EveryPages, Rule

CORNERS = ((0, 0), (9, 0), (9, 9), (0, 9))


def code(text: str, kind: BarcodeFormat = BarcodeFormat.QR_CODE) -> list[Barcode]:
    return [Barcode(text, kind, CORNERS)]


def parts(shelf: Shelf, documents: Sequence[DocumentId]) -> list[str]:
    return ["".join(shelf.documents.get(ALICE, document).pages) for document in documents]


async def split(shelf: Shelf, rule: Rule) -> list[str]:
    return parts(shelf, await shelf.splitting.split(ALICE, BUFFER, rule))


@pytest.mark.parametrize(
    ("pages", "each", "expected"),
    [
        ("abcde", 2, ["ab", "cd", "e"]),
        ("abcd", 2, ["ab", "cd"]),
        ("ab", 9, ["ab"]),
        ("a", 1, ["a"]),
    ],
)
async def test_a_document_is_cut_every_so_many_pages(
    shelf: Shelf, pages: str, each: int, expected: list[str]
) -> None:
    await shelf.fill(*pages)
    assert await split(shelf, EveryPages(each)) == expected
    assert shelf.order == ()
    assert shelf.stored == []
    assert shelf.documents.all_pages() == set(pages)


async def test_every_no_pages_is_refused(shelf: Shelf) -> None:
    await shelf.fill("a")
    with pytest.raises(InvalidParameter, match="pages"):
        await shelf.splitting.split(ALICE, BUFFER, EveryPages(0))


@pytest.mark.parametrize(
    ("pages", "is_kept", "expected"),
    [
        ("ab-cd", False, ["ab", "cd"]),
        ("ab-cd", True, ["ab", "-cd"]),
        ("-a+_b~", False, ["a", "b"]),
        ("-a", True, ["-a"]),
        ("abc", False, ["abc"]),
        ("-", False, []),
    ],
)
async def test_blank_pages_separate_documents(
    shelf: Shelf, pages: str, is_kept: bool, expected: list[str]
) -> None:
    await shelf.fill(*pages)
    shelf.pages.inks = dict.fromkeys("-+_~", BLANK_BELOW / 2)
    assert await split(shelf, AtBlank(is_kept=is_kept)) == expected
    assert shelf.documents.all_pages() == set("".join(expected)) == shelf.blobs.synced


async def test_how_little_ink_separates_can_be_said(shelf: Shelf) -> None:
    await shelf.fill(*"a-b")
    shelf.pages.inks = {"-": 0.02}
    assert await split(shelf, AtBlank(threshold=0.05)) == ["a", "b"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (AtBarcode(), ["a", "b", "c"]),
        (AtBarcode(is_kept=True), ["a", "1b", "2c"]),
        (AtBarcode(text="next"), ["a", "b2c"]),
        (AtBarcode(formats=(BarcodeFormat.CODE_39,)), ["a1b", "c"]),
        (AtBarcode(text="next", formats=(BarcodeFormat.CODE_39,)), ["a1b2c"]),
    ],
)
async def test_pages_with_barcodes_separate_documents(
    shelf: Shelf, rule: Rule, expected: list[str]
) -> None:
    await shelf.fill(*"a1b2c")
    shelf.pages.found = {"1": code("next"), "2": code("part 2", BarcodeFormat.CODE_39)}
    assert await split(shelf, rule) == expected


async def test_the_parts_belong_to_the_owner_and_are_told(shelf: Shelf) -> None:
    await shelf.fill(*"a-b")
    shelf.pages.inks = {"-": 0.0}
    with recorded(shelf.hub) as events:
        one, two = await shelf.splitting.split(ALICE, BUFFER, AtBlank())
    owner = ALICE.owner
    assert [shelf.documents.get(ALICE, part).owner for part in (one, two)] == [owner] * 2
    job = shelf.documents.page(ALICE, PageId("a")).job
    assert events == [
        *(PageRemoved(owner, BUFFER, ONE, PageId(p), i) for i, p in ((2, "b"), (1, "-"), (0, "a"))),
        DocumentChanged(owner, one, None),
        PageAdded(owner, one, None, PageId("a"), 0, job),
        DocumentChanged(owner, two, None),
        PageAdded(owner, two, None, PageId("b"), 0, job),
    ]


async def test_somebody_elses_document_is_not_split(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    with pytest.raises(NotFound):
        await shelf.splitting.split(ALICE_ON_THE_WEB, BUFFER, EveryPages(1))


async def test_a_split_that_cannot_be_written_leaves_the_document(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    shelf.catalogue.writing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await shelf.splitting.split(ALICE, BUFFER, EveryPages(1))
    assert shelf.order == ("a", "b")
    assert len(shelf.documents.visible_to(ALICE)) == 1


async def test_a_document_that_changes_while_it_is_looked_at_is_not_split(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    shelf.pages.measuring.shut()
    splitting = asyncio.create_task(shelf.splitting.split(ALICE, BUFFER, AtBlank()))
    await shelf.pages.measuring.reached()
    await shelf.add("c")
    shelf.pages.measuring.open()
    with pytest.raises(WrongState, match="changed while"):
        await splitting
    assert shelf.order == tuple("abc")
