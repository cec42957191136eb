"""Page reader with a driver that behaves as no virtual scanner does."""

from collections.abc import Iterator
from ctypes import addressof, memmove
from pathlib import Path
from typing import Any

import pytest

from fakes.spools import FolderSpools, layout_of, rows_of
from sheetfed.core.errors import ErrorCode
from sheetfed.core.spoolfile import HEADER_BYTES, Channel
from sheetfed.devices.libsane import Parameters
from sheetfed.devices.pages import PageReader, Sheet
from sheetfed.devices.statuses import SaneError


class ScriptedSource:
    """Gives the parameters and the reads it was made with."""

    def __init__(self, parameters: Parameters, *reads: bytes) -> None:
        self._parameters = parameters
        self._reads: Iterator[bytes] = iter(reads)

    def parameters(self) -> Parameters:
        return self._parameters

    def read(self, memory: Any) -> int | None:
        data = next(self._reads, None)
        if data is None:
            return None
        memmove(addressof(memory), data, len(data))
        return len(data)


def gray(
    *, lines: int, channel: Channel | None = Channel.GRAY, bytes_per_line: int = 4
) -> Parameters:
    return Parameters(channel, True, bytes_per_line, 3, lines, 8)


def read(source: ScriptedSource, spools: FolderSpools, *, is_canceled: bool = False) -> Path:
    spool = spools.new()
    reader = PageReader(
        source=source,
        start=lambda: None,
        is_canceled=lambda: is_canceled,
        progress=lambda _: None,
    )
    reader.read(Sheet(fd=spool.fileno(), x_dpi=100, y_dpi=200))
    return spool.path


def test_reads_of_nothing_are_not_the_end(spools: FolderSpools) -> None:
    path = read(ScriptedSource(gray(lines=2), b"", b"abc-", b"", b"def-"), spools)
    assert rows_of(path) == b"abcdef"


def test_a_page_that_ends_early_has_the_lines_that_came(spools: FolderSpools) -> None:
    layout = layout_of(read(ScriptedSource(gray(lines=9), b"abc-def-gh"), spools))
    assert layout is not None
    assert layout.frames[0].lines == 2
    assert (layout.x_dpi, layout.y_dpi) == (100, 200)


def test_more_than_was_announced_is_not_part_of_the_page(spools: FolderSpools) -> None:
    assert rows_of(read(ScriptedSource(gray(lines=1), b"abc-def-"), spools)) == b"abc"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        (gray(lines=1, channel=None), ErrorCode.SETTINGS_REFUSED),
        (gray(lines=1, bytes_per_line=0), ErrorCode.SCANNER_IO),
        (gray(lines=0), ErrorCode.SCANNER_IO),
    ],
)
def test_a_page_that_makes_no_sense_is_not_completed(
    spools: FolderSpools, parameters: Parameters, code: ErrorCode
) -> None:
    with pytest.raises(SaneError) as caught:
        read(ScriptedSource(parameters, b"abc-"), spools)
    assert caught.value.code is code
    assert layout_of(spools.made[0].path) is None


def test_a_canceled_page_is_not_completed(spools: FolderSpools) -> None:
    with pytest.raises(SaneError) as caught:
        read(ScriptedSource(gray(lines=1), b"abc-"), spools, is_canceled=True)
    assert caught.value.code is ErrorCode.CANCELED_AT_DEVICE
    assert spools.made[0].path.stat().st_size == HEADER_BYTES
