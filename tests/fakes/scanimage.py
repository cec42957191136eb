"""scanimage on the virtual scanner: SANE's own program as the reference."""

import asyncio
import os
import re
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from fakes.patterns import Pixels
from sheetfed.devices.driver import VIRTUAL_CONFIG_DIR

_PATIENCE_S = 6
_PNG_DEPTH_AT = 24


@dataclass(frozen=True, slots=True)
class Pnm:
    width_px: int
    height_px: int
    rows: bytes


async def scanimage(
    *arguments: str, device: str = "test:0", config_dir: Path = VIRTUAL_CONFIG_DIR
) -> bytes:
    """What it writes; the test backend hangs now and then, so there is one more attempt."""
    command = ("scanimage", f"--device-name={device}", *arguments)
    return await asyncio.to_thread(_run, command, config_dir)


def _run(command: tuple[str, ...], config_dir: Path) -> bytes:
    environment = {**os.environ, "SANE_CONFIG_DIR": str(config_dir), "LC_ALL": "C.UTF-8"}
    for _ in range(2):
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, timeout=_PATIENCE_S, check=True
            )
        except subprocess.TimeoutExpired:
            continue
        return done.stdout
    raise TimeoutError("scanimage hung twice")


def parse_pnm(data: bytes) -> Pnm:
    head = re.match(rb"(P[456])\n(?:#[^\n]*\n)*(\d+) (\d+)\n", data)
    assert head is not None
    start = head.end()
    if head[1] != b"P4":
        start = data.index(b"\n", start) + 1
    return Pnm(int(head[2]), int(head[3]), data[start:])


def pixels_of(data: bytes) -> Pixels:
    """A PNG's or a PNM's samples in the form of `fakes.patterns`."""
    return _of_pnm(data) if data.startswith(b"P") else _of_png(data)


def _of_pnm(data: bytes) -> Pixels:
    pnm = parse_pnm(data)
    if data.startswith(b"P4"):
        rows = np.frombuffer(pnm.rows, np.uint8).reshape(pnm.height_px, -1)
        return np.unpackbits(rows, axis=1)[:, : pnm.width_px].astype(bool)
    shape = (pnm.height_px, pnm.width_px, 3)[: 3 if data.startswith(b"P6") else 2]
    sample_bytes = len(pnm.rows) // int(np.prod(shape))
    return np.frombuffer(pnm.rows, f">u{sample_bytes}").astype(f"u{sample_bytes}").reshape(shape)


def _of_png(data: bytes) -> Pixels:
    with Image.open(BytesIO(data)) as picture:
        if picture.mode == "1":
            return ~np.asarray(picture)
        if picture.mode == "RGB" and data[_PNG_DEPTH_AT] == 16:
            return _of_deep_png(data)
        return np.asarray(picture)


def _of_deep_png(data: bytes) -> Pixels:
    """Pillow gives half of each 16-bit sample at a time."""
    with Image.open(BytesIO(data)) as upper:
        pixels = np.asarray(upper).astype(np.uint16) << 8
    with Image.open(BytesIO(data)) as lower:
        # Most significant first, read as if least were first.
        lower.tile = [(*lower.tile[0][:3], "RGB;16L")]
        return pixels | np.asarray(lower)
