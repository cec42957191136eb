"""Renders: fitted, made once, kept; and pages as one file."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.core import FakeCore
from fakes.gate import idle
from fakes.pages import A4_300
from sheetfed.core import renders as renders_module
from sheetfed.core.edits import Rotate
from sheetfed.core.errors import DamagedImage, InvalidParameter, NotFound
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import DocumentId, Mode, Page, PageId
from sheetfed.core.renders import Renders, fitted

PAGE = Page(PageId("p1"), DocumentId("d1"), None, 0, A4_300, 1000, 0.0)
BW = replace(PAGE, image=replace(A4_300, mode=Mode.BW, depth=1))
THUMBNAIL = fitted(PAGE, 585, 513, None)


@pytest.fixture
async def renders(core: FakeCore) -> AsyncIterator[Renders]:
    yield core.renders
    await core.renders.close()


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (None, None, (2480, 3508)),
        (585, 513, (363, 513)),
        (248, None, (248, 351)),
        (None, 351, (248, 351)),
        (248, 5000, (248, 351)),
        (9999, 9999, (2480, 3508)),
        (1, 1, (1, 1)),
    ],
)
def test_a_page_is_fitted_inside_the_box_and_never_enlarged(
    width: int | None, height: int | None, size: tuple[int, int]
) -> None:
    render = fitted(PAGE, width, height, None)
    assert (render.width_px, render.height_px) == size


@pytest.mark.parametrize(
    ("page", "width", "image_type"),
    [
        (PAGE, 585, ImageType.JPEG),
        (PAGE, None, ImageType.PNG),
        (PAGE, 2480, ImageType.PNG),
        (replace(PAGE, image=replace(A4_300, mode=Mode.GRAY)), 585, ImageType.JPEG),
        (BW, 585, ImageType.PNG),
        (BW, None, ImageType.PNG),
    ],
)
def test_without_a_type_photographs_are_jpeg_and_the_rest_png(
    page: Page, width: int | None, image_type: ImageType
) -> None:
    assert fitted(page, width, None, None).image_type is image_type


def test_an_asked_type_is_what_it_is() -> None:
    assert fitted(BW, None, None, ImageType.JPEG).image_type is ImageType.JPEG


def test_a_render_is_never_a_pdf() -> None:
    with pytest.raises(InvalidParameter, match="jpeg, png, webp") as caught:
        fitted(PAGE, None, None, ImageType.PDF)
    assert caught.value.details == {"name": "type", "allowed": "jpeg, png, webp"}


def test_a_digest_names_page_size_and_type() -> None:
    wishes = [
        THUMBNAIL,
        fitted(PAGE, 300, 513, None),
        replace(THUMBNAIL, image_type=ImageType.PNG),
        fitted(replace(PAGE, id=PageId("p2")), 585, 513, None),
    ]
    digests = [render.digest for render in wishes]
    assert len(set(digests)) == len(digests)
    assert THUMBNAIL.digest == fitted(PAGE, 9999, 513, None).digest


async def test_a_render_is_made_once_and_then_read_from_the_cache(
    core: FakeCore, renders: Renders
) -> None:
    first = await renders.read(THUMBNAIL)
    assert await renders.read(THUMBNAIL) == first
    assert core.pages.rendered == [(363, 513, ImageType.JPEG)]


async def test_who_asks_while_it_is_being_made_waits_for_the_same(
    core: FakeCore, renders: Renders
) -> None:
    core.pages.rendering.shut()
    asking = [asyncio.create_task(renders.read(THUMBNAIL)) for _ in range(3)]
    await core.pages.rendering.reached()
    await idle()
    core.pages.rendering.open()
    assert len(set(await asyncio.gather(*asking))) == 1
    assert len(core.pages.rendered) == 1


async def test_one_who_goes_away_does_not_stop_it_for_the_others(
    core: FakeCore, renders: Renders
) -> None:
    core.pages.rendering.shut()
    first, second = (asyncio.create_task(renders.read(THUMBNAIL)) for _ in range(2))
    await core.pages.rendering.reached()
    await idle()
    first.cancel()
    core.pages.rendering.open()
    assert await second
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_failed_render_is_told_to_all_and_tried_again(
    core: FakeCore, renders: Renders, tmp_path: Path
) -> None:
    core.pages.rendering.fault = DamagedImage()
    results = await asyncio.gather(
        *(renders.read(THUMBNAIL) for _ in range(2)), return_exceptions=True
    )
    assert all(isinstance(result, DamagedImage) for result in results)
    core.pages.rendering.fault = None
    assert await renders.read(THUMBNAIL)
    assert len(core.pages.rendered) == 2
    assert list(tmp_path.iterdir()) == []


async def test_what_was_rendered_of_a_page_goes_with_it(core: FakeCore) -> None:
    other = fitted(replace(PAGE, id=PageId("p2")), 585, 513, None)
    for render in (THUMBNAIL, fitted(PAGE, 100, 100, None), other):
        await core.renders.read(render)
    await core.renders.forget(PAGE.id)
    assert list(core.cache.kept) == [other.digest]


async def test_a_render_that_is_made_while_its_page_goes_is_not_kept(core: FakeCore) -> None:
    core.pages.rendering.shut()
    asking = asyncio.create_task(core.renders.read(THUMBNAIL))
    await core.pages.rendering.reached()
    await core.renders.forget(PAGE.id)
    core.pages.rendering.open()
    with pytest.raises(NotFound):
        await asking
    assert core.cache.kept == {}


async def test_a_render_that_is_being_kept_while_its_page_goes_is_dropped_again(
    core: FakeCore,
) -> None:
    core.cache.keeping.shut()
    asking = asyncio.create_task(core.renders.read(THUMBNAIL))
    await core.cache.keeping.reached()
    await core.renders.forget(PAGE.id)
    core.cache.keeping.open()
    assert await asking
    assert core.cache.kept == {}


async def test_nothing_is_made_of_a_page_that_is_gone(core: FakeCore) -> None:
    await core.renders.forget(PAGE.id)
    with pytest.raises(NotFound):
        await core.renders.read(THUMBNAIL)
    assert core.pages.rendered == []


async def test_only_so_many_pages_that_are_gone_are_remembered(
    core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renders_module, "REMEMBERED", 2)
    for name in ("p1", "p2", "p3"):
        await core.renders.forget(PageId(name))
    assert await core.renders.read(THUMBNAIL)


def test_a_digest_tells_the_applied_edits() -> None:
    edited = replace(PAGE, edits=(Rotate(180),))
    digests = [fitted(page, 585, 513, None).digest for page in (PAGE, edited)]
    assert len(set(digests)) == 2
    assert fitted(replace(edited, undone=1), 585, 513, None).digest == digests[0]


async def test_closing_waits_for_what_is_being_made(core: FakeCore) -> None:
    core.pages.rendering.shut()
    asking = asyncio.create_task(core.renders.read(THUMBNAIL))
    await core.pages.rendering.reached()
    closing = asyncio.create_task(core.renders.close())
    await idle()
    assert not closing.done()
    core.pages.rendering.open()
    await closing
    assert await asking


@pytest.mark.parametrize(
    ("count", "image_type"),
    [(1, ImageType.JPEG), (1, ImageType.BMP), (1, ImageType.PDF), (3, ImageType.TIFF)],
)
async def test_pages_become_one_file_that_is_gone_after_the_block(
    core: FakeCore, count: int, image_type: ImageType
) -> None:
    async with core.renders.export([PAGE] * count, image_type, ExportOptions()) as file:
        path = Path(file.name)
        assert await asyncio.to_thread(path.exists)
    assert not await asyncio.to_thread(path.exists)
    assert file.closed
    assert core.pages.exported == [(count, image_type, ExportOptions())]


@pytest.mark.parametrize(
    ("count", "image_type"),
    [(0, ImageType.PDF), (0, ImageType.JPEG), (2, ImageType.JPEG), (2, ImageType.PNG)],
)
async def test_only_some_types_hold_several_pages_and_nothing_holds_none(
    core: FakeCore, count: int, image_type: ImageType
) -> None:
    with pytest.raises(InvalidParameter, match="tiff, pdf one or more"):
        async with core.renders.export([PAGE] * count, image_type, ExportOptions()):
            raise AssertionError("not reached")
    assert core.pages.exported == []


async def test_an_export_that_is_called_off_while_its_file_is_opened_closes_it(
    core: FakeCore,
) -> None:
    core.cache.opening = threading.Barrier(2)

    async def export() -> None:
        async with core.renders.export([PAGE], ImageType.PDF, ExportOptions()):
            pass

    exporting = asyncio.create_task(export())
    while core.cache.opening.n_waiting == 0:
        await asyncio.sleep(0)
    exporting.cancel()
    await asyncio.to_thread(core.cache.opening.wait, 5)
    await asyncio.wait({exporting})
    assert exporting.cancelled()
    assert [file.closed for file in core.cache.files] == [True]


async def test_a_failed_export_leaves_no_file(core: FakeCore, tmp_path: Path) -> None:
    core.pages.exporting.fault = DamagedImage()
    with pytest.raises(DamagedImage):
        async with core.renders.export([PAGE], ImageType.PDF, ExportOptions()):
            raise AssertionError("not reached")
    assert list(tmp_path.iterdir()) == []
