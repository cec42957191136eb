"""Renders: a page at a wished size and type, made once and kept for the next who asks."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

from sheetfed.core.edited import shown
from sheetfed.core.errors import InvalidParameter, NotFound
from sheetfed.core.exportroom import ExportRoom
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.meter import NO_METER, Meter, Step
from sheetfed.core.model import Mode, Page, PageId
from sheetfed.core.ports import Blobs, PageFiles, Pages, RenderCache
from sheetfed.core.surely import surely

REMEMBERED: Final = 10_000
"""Pages that went last; nothing of them is made any more, whoever still asks."""

"""For those whose number is limited in other ways."""

_RECIPE = "3"
"""Part of every digest; to be raised when the same request would give other bytes."""


@dataclass(frozen=True, slots=True)
class Render:
    """What is to be made of a page; `digest` names the result."""

    page: Page
    width_px: int
    height_px: int
    image_type: ImageType

    @property
    def digest(self) -> str:
        """Begins as those of all renders of the page do."""
        words = (
            f"{_RECIPE} {self.page.id} {self.width_px}x{self.height_px} {self.image_type}"
            f" {self.page.applied}"
        )
        return prefix(self.page.id) + hashlib.sha256(words.encode()).hexdigest()[:40]


def prefix(page: PageId) -> str:
    """What the digests of a page's renders begin with; it does not tell the page's id."""
    return hashlib.sha256(page.encode()).hexdigest()[:16]


def fitted(
    page: Page, width_px: int | None, height_px: int | None, image_type: ImageType | None
) -> Render:
    """The page fitted inside this box, aspect kept, never enlarged; None: as large as it is.

    Without a type: JPEG for colour and gray scaled down, PNG at full size and for black and white.
    """
    image = shown(page)
    scale = min(
        1.0,
        (width_px or image.width_px) / image.width_px,
        (height_px or image.height_px) / image.height_px,
    )
    if image_type is None:
        is_photo = scale < 1.0 and image.mode is not Mode.BW
        image_type = ImageType.JPEG if is_photo else ImageType.PNG
    if not image_type.is_shown:
        allowed = ", ".join(kind for kind in ImageType if kind.is_shown)
        raise InvalidParameter(
            f"type: allowed is {allowed}", details={"name": "type", "allowed": allowed}
        )
    return Render(
        page=page,
        width_px=max(1, round(image.width_px * scale)),
        height_px=max(1, round(image.height_px * scale)),
        image_type=image_type,
    )


def require_exportable(pages: Sequence[Page], image_type: ImageType) -> None:
    """Raises InvalidParameter for more pages, or fewer, than a file of this type can hold."""
    if len(pages) != 1 and not (image_type.holds_many and pages):
        allowed = ", ".join(kind for kind in ImageType if kind.holds_many)
        raise InvalidParameter(
            f"{image_type} holds exactly one page; {allowed} one or more",
            details={"name": "type", "allowed": allowed},
        )


def _size_of(file: BinaryIO) -> int:
    """In bytes; it stands at its beginning then."""
    size_bytes = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size_bytes


class Renders:
    """Requests for the same render at the same time do the work once."""

    def __init__(
        self, *, imaging: Pages, blobs: Blobs, cache: RenderCache, meter: Meter = NO_METER
    ) -> None:
        self._imaging = imaging
        self._blobs = blobs
        self._cache = cache
        self._meter = meter
        self._room = ExportRoom()
        self._making: dict[str, asyncio.Task[bytes]] = {}
        self._gone: dict[PageId, None] = {}

    async def read(self, render: Render) -> bytes:
        """The render's bytes. Raises DamagedImage, or NotFound when the page is gone."""
        cached = await self._cache.read(render.digest)
        if cached is not None:
            return cached
        task = self._making.get(render.digest)
        if task is None:
            task = self._making[render.digest] = asyncio.create_task(self._make(render))
            task.add_done_callback(lambda _: self._making.pop(render.digest, None))
        return await asyncio.shield(task)

    @asynccontextmanager
    async def export(
        self,
        pages: Sequence[Page],
        image_type: ImageType,
        options: ExportOptions,
        *,
        is_limited: bool = True,
    ) -> AsyncIterator[BinaryIO]:
        """The pages as one file, open for the length of the block; reading it blocks.

        `is_limited`: raises TooMany when other files of this user's are open and take much room.
        """
        require_exportable(pages, image_type)
        if is_limited:
            self._room.require()
        async with self._cache.target() as target:
            with self._meter.timed(Step.EXPORTING):
                await self._imaging.export(
                    pages=[self.files(page) for page in pages],
                    image_type=image_type,
                    options=options,
                    target=target,
                )
            opened: list[BinaryIO] = []
            try:
                await surely(asyncio.to_thread(lambda: opened.append(self._cache.opened(target))))
                with ExitStack() as room:
                    if is_limited:
                        size_bytes = await asyncio.to_thread(_size_of, opened[0])
                        room.enter_context(self._room.taken(size_bytes))
                    yield opened[0]
            finally:
                for file in opened:
                    await asyncio.shield(asyncio.to_thread(file.close))

    def expect(self, page: PageId) -> None:
        """It is there, also one that went and has come back."""
        self._gone.pop(page, None)

    async def forget(self, page: PageId) -> None:
        """Remove what was rendered of a page that is gone; what is being made is not kept."""
        self._gone[page] = None
        if len(self._gone) > REMEMBERED:
            del self._gone[next(iter(self._gone))]
        await self._cache.drop(prefix(page))

    def files(self, page: Page) -> PageFiles:
        """The page for image work."""
        return PageFiles(self._blobs.master(page.id), self._blobs.preview(page.id), page.applied)

    async def close(self) -> None:
        """Wait for what is being made."""
        if self._making:
            await asyncio.wait(self._making.values())

    async def _make(self, render: Render) -> bytes:
        self._require_present(render.page.id)
        async with self._cache.target() as target:
            with self._meter.timed(Step.RENDERING):
                await self._imaging.render(
                    page=self.files(render.page),
                    width_px=render.width_px,
                    height_px=render.height_px,
                    image_type=render.image_type,
                    target=target,
                )
            self._require_present(render.page.id)
            data = await self._cache.keep(render.digest, target)
        if render.page.id in self._gone:
            await self._cache.drop(prefix(render.page.id))
        return data

    def _require_present(self, page: PageId) -> None:
        if page in self._gone:
            raise NotFound("the page was removed")
