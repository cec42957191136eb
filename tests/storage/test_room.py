"""Room: a page is refused when it does not fit, and what is stored stays."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.spooled import ticket
from sheetfed.core.errors import InternalError, StoreFull
from sheetfed.core.model import Owner, PageId
from sheetfed.storage.limits import Limits
from sheetfed.storage.room import Room
from sheetfed.storage.spools import Spools
from sheetfed.storage.usage import Usage

OTHER = Owner(1001)


class Shelf:
    """Spools in a folder with these limits."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.usage = Usage()
        self.room = Room(spools=folder, usage=self.usage, limits=limits)
        self.spools = Spools(folder=folder, usage=self.usage, room=self.room)


async def test_a_store_at_its_limit_takes_no_page(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Limits(max_bytes=10_000))
    first = await shelf.spools.create(ticket("p1"))
    os.write(first.fileno(), bytes(6000))
    with pytest.raises(StoreFull, match="limit of 10000 bytes"):
        await shelf.spools.create(ticket("p2"))
    await shelf.spools.drop(first)
    (await shelf.spools.create(ticket("p2"))).close()


async def test_stored_pages_count_towards_the_limit(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Limits(max_bytes=10_000))
    shelf.usage.count(PageId("p0"), 9_999)
    (await shelf.spools.create(ticket("p1"))).close()
    with pytest.raises(StoreFull) as met:
        await shelf.spools.create(ticket("p2"))
    assert met.value.details == {"used_bytes": 9_999, "max_bytes": 10_000}


async def test_one_owner_at_its_limit_does_not_keep_others_out(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Limits(max_bytes=100_000, max_bytes_per_owner=10_000))
    await shelf.room.reserve(PageId("p0"), OTHER)
    shelf.usage.count(PageId("p0"), 10_000)
    with pytest.raises(StoreFull) as met:
        await shelf.room.reserve(PageId("p1"), OTHER)
    assert met.value.details == {"used_bytes": 10_000, "max_bytes": 10_000}
    assert "your documents" in met.value.message
    (await shelf.spools.create(ticket("p2"))).close()


async def test_an_owners_pages_that_are_being_read_count(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Limits(max_bytes=100_000, max_bytes_per_owner=10_000))
    await shelf.room.reserve(PageId("p9"), OTHER)
    first = await shelf.spools.create(ticket("p1"))
    os.write(first.fileno(), bytes(6000))
    first.close()
    with pytest.raises(StoreFull, match="your documents"):
        await shelf.spools.create(ticket("p2"))
    await shelf.room.reserve(PageId("p8"), OTHER)


async def test_removed_pages_make_room(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Limits(max_bytes=100_000, max_bytes_per_owner=10_000))
    await shelf.room.reserve(PageId("p0"), OTHER)
    shelf.usage.count(PageId("p0"), 10_000)
    shelf.usage.forget(PageId("p0"))
    await shelf.room.reserve(PageId("p1"), OTHER)
    assert shelf.usage.of(OTHER) == 0


async def test_a_disk_that_must_stay_free_takes_no_page(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Limits(min_free_bytes=1 << 60))
    with pytest.raises(StoreFull, match="must stay free"):
        await shelf.spools.create(ticket())
    assert list(tmp_path.iterdir()) == []


async def test_changed_limits_hold_from_the_next_page_on(tmp_path: Path) -> None:
    limits = Limits(min_free_bytes=1 << 60)
    shelf = Shelf(tmp_path, limits)
    with pytest.raises(StoreFull):
        await shelf.room.reserve(PageId("p1"), OTHER)
    shelf.room.change(replace(limits, min_free_bytes=0))
    await shelf.room.reserve(PageId("p1"), OTHER)


async def test_a_refused_page_is_expected_by_nobody(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Limits(max_bytes=1))
    shelf.usage.count(PageId("p0"), 1)
    with pytest.raises(StoreFull):
        await shelf.spools.create(ticket("p1"))
    assert shelf.usage.expected == {}


async def test_a_dropped_spool_is_expected_no_more_and_a_stored_page_stays(
    tmp_path: Path,
) -> None:
    shelf = Shelf(tmp_path, Limits())
    canceled, stored = [await shelf.spools.create(ticket(page)) for page in ("p1", "p2")]
    shelf.usage.count(PageId("p2"), 700)
    for spool in (canceled, stored):
        await shelf.spools.drop(spool)
    assert shelf.usage.expected == {}
    assert shelf.usage.of(ticket().owner) == 700


async def test_a_spool_that_goes_while_room_is_counted_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    await Shelf(tmp_path, Limits()).room.reserve(PageId("p1"), OTHER)


async def test_a_folder_that_cannot_be_listed_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    shelf = Shelf(tmp_path / "file", Limits())
    with pytest.raises(InternalError, match="Not a directory"):
        await shelf.room.reserve(PageId("p1"), OTHER)
    assert "Not a directory" in caplog.text


def test_usage_is_counted_by_owner_and_in_all() -> None:
    usage = Usage()
    for page, owner, size_bytes in (("a", OTHER, 5), ("b", OTHER, 7), ("c", Owner(1), 11)):
        usage.expect(PageId(page), owner)
        usage.count(PageId(page), size_bytes)
    usage.count(PageId("b"), 8)
    usage.count(PageId("nobody"), 1)
    assert (usage.of(OTHER), usage.of(Owner(1)), usage.used_bytes) == (13, 11, 25)
    for page in ("a", "b", "nobody"):
        usage.forget(PageId(page))
        usage.forget(PageId(page))
    assert (usage.of(OTHER), usage.used_bytes) == (0, 11)
