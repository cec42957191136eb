"""Deep: files in colour with 16 bits a sample, which Pillow does not write."""

import struct
import zlib
from itertools import pairwise

import numpy as np


def png(pixels: np.ndarray, *chunks: bytes) -> bytes:
    """RGB or RGBA with 16 bits; each row but the first by the filter Up."""
    height_px, width_px, samples = pixels.shape
    rows = np.frombuffer(pixels.astype(">u2").tobytes(), np.uint8).reshape(height_px, -1)
    lines = b"\0" + rows[0].tobytes()
    for above, row in pairwise(rows):
        lines += b"\x02" + (row - above).tobytes()
    color = 6 if samples == 4 else 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width_px, height_px, 16, color, 0, 0, 0))
        + b"".join(chunks)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def tiff(pixels: np.ndarray, orientation: int = 1) -> bytes:
    """RGB with 16 bits in one strip that is not compressed."""
    height_px, width_px, samples = pixels.shape
    data = pixels.astype("<u2").tobytes()
    fields = [
        *((256, 4, 1, width_px), (257, 4, 1, height_px), (258, 3, 3, 0), (259, 3, 1, 1)),
        *((262, 3, 1, 2), (273, 4, 1, 0), (274, 3, 1, orientation), (277, 3, 1, samples)),
        *((278, 4, 1, height_px), (279, 4, 1, len(data))),
    ]
    bits_at = 8 + 2 + 12 * len(fields) + 4
    places = {258: bits_at, 273: bits_at + 6}
    entries = b"".join(
        struct.pack("<HHII", tag, kind, count, places.get(tag, value))
        for tag, kind, count, value in fields
    )
    head = b"II*\0" + struct.pack("<IH", 8, len(fields))
    return head + entries + bytes(4) + struct.pack("<3H", 16, 16, 16) + data
