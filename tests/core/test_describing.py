"""Describing: made empty, named, with metadata, a password and a page to look at."""

import asyncio

import pytest

from fakes.core import ALICE, ALICE_ON_THE_WEB, BOB
from fakes.recorder import recorded
from fakes.shelf import BUFFER, Shelf
from sheetfed.core import describing
from sheetfed.core.describing import METADATA_BYTES_AT_MOST
from sheetfed.core.errors import (
    IndexOutOfRange,
    InvalidParameter,
    NotFound,
    StoreFull,
    TooMany,
    WrongPassword,
)
from sheetfed.core.events import DocumentChanged
from sheetfed.core.model import DocumentId, PageId


async def test_a_new_document_is_empty_and_its_owners(shelf: Shelf) -> None:
    with recorded(shelf.hub) as events:
        made = await shelf.describing.create(ALICE, name="bills")
    assert (made.owner, made.name, made.pages, made.current) == (ALICE.owner, "bills", (), -1)
    assert shelf.documents.get(ALICE, made.id) == made
    assert shelf.catalogue.rows[made.id] == (made, [])
    assert events == [DocumentChanged(ALICE.owner, made.id, None)]
    with pytest.raises(NotFound):
        shelf.documents.get(BOB, made.id)


async def test_a_page_comes_into_a_document_that_was_made_empty(shelf: Shelf) -> None:
    made = await shelf.describing.create(ALICE, password="letmein")
    await shelf.add("a", instance=None, document=made.id)
    after = shelf.documents.get(ALICE, made.id)
    assert (after.pages, after.current, after.created) == (("a",), 0, made.created)
    assert after.password_hash == made.password_hash


