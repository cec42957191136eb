"""Pixels: a spool file's bytes, as the driver gave them, become rows."""

import os
import sys
from collections.abc import Iterator
from io import BufferedReader

import numpy as np

from sheetfed.core import spoolfile
from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Image, Mode
from sheetfed.core.spoolfile import Channel, Frame, Layout
from sheetfed.imaging.rows import Strip

_PARTS = (Channel.RED, Channel.GREEN, Channel.BLUE)


class SpooledPage:
    """A completely read page. Raises DamagedImage when its layout and its bytes disagree."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        layout, end = _layout(file)
        self._frames = _in_order(layout.frames)
        _require_fit(layout.frames, end)
        first = self._frames[0]
        is_color = first.channel is not Channel.GRAY
        self.image = Image(
            width_px=first.width_px,
            height_px=first.lines,
            mode=Mode.COLOR if is_color else Mode.BW if first.depth == 1 else Mode.GRAY,
            depth=8 if is_color and first.depth == 1 else first.depth,
            x_dpi=layout.x_dpi,
            y_dpi=layout.y_dpi,
        )

    def strips(self, rows: int) -> Iterator[Strip]:
        """All rows from the top, `rows` at a time; a strip is good until the next is taken."""
        buffers = [np.empty((rows, frame.bytes_per_line), dtype=np.uint8) for frame in self._frames]
        for top in range(0, self.image.height_px, rows):
            count = min(rows, self.image.height_px - top)
            strips = [
                _samples(self._read(frame, top, buffer[:count]), frame)
                for frame, buffer in zip(self._frames, buffers, strict=True)
            ]
            yield strips[0] if len(strips) == 1 else _interleaved(strips, self.image.depth)

    def _read(self, frame: Frame, top: int, buffer: Strip) -> Strip:
        self._file.seek(frame.offset + top * frame.bytes_per_line)
        if self._file.readinto(buffer.data) != buffer.nbytes:
            raise DamagedImage("a spool file is shorter than it was")
        return buffer


def _layout(file: BufferedReader) -> tuple[Layout, int]:
    """The layout, and where the pixels end."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - spoolfile.SEAL_BYTES))
    trailer_bytes = spoolfile.trailer_size(file.read())
    if trailer_bytes is None or trailer_bytes > size - spoolfile.HEADER_BYTES:
        raise DamagedImage("a spool file is incomplete")
    end = size - trailer_bytes
    file.seek(end)
    return spoolfile.read_trailer(file.read()), end


def _in_order(frames: tuple[Frame, ...]) -> list[Frame]:
    """One frame of all samples, or the red, the green and the blue one."""
    by_channel = {frame.channel: frame for frame in frames}
    if len(frames) == 1 and frames[0].channel in (Channel.GRAY, Channel.RGB):
        return list(frames)
    if len(frames) == 3 and set(by_channel) == set(_PARTS):
        return [by_channel[channel] for channel in _PARTS]
    raise DamagedImage("the frames of a page do not make a picture")


def _require_fit(frames: tuple[Frame, ...], end: int) -> None:
    """The frames lie one after the other and leave nothing over."""
    first, *others = frames
    same = (first.width_px, first.lines, first.depth)
    if any((frame.width_px, frame.lines, frame.depth) != same for frame in others):
        raise DamagedImage("the frames of a page differ in size")
    if first.depth not in (1, 8, 16) or first.width_px < 1 or first.lines < 1:
        raise DamagedImage("a page has a size or depth that no picture has")
    offset = spoolfile.HEADER_BYTES
    for frame in sorted(frames, key=lambda frame: frame.offset):
        if frame.offset != offset or frame.bytes_per_line < _frame_row_bytes(frame):
            raise DamagedImage("the frames of a page do not fit its bytes")
        offset += frame.lines * frame.bytes_per_line
    if offset != end:
        raise DamagedImage("a page has more or fewer bytes than its frames")


def _frame_row_bytes(frame: Frame) -> int:
    samples = 3 if frame.channel is Channel.RGB else 1
    if frame.depth == 1:
        return (frame.width_px + 7) // 8 * samples
    return frame.width_px * samples * frame.depth // 8


def _samples(strip: Strip, frame: Frame) -> Strip:
    """The frame's rows without padding, in the byte order and depth that rows have."""
    strip = strip[:, : _frame_row_bytes(frame)]
    if frame.depth == 16:
        return _little_endian(strip)
    if frame.depth == 1:
        return _bits(strip, frame)
    return strip


def _little_endian(strip: Strip) -> Strip:
    if sys.byteorder == "little":
        return strip
    return np.ascontiguousarray(strip).view(np.uint16).byteswap().view(np.uint8)


def _bits(strip: Strip, frame: Frame) -> Strip:
    """Gray stays packed, with what follows the last pixel cleared; colour gets 8 bits.

    Of a colour frame's samples 1 is the brightest, and RGB comes in turns of a byte of eight
    red, eight green and eight blue samples (SANE 1.0 §3.2.1).
    """
    if frame.channel is Channel.GRAY:
        surplus = -frame.width_px % 8
        if surplus:
            strip[:, -1] &= 0xFF << surplus & 0xFF
        return strip
    samples = 3 if frame.channel is Channel.RGB else 1
    turns = strip.reshape(len(strip), -1, samples).transpose(0, 2, 1)
    bits = np.unpackbits(turns, axis=2)[:, :, : frame.width_px]
    return np.ascontiguousarray(bits.transpose(0, 2, 1)).reshape(len(strip), -1) * np.uint8(255)


def _interleaved(channels: list[Strip], depth: int) -> Strip:
    width_bytes = depth // 8
    rows = len(channels[0])
    pixels = np.stack([strip.reshape(rows, -1, width_bytes) for strip in channels], axis=2)
    return pixels.reshape(rows, -1)
