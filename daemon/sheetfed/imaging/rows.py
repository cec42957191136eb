"""Rows: the one form in which pixels travel between the modules of this room.

A strip is an array of bytes of shape (rows, bytes of a row). A row's samples are packed without
padding: 8-bit as they are, colour interleaved as red, green, blue; 16-bit little-endian; 1-bit
most significant first, where 1 is black and the last byte is filled up with zeros.
"""

from math import lcm

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from sheetfed.core.model import Image, Mode

Strip = NDArray[np.uint8]

_STRIP_BYTES = 1024 * 1024
_STRIP_STEP = 16
_STRIP_MOST = 1024


def samples_per_pixel(image: Image) -> int:
    return image.mode.samples


def row_bytes(image: Image) -> int:
    return (image.width_px * image.bits_per_pixel + 7) // 8


def strip_rows(image: Image, multiple_of: int = 1) -> int:
    """Rows of a strip: about a mebibyte of samples, whole JPEG blocks, a multiple as asked."""
    step = lcm(_STRIP_STEP, multiple_of)
    samples_bytes = image.width_px * samples_per_pixel(image) * max(1, image.depth // 8)
    return max(min(_STRIP_BYTES // samples_bytes, _STRIP_MOST) // step, 1) * step


def picture(strip: Strip, image: Image) -> Pillow.Image:
    """The strip with 8 bits a sample: RGB, or L where 0 is black. 16 bits lose the lower half."""
    if image.depth == 1:
        return bilevel(strip, image).convert("L")
    if image.depth == 16:
        strip = strip[:, 1::2]
    mode = "RGB" if image.mode is Mode.COLOR else "L"
    size = (image.width_px, len(strip))
    return Pillow.frombuffer(mode, size, np.ascontiguousarray(strip), "raw", mode, 0, 1)


def bilevel(strip: Strip, image: Image) -> Pillow.Image:
    """The strip of a 1-bit page in Pillow's mode 1, where 0 is black."""
    size = (image.width_px, len(strip))
    return Pillow.frombuffer("1", size, np.ascontiguousarray(strip), "raw", "1;I", 0, 1)