async def test_an_owner_has_a_bounded_number_of_documents(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(describing, "DOCUMENTS_AT_MOST", 2)
    for _ in range(2):
        await shelf.describing.create(ALICE)
    with pytest.raises(TooMany):
        await shelf.describing.create(ALICE)
    await shelf.describing.create(ALICE_ON_THE_WEB)


@pytest.mark.parametrize("name", ["x" * 256, "two\nlines", "\ud800"])
async def test_a_name_that_cannot_be_shown_is_refused(shelf: Shelf, name: str) -> None:
    await shelf.fill("a")
    with pytest.raises(InvalidParameter, match="name"):
        await shelf.describing.create(ALICE, name=name)
    with pytest.raises(InvalidParameter, match="name"):
        await shelf.describing.describe(ALICE, BUFFER, name=name)
    assert shelf.documents.get(ALICE, BUFFER).name == ""


async def test_name_and_metadata_are_kept_and_told(shelf: Shelf) -> None:
    await shelf.fill("a")
    with recorded(shelf.hub) as events:
        named = await shelf.describing.describe(ALICE, BUFFER, name="bills")
        described = await shelf.describing.describe(ALICE, BUFFER, metadata={"year": 2024, "ü": []})
        await shelf.describing.describe(ALICE, BUFFER)
    assert (named.name, named.metadata) == ("bills", "{}")
    assert (described.name, described.metadata) == ("bills", '{"year":2024,"\\u00fc":[]}')
    assert shelf.catalogue.rows[BUFFER][0].metadata == described.metadata
    assert len(events) == 2
    assert set(events) == {DocumentChanged(ALICE.owner, BUFFER, described.instance)}


@pytest.mark.parametrize(
    "metadata",
    [
        {"text": "x" * METADATA_BYTES_AT_MOST},
        {"number": float("nan")},
        {"object": object()},
        {("a", "b"): 1},
    ],
)
async def test_metadata_that_is_too_long_or_no_json_is_refused(
    shelf: Shelf, metadata: dict[str, object]
) -> None:
    await shelf.fill("a")
    with pytest.raises(InvalidParameter, match="metadata"):
        await shelf.describing.describe(ALICE, BUFFER, metadata=metadata)
    assert shelf.documents.get(ALICE, BUFFER).metadata == "{}"


async def test_metadata_that_never_ends_is_refused(shelf: Shelf) -> None:
    await shelf.fill("a")
    deep: dict[str, object] = {}
    for _ in range(100_000):
        deep = {"deeper": deep}
    endless: dict[str, object] = {}
    endless["again"] = endless
    for metadata in (deep, endless):
        with pytest.raises(InvalidParameter, match="metadata"):
            await shelf.describing.describe(ALICE, BUFFER, metadata=metadata)


async def test_what_is_somebody_elses_is_not_described(shelf: Shelf) -> None:
    await shelf.fill("a")
    for caller in (BOB, ALICE_ON_THE_WEB):
        with pytest.raises(NotFound):
            await shelf.describing.describe(caller, BUFFER, name="mine")
        with pytest.raises(NotFound):
            await shelf.describing.set_current(caller, BUFFER, 0)
    with pytest.raises(NotFound):
        await shelf.describing.set_current(ALICE, DocumentId("never"), 0)


async def test_a_description_that_cannot_be_written_is_not_there(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.catalogue.writing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await shelf.describing.describe(ALICE, BUFFER, name="bills")
    assert shelf.documents.get(ALICE, BUFFER).name == ""


async def test_the_right_password_opens_and_any_other_does_not(shelf: Shelf) -> None:
    document = await shelf.describing.create(ALICE, password="lëtmein")
    await shelf.describing.require_password(document, "lëtmein")
    for wrong in ("letmein", "", None, "x" * 33):
        with pytest.raises(WrongPassword):
            await shelf.describing.require_password(document, wrong)


async def test_a_document_without_a_password_takes_any(shelf: Shelf) -> None:
    document = await shelf.describing.create(ALICE)
    for password in (None, "", "letmein"):
        await shelf.describing.require_password(document, password)


async def test_a_password_is_kept_and_shown_nowhere(shelf: Shelf) -> None:
    one, other = await asyncio.gather(
        *(shelf.describing.create(ALICE, password="letmein") for _ in range(2))
    )
    assert one.password_hash != other.password_hash
    assert "letmein" not in repr(shelf.catalogue.rows) + one.password_hash
    assert one.password_hash not in repr(one)


async def test_a_password_longer_than_its_limit_is_refused(shelf: Shelf) -> None:
    with pytest.raises(InvalidParameter, match="at most 32"):
        await shelf.describing.create(ALICE, password="x" * 33)


async def test_the_page_that_is_looked_at_is_kept_and_written_down_later(shelf: Shelf) -> None:
    await shelf.fill(*"abc")
    with recorded(shelf.hub) as events:
        await shelf.describing.set_current(ALICE, BUFFER, 2)
    assert shelf.documents.get(ALICE, BUFFER).current == 2
    assert shelf.catalogue.rows[BUFFER][0].current == 0
    await shelf.collection.save_late()
    assert shelf.catalogue.rows[BUFFER][0].current == 2
    assert events == []


@pytest.mark.parametrize("index", [-1, 3])
async def test_a_page_that_is_not_there_cannot_be_looked_at(shelf: Shelf, index: int) -> None:
    await shelf.fill(*"abc")
    with pytest.raises(IndexOutOfRange):
        await shelf.describing.set_current(ALICE, BUFFER, index)
    assert shelf.documents.get(ALICE, BUFFER).current == 0


@pytest.mark.parametrize(
    ("gone", "current"), [([0], 1), ([3], 2), ([2], 2), ([2, 3], 1), ([0, 1, 2, 3], -1)]
)
async def test_the_page_that_is_looked_at_stays_or_the_next_takes_its_place(
    shelf: Shelf, gone: list[int], current: int
) -> None:
    await shelf.fill(*"abcd")
    await shelf.describing.set_current(ALICE, BUFFER, 2)
    await shelf.documents.remove_pages(BUFFER, gone)
    document = shelf.documents.get(ALICE, BUFFER)
    assert document.current == current
    assert shelf.catalogue.rows[BUFFER][0].current == current


async def test_the_page_that_is_looked_at_is_followed_when_it_moves(shelf: Shelf) -> None:
    await shelf.fill(*"abcd")
    await shelf.describing.set_current(ALICE, BUFFER, 2)
    await shelf.arranging.reverse(ALICE, BUFFER)
    document = shelf.documents.get(ALICE, BUFFER)
    assert document.pages[document.current] == PageId("c")
