"""Pool: image work on pages, done by worker processes."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from sheetfed.core.barcodes import Barcode, BarcodeFormat
from sheetfed.core.edits import PIXELS_AT_MOST, Crop
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.exports import ExportOptions, require_possible
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import Image, Mode
from sheetfed.core.ports import PageFiles
from sheetfed.core.settings import invalid
from sheetfed.imaging import orders
from sheetfed.imaging.binding import bind
from sheetfed.imaging.crew import Crew, Urgency
from sheetfed.imaging.limits import TEXT_SECONDS
from sheetfed.imaging.orders import Task, Words
from sheetfed.sealed.keyring import CLEAR, Keyring

_JOIN_S_A_PART: Final = 1.0


class ImagingPool:
    """Implements the ports Pages and Measures; work ends within `deadline_s` of its begin.

    Only joining many pages and reading what is written on one may take longer.
    """

    def __init__(
        self,
        *,
        workers: int,
        deadline_s: float = 60.0,
        keyring: Keyring = CLEAR,
        pixels_at_most: int = PIXELS_AT_MOST,
    ) -> None:
        """`keyring`: of the store's files. `pixels_at_most`: of a page that others made."""
        self._pixels_at_most = pixels_at_most
        self._crew = Crew(workers=workers, keyring=keyring)
        self._deadline_s = deadline_s

    async def start(self) -> None:
        """Returns when all workers are ready; work that comes earlier starts them too.

        Raises InternalError when they cannot be started.
        """
        await self._crew.start()

    async def close(self) -> None:
        """End all workers, at once; what still waits for them fails with ShuttingDown."""
        await self._crew.close()

    @property
    def waiting(self) -> int:
        """How much work has not begun."""
        return self._crew.waiting

    async def ingest(self, spool: Path, master: Path, preview: Path) -> Image:
        words = {"spool": str(spool), "master": str(master), "preview": str(preview)}
        return _image(await self._do(Task.INGEST, words, Urgency.SCAN, (master, preview)))

    async def count(self, source: Path) -> int:
        made = await self._do(Task.COUNT, {"source": str(source)})
        return int(made["pages"])

    async def load(self, *, source: Path, number: int, master: Path, preview: Path) -> Image:
        words = {
            "source": str(source),
            "number": number,
            "master": str(master),
            "preview": str(preview),
            "pixels_at_most": self._pixels_at_most,
        }
        return _image(await self._do(Task.LOAD, words, results=(master, preview)))

    async def verify(self, *, master: Path, preview: Path) -> Image:
        words = {"master": str(master), "preview": str(preview)}
        return _image(await self._do(Task.VERIFY, words, Urgency.EXPORT))

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
        await self._do(Task.RENDER, words, results=(target,))

    async def export(
        self,
        *,
        pages: Sequence[PageFiles],
        image_type: ImageType,
        options: ExportOptions,
        target: Path,
    ) -> None:
        """Raises InvalidParameter for no page, many pages as one image, or options that no file
        of this type can be made with."""
        if not pages or (len(pages) > 1 and not image_type.holds_many):
            raise InvalidParameter("a file of this type takes exactly one page")
        require_possible(options)
        is_pdf = image_type is ImageType.PDF
        has_text = is_pdf and bool(options.text_languages)
        if has_text:
            await self._require_languages(options.text_languages)
        common = {"image_type": image_type, "options": asdict(options)}

        async def encode(page: PageFiles, place: Path) -> None:
            words = {**common, "page": orders.page_words(page), "target": str(place)}
            longer_s = TEXT_SECONDS if has_text else 0
            await self._do(Task.EXPORT, words, Urgency.EXPORT, (place,), longer_s=longer_s)

        async def join(parts: Sequence[Path], place: Path) -> None:
            words = {**common, "parts": [str(path) for path in parts], "target": str(place)}
            longer_s = _JOIN_S_A_PART * len(parts)
            await self._do(Task.JOIN, words, Urgency.EXPORT, (place,), longer_s=longer_s)

        if len(pages) == 1 and not (is_pdf and options.is_about_whole):
            await encode(pages[0], target)
        else:
            await bind(pages, target, encode=encode, join=join)

    async def text_languages(self) -> tuple[str, ...]:
        made = await self._do(Task.LANGUAGES, {})
        return tuple(made["languages"])

    async def skew(self, page: PageFiles) -> float:
        made = await self._look(Task.SKEW, page)
        return float(made["degrees"])

    async def orientation(self, page: PageFiles) -> int:
        made = await self._look(Task.ORIENTATION, page)
        return int(made["degrees"])

    async def paper(self, page: PageFiles) -> Crop | None:
        made = await self._look(Task.PAPER, page)
        return None if made["box"] is None else Crop(**made["box"])

    async def ink(self, page: PageFiles) -> float:
        made = await self._look(Task.INK, page)
        return float(made["ratio"])

    async def barcodes(
        self, page: PageFiles, formats: Sequence[BarcodeFormat]
    ) -> Sequence[Barcode]:
        made = await self._look(Task.BARCODES, page, formats=list(formats))
        return [
            Barcode(
                text=code["text"],
                format=BarcodeFormat(code["format"]),
                points=tuple((across, down) for across, down in code["points"]),
            )
            for code in made["barcodes"]
        ]

    async def _require_languages(self, asked: Sequence[str]) -> None:
        known = await self.text_languages()
        if not set(asked) <= set(known):
            raise invalid("languages", ", ".join(known) or "none: tesseract is not installed")

    async def _look(self, task: Task, page: PageFiles, **words: object) -> dict[str, Any]:
        return await self._do(task, {"page": orders.page_words(page), **words})

    async def _do(
        self,
        task: Task,
        words: Words,
        urgency: Urgency = Urgency.LOOK,
        results: Sequence[Path] = (),
        *,
        longer_s: float = 0.0,
    ) -> dict[str, Any]:
        deadline_s = self._deadline_s + longer_s
        return await self._crew.do(
            task, words, urgency=urgency, deadline_s=deadline_s, results=results
        )


def _image(words: dict[str, Any]) -> Image:
    return Image(**words | {"mode": Mode(words["mode"])})
