"""Pages: reads one page's pixels from an open device straight into a spool file."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sheetfed.core.errors import ErrorCode
from sheetfed.core.spoolfile import HEADER_BYTES, Channel, Frame, Layout, trailer
from sheetfed.devices import libsane
from sheetfed.devices.statuses import SaneError

_BUFFER_BYTES = 256 * 1024
_EMPTY_READ_PAUSE_S = 0.001
_FRAMES_OF_THREE_PASS = 3


class Source(Protocol):
    """The calls a page is read with; `libsane.Handle` is the real one."""

    def parameters(self) -> libsane.Parameters: ...
    def read(self, memory: libsane.Buffer) -> int | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page to be read: into which descriptor, and at which resolution it is scanned."""

    fd: int
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
    ) -> None:
        """`start` feeds the page or begins its next frame; progress is told 0…100."""
        self._source = source
        self._start = start
        self._is_canceled = is_canceled
        self._progress = progress
        self._memory, self._view = libsane.buffer(_BUFFER_BYTES)

    def read(self, sheet: Sheet) -> None:
        """Fill the spool after its header, and complete it. Raises SaneError or OSError."""
        os.ftruncate(sheet.fd, HEADER_BYTES)
        offset = os.lseek(sheet.fd, 0, os.SEEK_END)
        frames: list[Frame] = []
        while True:
            self._start()
            parameters = self._source.parameters()
            size_bytes = self._read_frame(sheet.fd, parameters, len(frames))
            frames.append(_frame(parameters, offset, size_bytes))
            offset += size_bytes
            if parameters.is_last_frame:
                break
        layout = Layout(frames=tuple(frames), x_dpi=sheet.x_dpi, y_dpi=sheet.y_dpi)
        _write(sheet.fd, memoryview(trailer(layout)))

    def _read_frame(self, fd: int, parameters: libsane.Parameters, number: int) -> int:
        frame_bytes = max(0, parameters.lines) * parameters.bytes_per_line
        is_one_of_three = parameters.channel not in (Channel.GRAY, Channel.RGB)
        frames = _FRAMES_OF_THREE_PASS if is_one_of_three else 1
        total = 0
        while True:
            if self._is_canceled():
                raise SaneError(ErrorCode.CANCELED_AT_DEVICE, "canceled")
            length = self._source.read(self._memory)
            if length is None:
                return total
            if length == 0:
                time.sleep(_EMPTY_READ_PAUSE_S)
                continue
            _write(fd, self._view[:length])
            total += length
            done = (number + total / frame_bytes) / frames if frame_bytes else 0
            self._progress(min(100, int(100 * done)))


def _frame(parameters: libsane.Parameters, offset: int, size_bytes: int) -> Frame:
    if parameters.channel is None:
        raise SaneError(ErrorCode.SETTINGS_REFUSED, "unknown frame format")
    lines = size_bytes // parameters.bytes_per_line if parameters.bytes_per_line > 0 else 0
    if parameters.lines >= 0:
        lines = min(lines, parameters.lines)
    if lines == 0 or parameters.pixels_per_line <= 0:
        raise SaneError(ErrorCode.SCANNER_IO, "no data")
    return Frame(
        channel=parameters.channel,
        offset=offset,
        width_px=parameters.pixels_per_line,
        lines=lines,
        bytes_per_line=parameters.bytes_per_line,
        depth=parameters.depth,
    )


def _write(fd: int, data: memoryview) -> None:
    while data:
        data = data[os.write(fd, data) :]
