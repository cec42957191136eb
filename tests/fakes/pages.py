"""FakePages: image work that makes up its pictures, and waits or fails where a test wants."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from fakes.gate import Gate
from sheetfed.core.model import Image, ImageType, Mode

A4_300 = Image(width_px=2480, height_px=3508, mode=Mode.COLOR, depth=8, x_dpi=300.0, y_dpi=300.0)
SIGNATURES = {
    ImageType.JPEG: b"\xff\xd8\xff\xe0",
    ImageType.PNG: b"\x89PNG\r\n\x1a\n",
    ImageType.PDF: b"%PDF-1.4\n",
}


class FakePages:
    """The port Pages. `ingesting[n]` is the gate of the n-th page that is taken in."""

    def __init__(self, image: Image = A4_300) -> None:
        self.image = image
        self.ingesting: defaultdict[int, Gate] = defaultdict(Gate)
        self.rendering = Gate()
        self.exporting = Gate()
        self.ingested: list[Path] = []
        self.rendered: list[tuple[int, int, ImageType]] = []
        self.exported: list[tuple[int, ImageType, int]] = []

    async def ingest(self, spool: Path, master: Path, preview: Path) -> Image:
        number = len(self.ingested)
        self.ingested.append(spool)
        await self.ingesting[number].passed()
        return self.image

    async def render(
        self,
        *,
        master: Path,
        preview: Path,
        width_px: int,
        height_px: int,
        image_type: ImageType,
        target: Path,
    ) -> None:
        self.rendered.append((width_px, height_px, image_type))
        await self.rendering.passed()
        words = f"{master.name} {width_px}x{height_px}"
        await asyncio.to_thread(target.write_bytes, SIGNATURES[image_type] + words.encode())

    async def export(
        self, *, masters: Sequence[Path], image_type: ImageType, quality: int, target: Path
    ) -> None:
        self.exported.append((len(masters), image_type, quality))
        await self.exporting.passed()
        words = " ".join(master.name for master in masters)
        await asyncio.to_thread(target.write_bytes, SIGNATURES[image_type] + words.encode())
