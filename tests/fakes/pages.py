"""FakePages: image work that makes up its pictures, and waits or fails where a test wants."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from fakes.gate import Gate
from sheetfed.core.barcodes import Barcode, BarcodeFormat
from sheetfed.core.edits import Crop
from sheetfed.core.errors import UnsupportedImage
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import Image, Mode
from sheetfed.core.ports import PageFiles

A4_300 = Image(width_px=2480, height_px=3508, mode=Mode.COLOR, depth=8, x_dpi=300.0, y_dpi=300.0)
SIGNATURES = {
    ImageType.JPEG: b"\xff\xd8\xff\xe0",
    ImageType.PNG: b"\x89PNG\r\n\x1a\n",
    ImageType.BMP: b"BM",
    ImageType.WEBP: b"RIFF",
    ImageType.TIFF: b"II*\0",
    ImageType.PDF: b"%PDF-1.4\n",
}


class FakePages:
    """The ports Pages and Measures. `ingesting[n]` is the gate of the n-th page taken in,
    `loading[n]` that of the n-th page of a file; `measuring` that of every look at a page.

    `inks` and `found` are what is seen on single pages, by their ids.
    """

    def __init__(self, image: Image = A4_300) -> None:
        self.image = image
        self.ingesting: defaultdict[int, Gate] = defaultdict(Gate)
        self.rendering = Gate()
        self.exporting = Gate()
        self.ingested: list[Path] = []
        self.rendered: list[tuple[int, int, ImageType]] = []
        self.exported: list[tuple[int, ImageType, ExportOptions]] = []
        self.loading: defaultdict[int, Gate] = defaultdict(Gate)
        self.measuring = Gate()
        self.measured: list[PageFiles] = []
        self.verifying: defaultdict[Path, Gate] = defaultdict(Gate)
        self.verified: list[Path] = []
        self.sources: dict[bytes, int] = {}
        self.skewed = 0.0
        self.turned = 0
        self.sheet: Crop | None = None
        self.inked = 0.1
        self.codes: list[Barcode] = []
        self.inks: dict[str, float] = {}
        self.found: dict[str, list[Barcode]] = {}

    async def ingest(self, spool: Path, master: Path, preview: Path) -> Image:
        number = len(self.ingested)
        self.ingested.append(spool)
        await self.ingesting[number].passed()
        return self.image

    async def count(self, source: Path) -> int:
        """As `sources` says of the file's bytes; of others nobody knows what they are."""
        content = await asyncio.to_thread(source.read_bytes)
        if content not in self.sources:
            raise UnsupportedImage
        return self.sources[content]

    async def load(self, *, source: Path, number: int, master: Path, preview: Path) -> Image:
        await self.loading[number].passed()
        return self.image

    async def verify(self, *, master: Path, preview: Path) -> Image:
        self.verified.append(master)
        await self.verifying[master].passed()
        return self.image

    async def skew(self, page: PageFiles) -> float:
        await self._look(page)
        return self.skewed

    async def orientation(self, page: PageFiles) -> int:
        await self._look(page)
        return self.turned

    async def paper(self, page: PageFiles) -> Crop | None:
        await self._look(page)
        return self.sheet

    async def ink(self, page: PageFiles) -> float:
        await self._look(page)
        return self.inks.get(page.master.stem, self.inked)

    async def barcodes(
        self, page: PageFiles, formats: Sequence[BarcodeFormat]
    ) -> Sequence[Barcode]:
        await self._look(page)
        codes = self.found.get(page.master.stem, self.codes)
        return [code for code in codes if not formats or code.format in formats]

    async def _look(self, page: PageFiles) -> None:
        self.measured.append(page)
        await self.measuring.passed()

    async def render(
        self,
        *,
        page: PageFiles,
        width_px: int,
        height_px: int,
        image_type: ImageType,
        target: Path,
    ) -> None:
        self.rendered.append((width_px, height_px, image_type))
        await self.rendering.passed()
        words = f"{page.master.name} {width_px}x{height_px} {page.edits or ''}"
        await asyncio.to_thread(target.write_bytes, SIGNATURES[image_type] + words.encode())

    async def export(
        self,
        *,
        pages: Sequence[PageFiles],
        image_type: ImageType,
        options: ExportOptions,
        target: Path,
    ) -> None:
        self.exported.append((len(pages), image_type, options))
        await self.exporting.passed()
        words = " ".join(page.master.name for page in pages)
        await asyncio.to_thread(target.write_bytes, SIGNATURES[image_type] + words.encode())
