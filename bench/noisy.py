"""Noisy: a generated A4 page in color at 300 dpi, with text and a scanner's noise."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fakes.spooled import write_spool
from sheetfed.core.ports import PageFiles
from sheetfed.core.spoolfile import Channel
from sheetfed.imaging.pool import ImagingPool

DPI = 300.0
WIDTH_PX, HEIGHT_PX = 2480, 3508
_FONT = "DejaVuSerif.ttf"
_LINE = "The number of the letter, its date and the amount are on the sheet enclosed. "


def pixels() -> NDArray[np.uint8]:
    """Shape (height, width, 3)."""
    page = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (244, 242, 236))
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(_FONT, 46)
    for number, top in enumerate(range(260, HEIGHT_PX - 260, 76)):
        draw.text((220, top), _LINE[number % 20 :] + _LINE[:20], (40, 40, 60), font)
    draw.ellipse((1700, 2700, 2200, 3200), (180, 60, 70))
    noise = np.random.default_rng(1).normal(0, 3, (HEIGHT_PX, WIDTH_PX, 3))
    return np.clip(np.asarray(page) + noise, 0, 255).astype(np.uint8)


def spool(path: Path) -> Path:
    rows = pixels().reshape(HEIGHT_PX, -1)
    return write_spool(path, [(Channel.RGB, rows)], width_px=WIDTH_PX, dpi=(DPI, DPI))


@asynccontextmanager
async def taken_in(folder: Path) -> AsyncIterator[tuple[ImagingPool, Path, PageFiles]]:
    """A worker for each processor, the page's spool, and its files, made of it."""
    made = await asyncio.to_thread(spool, folder / "spool")
    page = PageFiles(folder / "master", folder / "preview")
    pool = ImagingPool(workers=os.cpu_count() or 1)
    await pool.start()
    try:
        await pool.ingest(made, page.master, page.preview)
        yield pool, made, page
    finally:
        await pool.close()
