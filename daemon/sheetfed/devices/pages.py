"""Pages: reads one page's pixels from an open device straight into a spool file."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from sheetfed.core.errors import ErrorCode
from sheetfed.core.spoolfile import HEADER_BYTES, Channel, Frame, Layout, trailer
from sheetfed.devices import libsane, patience, spooling, threads
from sheetfed.devices.statuses import (
    CUT_OFF,
    ENDLESS,
    MISCOUNTED,
    MISDESCRIBED,
    NO_DATA,
    UNEQUAL_FRAMES,
    UNKNOWN_FORMAT,
    SaneError,
)

_BUFFER_BYTES = 256 * 1024
_NEAR_THE_END_BYTES = 64 * 1024
"""What a pipe holds: a driver whose thread writes to one can have written all that is left."""

_EMPTY_READ_PAUSE_S = 0.001
_EMPTY_READS = 100
_THREE_PASS = {Channel.RED, Channel.GREEN, Channel.BLUE}
_DEPTHS = (1, 8, 16)
_MAX_FRAME_BYTES = 8 * 1024**3


class Source(Protocol):
    """The calls a page is read with; `libsane.Handle` is the real one."""

    def parameters(self) -> libsane.Parameters: ...
    def read(self, memory: libsane.Buffer) -> int | None: ...
    def is_cut_off(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page to be read: into which descriptor, sealed with which key if with any, and at which
    resolution it is scanned."""

    fd: int
    key: bytes | None = field(default=None, repr=False)
    x_dpi: float
    y_dpi: float


class PageReader:
    """Reads pages through one buffer, so that memory does not grow with a page's size."""

    def __init__(
        self,
        *,
        source: Source,
        start: Callable[[], None],
        is_canceled: Callable[[], bool],
        progress: Callable[[int], None],
        let_rest: Callable[[], bool] = threads.let_rest,
        busy_s: float = 0.0,
        max_frame_bytes: int = _MAX_FRAME_BYTES,
    ) -> None:
        """`start` feeds the page or begins its next frame; progress is told 0…100; `let_rest`
        says whether the driver's own threads have come to do nothing that an end interrupts."""
        self._source = source
        self._start = start
        self._is_canceled = is_canceled
        self._progress = progress
        self._let_rest = let_rest
        self._busy_s = busy_s
        self._max_frame_bytes = max_frame_bytes
        self._memory, self._view = libsane.buffer(_BUFFER_BYTES)

    def read(self, sheet: Sheet) -> None:
        """Fill the spool after its header, and complete it. Raises SaneError or OSError."""
        with spooling.opened(sheet.fd, sheet.key) as file:
            layout = Layout(frames=self._read(file), x_dpi=sheet.x_dpi, y_dpi=sheet.y_dpi)
            spooling.write(file, memoryview(trailer(layout)))

    def _read(self, file: BinaryIO) -> tuple[Frame, ...]:
        offset = HEADER_BYTES
        frames: list[Frame] = []
        while True:
            spooling.cut(file, offset)
            patience.insist(self._start, busy_s=self._busy_s, is_canceled=self._is_canceled)
            parameters = self._source.parameters()
            channel = _channel(parameters, frames)
            size_bytes = self._read_frame(file, parameters, len(frames))
            frames.append(_frame(channel, parameters, offset, size_bytes))
            offset += frames[-1].lines * parameters.bytes_per_line
            # Some drivers never say which frame is the last.
            if channel not in _THREE_PASS or len(frames) == len(_THREE_PASS):
                break
        if len({frame.lines for frame in frames}) > 1:
            raise SaneError(ErrorCode.SCANNER_IO, UNEQUAL_FRAMES)
        spooling.cut(file, offset)
        return tuple(frames)

    def _read_frame(self, file: BinaryIO, parameters: libsane.Parameters, number: int) -> int:
        """To its end; what comes beyond the announced lines is read and dropped."""
        # -1 where the driver does not know (SANE 1.0 §4.3.8); some say 0.
        announced = max(0, parameters.lines) * parameters.bytes_per_line
        frames = len(_THREE_PASS) if parameters.channel in _THREE_PASS else 1
        total = empty = 0
        rests = announced > 0
        while True:
            if self._is_canceled():
                raise SaneError(ErrorCode.CANCELED_AT_DEVICE, "canceled")
            if rests and announced - total <= _NEAR_THE_END_BYTES:
                # Not once more for a driver whose threads never do.
                rests = self._let_rest()
            length = self._source.read(self._memory)
            if length is None:
                return total
            if not 0 <= length <= len(self._memory):
                raise SaneError(ErrorCode.SCANNER_IO, MISCOUNTED)
            if length == 0:
                empty += 1
                # SANE's net backend gives nothing for ever when its server has gone.
                if empty % _EMPTY_READS == 0 and self._source.is_cut_off():
                    raise SaneError(ErrorCode.SCANNER_LOST, CUT_OFF)
                time.sleep(_EMPTY_READ_PAUSE_S)
                continue
            if announced:
                length = min(length, announced - total)
            if length == 0:
                continue
            if total + length > self._max_frame_bytes:
                raise SaneError(ErrorCode.SCANNER_IO, ENDLESS)
            spooling.write(file, self._view[:length])
            total += length
            done = (number + total / announced) / frames if announced else 0
            self._progress(min(100, int(100 * done)))


def _channel(parameters: libsane.Parameters, before: list[Frame]) -> Channel:
    """What the frame carries. Raises SaneError when no picture can be made of it."""
    channel = parameters.channel
    if channel is None:
        raise SaneError(ErrorCode.SETTINGS_REFUSED, UNKNOWN_FORMAT)
    has_pixels = parameters.depth in _DEPTHS and parameters.pixels_per_line > 0
    if not has_pixels or parameters.bytes_per_line < _row_bytes(channel, parameters):
        raise SaneError(ErrorCode.SCANNER_IO, MISDESCRIBED)
    shape = (parameters.pixels_per_line, parameters.depth)
    if any(
        channel is frame.channel or channel not in _THREE_PASS or shape != _shape(frame)
        for frame in before
    ):
        raise SaneError(ErrorCode.SCANNER_IO, UNEQUAL_FRAMES)
    return channel


def _row_bytes(channel: Channel, parameters: libsane.Parameters) -> int:
    samples = 3 if channel is Channel.RGB else 1
    return samples * ((parameters.pixels_per_line * parameters.depth + 7) // 8)


def _shape(frame: Frame) -> tuple[int, int]:
    return frame.width_px, frame.depth


def _frame(channel: Channel, parameters: libsane.Parameters, offset: int, size_bytes: int) -> Frame:
    lines = size_bytes // parameters.bytes_per_line
    if lines == 0:
        raise SaneError(ErrorCode.SCANNER_IO, NO_DATA)
    return Frame(
        channel=channel,
        offset=offset,
        width_px=parameters.pixels_per_line,
        lines=lines,
        bytes_per_line=parameters.bytes_per_line,
        depth=parameters.depth,
    )
