"""Files that are made for a user and still being taken: so much of them, and no more."""

from collections.abc import Iterator

import pytest

from fakes.core import FakeCore
from fakes.pages import A4_300
from sheetfed.core.asker import ASKER
from sheetfed.core.errors import TooMany
from sheetfed.core.exportroom import ExportRoom
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import DocumentId, Owner, Page, PageId

PAGE = Page(PageId("p1"), DocumentId("d1"), None, 0, A4_300, 1000, 0.0)
ALICE, BOB = Owner(1000), Owner(1001)


@pytest.fixture(autouse=True)
def on_behalf_of_alice() -> Iterator[None]:
    token = ASKER.set(ALICE)
    yield
    ASKER.reset(token)


def test_what_is_taken_leaves_others_their_room_and_is_given_back() -> None:
    room = ExportRoom(bytes_at_most=10)
    with room.taken(9), room.taken(100):
        with pytest.raises(TooMany):
            room.require()
        ASKER.set(Owner(ALICE.uid, "https://app.example.org"))
        with pytest.raises(TooMany), room.taken(1):
            pass
        ASKER.set(BOB)
        room.require()
        ASKER.set(ALICE)
    room.require()


def test_what_the_service_does_itself_is_not_counted() -> None:
    room = ExportRoom(bytes_at_most=1)
    ASKER.set(None)
    with room.taken(100):
        room.require()


async def test_exports_that_nobody_finishes_to_take_end_at_the_limit(
    core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = core.renders.export
    monkeypatch.setattr(core.renders, "_room", ExportRoom(bytes_at_most=1))
    async with export([PAGE], ImageType.PDF, ExportOptions()):
        with pytest.raises(TooMany):
            async with export([PAGE], ImageType.PDF, ExportOptions()):
                raise AssertionError("not reached")
        async with export([PAGE], ImageType.PDF, ExportOptions(), is_limited=False):
            pass
    async with export([PAGE], ImageType.PDF, ExportOptions()):
        pass
