"""Spooled: spool files with pages that a test has made up."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sheetfed.core import spoolfile
from sheetfed.core.model import DocumentId, JobId, Owner, PageId, PageTicket
from sheetfed.core.spoolfile import HEADER_BYTES, Channel, Frame, Layout

Rows = NDArray[np.uint8]


def ticket(
    page: str = "p1", *, job: str = "j1", sequence: int = 0, created: float = 1.0
) -> PageTicket:
    owner = Owner(1000, "https://app.example.org")
    return PageTicket(PageId(page), JobId(job), sequence, DocumentId("d1"), owner, None, created)


def write_spool(
    path: Path,
    frames: Sequence[tuple[Channel, Rows]],
    *,
    width_px: int,
    depth: int = 8,
    dpi: tuple[float, float] = (300.0, 300.0),
    surplus: bytes = b"",
) -> Path:
    """A complete spool of these frames, each an array of (lines, bytes of a line)."""
    offset, described, data = HEADER_BYTES, [], b""
    for channel, rows in frames:
        lines, bytes_per_line = rows.shape
        described.append(Frame(channel, offset, width_px, lines, bytes_per_line, depth))
        data += rows.tobytes()
        offset += rows.size
    trailer = spoolfile.trailer(Layout(tuple(described), *dpi))
    path.write_bytes(spoolfile.header(ticket()) + data + surplus + trailer)
    return path


def color_pattern(width_px: int, height_px: int) -> NDArray[np.uint8]:
    """Ramps of red to the right, of green downwards; blue squares. Shape (height, width, 3)."""
    x, y = np.arange(width_px), np.arange(height_px)
    pixels = np.empty((height_px, width_px, 3), dtype=np.uint8)
    pixels[:, :, 0] = (x * 255 // width_px).astype(np.uint8)
    pixels[:, :, 1] = (y * 255 // height_px).astype(np.uint8)[:, np.newaxis]
    pixels[:, :, 2] = ((x // 80)[np.newaxis] + (y // 80)[:, np.newaxis]) % 2 * 128
    return pixels


def write_color_page(
    path: Path, *, width_px: int = 850, height_px: int = 1100, dpi: float = 100.0
) -> Path:
    pixels = color_pattern(width_px, height_px).reshape(height_px, -1)
    return write_spool(path, [(Channel.RGB, pixels)], width_px=width_px, dpi=(dpi, dpi))


def write_bw_page(
    path: Path, *, width_px: int = 850, height_px: int = 1100, dpi: float = 100.0
) -> Path:
    """A black frame on white."""
    black = np.zeros((height_px, width_px), dtype=bool)
    black[20:40] = black[-40:-20] = True
    black[:, 20:40] = black[:, -40:-20] = True
    rows = np.packbits(black, axis=1)
    return write_spool(path, [(Channel.GRAY, rows)], width_px=width_px, depth=1, dpi=(dpi, dpi))


def sparse_page(path: Path, *, width_px: int, height_px: int) -> Path:
    """A black page in colour that takes no room on the disk, however large it is."""
    bytes_per_line = width_px * 3
    frame = Frame(Channel.RGB, HEADER_BYTES, width_px, height_px, bytes_per_line, 8)
    with path.open("wb") as file:
        file.write(spoolfile.header(ticket()))
        file.seek(height_px * bytes_per_line, os.SEEK_CUR)
        file.write(spoolfile.trailer(Layout((frame,), 1200.0, 1200.0)))
    return path
