"""Pool: image work done by a few worker processes, the most urgent first."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from itertools import count
from pathlib import Path
from typing import Any

from sheetfed.core.barcodes import Barcode, BarcodeFormat
from sheetfed.core.edits import Crop
from sheetfed.core.errors import InternalError, InvalidParameter, ScanError, ShuttingDown
from sheetfed.core.exports import ExportOptions
from sheetfed.core.model import Image, ImageType, Mode
from sheetfed.core.ports import PageFiles
from sheetfed.imaging import orders
from sheetfed.imaging.binding import bind
from sheetfed.imaging.files import part
from sheetfed.imaging.lane import Lane
from sheetfed.imaging.orders import Task, Words
from sheetfed.imaging.together import together

log = logging.getLogger(__name__)


class Urgency(IntEnum):
    """A scan waits for nobody, a person who looks at a page not for exports."""

    SCAN = 0
    LOOK = 1
    EXPORT = 2


@dataclass(order=True, slots=True)
class _Waiting:
    urgency: Urgency
    number: int
    task: Task = field(compare=False)
    words: Words = field(compare=False)
    done: asyncio.Future[dict[str, Any]] = field(compare=False)
    is_begun: bool = field(default=False, compare=False)


class ImagingPool:
    """Implements the ports Pages and Measures; work ends within `deadline_s` of its begin."""

    def __init__(self, *, workers: int, deadline_s: float = 60.0) -> None:
        self._lanes = [Lane(deadline_s=deadline_s) for _ in range(workers)]
        self._queue: asyncio.PriorityQueue[_Waiting] = asyncio.PriorityQueue()
        self._numbers = count()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closed = False

    async def start(self) -> None:
        """Returns when all workers are ready. Raises InternalError when they cannot be started."""
        try:
            await together(lane.ready() for lane in self._lanes)
        except BaseException:
            await self.close()
            raise
        self._tasks = [asyncio.create_task(self._serve(lane)) for lane in self._lanes]

    async def close(self) -> None:
        """End all workers, at once; what still waits for them fails with ShuttingDown."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while not self._queue.empty():
            _settle(self._queue.get_nowait(), ShuttingDown())
        await asyncio.gather(*(lane.close() for lane in self._lanes))

    async def ingest(self, spool: Path, master: Path, preview: Path) -> Image:
        words = {"spool": str(spool), "master": str(master), "preview": str(preview)}
        made = await self._do(Urgency.SCAN, Task.INGEST, words, (master, preview))
        return Image(**made | {"mode": Mode(made["mode"])})

    async def count(self, source: Path) -> int:
        made = await self._do(Urgency.LOOK, Task.COUNT, {"source": str(source)}, ())
        return int(made["pages"])

    async def load(self, *, source: Path, number: int, master: Path, preview: Path) -> Image:
        words = {
            "source": str(source),
            "number": number,
            "master": str(master),
            "preview": str(preview),
        }
        made = await self._do(Urgency.LOOK, Task.LOAD, words, (master, preview))
        return Image(**made | {"mode": Mode(made["mode"])})

    async def render(
        self,
        *,
        page: PageFiles,
        width_px: int,
        height_px: int,
        image_type: ImageType,
        target: Path,
    ) -> None:
        """Raises InvalidParameter when browsers do not show it, or it has no pixel."""
        if not image_type.is_shown or min(width_px, height_px) < 1:
            raise InvalidParameter("a render is a picture of at least one pixel")
        words = {
            "page": orders.page_words(page),
            "width_px": width_px,
            "height_px": height_px,
            "image_type": image_type,
            "target": str(target),
        }
        await self._do(Urgency.LOOK, Task.RENDER, words, (target,))

    async def export(
        self,
        *,
        pages: Sequence[PageFiles],
        image_type: ImageType,
        options: ExportOptions,
        target: Path,
    ) -> None:
        """Raises InvalidParameter for no page, many pages as one image, or a wrong quality."""
        if not pages or (len(pages) > 1 and not image_type.holds_many):
            raise InvalidParameter("a file of this type takes exactly one page")
        if not 1 <= options.quality <= 100:
            raise InvalidParameter("quality is 1 to 100", details={"name": "quality"})
        common = {"image_type": image_type, "options": asdict(options)}

        async def encode(page: PageFiles, place: Path) -> None:
            words = {**common, "page": orders.page_words(page), "target": str(place)}
            await self._do(Urgency.EXPORT, Task.EXPORT, words, (place,))

        async def join(parts: Sequence[Path], place: Path) -> None:
            words = {**common, "parts": [str(path) for path in parts], "target": str(place)}
            await self._do(Urgency.EXPORT, Task.JOIN, words, (place,))

        is_whole = image_type is not ImageType.PDF or not options.is_about_whole
        if len(pages) == 1 and is_whole:
            await encode(pages[0], target)
        else:
            await bind(pages, target, encode=encode, join=join)

    async def skew(self, page: PageFiles) -> float:
        made = await self._do(Urgency.LOOK, Task.SKEW, {"page": orders.page_words(page)}, ())
        return float(made["degrees"])

    async def paper(self, page: PageFiles) -> Crop | None:
        made = await self._do(Urgency.LOOK, Task.PAPER, {"page": orders.page_words(page)}, ())
        return None if made["box"] is None else Crop(**made["box"])

    async def ink(self, page: PageFiles) -> float:
        made = await self._do(Urgency.LOOK, Task.INK, {"page": orders.page_words(page)}, ())
        return float(made["ratio"])

    async def barcodes(
        self, page: PageFiles, formats: Sequence[BarcodeFormat]
    ) -> Sequence[Barcode]:
        words = {"page": orders.page_words(page), "formats": list(formats)}
        made = await self._do(Urgency.LOOK, Task.BARCODES, words, ())
        return [
            Barcode(
                text=code["text"],
                format=BarcodeFormat(code["format"]),
                points=tuple((across, down) for across, down in code["points"]),
            )
            for code in made["barcodes"]
        ]

    async def _do(
        self, urgency: Urgency, task: Task, words: Words, results: Sequence[Path]
    ) -> dict[str, Any]:
        if self._is_closed:
            raise ShuttingDown
        done = asyncio.get_running_loop().create_future()
        waiting = _Waiting(urgency, next(self._numbers), task, words, done)
        self._queue.put_nowait(waiting)
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            await _withdraw(waiting)
            raise
        finally:
            if waiting.is_begun and (done.cancelled() or done.exception()):
                await asyncio.to_thread(_remove_unfinished, results)

    async def _serve(self, lane: Lane) -> None:
        while True:
            with contextlib.suppress(InternalError):
                await lane.ready()
            waiting = await self._queue.get()
            if waiting.done.done():
                continue
            waiting.is_begun = True
            try:
                made = await lane.do(waiting.task, waiting.words)
            except ScanError as error:
                _settle(waiting, error)
            except asyncio.CancelledError:
                await lane.close()
                _settle(waiting, ShuttingDown())
                raise
            except Exception:
                log.exception("%s failed unexpectedly", waiting.task)
                await lane.close()
                _settle(waiting, InternalError())
            else:
                waiting.done.set_result(made)


async def _withdraw(waiting: _Waiting) -> None:
    """Work that has begun is waited for: until then its files are the worker's."""
    if not waiting.is_begun:
        waiting.done.cancel()
    while not waiting.done.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([waiting.done])


def _settle(waiting: _Waiting, error: ScanError) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)


def _remove_unfinished(results: Sequence[Path]) -> None:
    for path in results:
        part(path).unlink(missing_ok=True)
