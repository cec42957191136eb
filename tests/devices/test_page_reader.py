"""Page reader with a driver that behaves as no virtual scanner does."""

from collections.abc import Callable, Iterator
from ctypes import addressof, memmove
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.spools import FolderSpools, layout_of, rows_of
from sheetfed.core.errors import ErrorCode
from sheetfed.core.spoolfile import HEADER_BYTES, SEAL_BYTES, Channel, trailer_size
from sheetfed.devices.libsane import Parameters
from sheetfed.devices.pages import PageReader, Sheet
from sheetfed.devices.statuses import ENDLESS, MISCOUNTED, NO_DATA, SaneError


class ScriptedSource:
    """Gives the parameters and the reads it was made with."""

    def __init__(self, parameters: Parameters, *reads: bytes, is_cut_off: bool = False) -> None:
        self._is_cut_off = is_cut_off
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

    def is_cut_off(self) -> bool:
        return self._is_cut_off


class LyingSource(ScriptedSource):
    """Tells another length of what it has read."""

    def __init__(self, parameters: Parameters, told: Callable[[int], int]) -> None:
        super().__init__(parameters, b"abc-", b"def-")
        self._told = told

    def read(self, memory: Any) -> int | None:
        return None if super().read(memory) is None else self._told(len(memory))


def gray(
    *, lines: int, channel: Channel | None = Channel.GRAY, bytes_per_line: int = 4
) -> Parameters:
    return Parameters(channel, True, bytes_per_line, 3, lines, 8)


def read(
    source: ScriptedSource,
    spools: FolderSpools,
    *,
    is_canceled: bool = False,
    let_rest: Callable[[], bool] = lambda: True,
    max_frame_bytes: int = 2**20,
) -> Path:
    spool = spools.new()
    reader = PageReader(
        source=source,
        start=lambda: None,
        is_canceled=lambda: is_canceled,
        progress=lambda _: None,
        let_rest=let_rest,
        max_frame_bytes=max_frame_bytes,
    )
    reader.read(Sheet(fd=spool.fileno(), x_dpi=100, y_dpi=200))
    return spool.path


def test_reads_of_nothing_are_not_the_end(spools: FolderSpools) -> None:
    path = read(ScriptedSource(gray(lines=2), b"", b"abc-", b"", b"def-"), spools)
    assert rows_of(path) == b"abcdef"


def test_reads_of_nothing_after_the_connection_has_ended_are_a_lost_scanner(
    spools: FolderSpools,
) -> None:
    with pytest.raises(SaneError) as caught:
        read(ScriptedSource(gray(lines=2), b"abc-", *[b""] * 200, is_cut_off=True), spools)
    assert caught.value.code is ErrorCode.SCANNER_LOST
    assert layout_of(spools.made[0].path) is None


def test_a_page_that_ends_early_has_the_lines_that_came(spools: FolderSpools) -> None:
    layout = layout_of(read(ScriptedSource(gray(lines=9), b"abc-def-gh"), spools))
    assert layout is not None
    assert layout.frames[0].lines == 2
    assert (layout.x_dpi, layout.y_dpi) == (100, 200)


@pytest.mark.parametrize(
    ("rests", "happened"),
    [
        (True, ["read", "read", "rest", "read", "rest", "read"]),
        (False, ["read", "read", "rest", "read", "read"]),
    ],
)
def test_before_what_may_be_the_last_read_the_drivers_threads_may_come_to_rest(
    spools: FolderSpools, rests: bool, happened: list[str]
) -> None:
    found: list[str] = []

    class Heard(ScriptedSource):
        def read(self, memory: Any) -> int | None:
            found.append("read")
            return super().read(memory)

    def let_rest() -> bool:
        found.append("rest")
        return rests

    row = bytes(50_000)
    read(Heard(gray(lines=3, bytes_per_line=50_000), row, row, row), spools, let_rest=let_rest)
    assert found == happened


@pytest.mark.parametrize("lines", [0, -1])
def test_where_no_read_is_known_to_be_the_last_no_rest_is_waited_for(
    spools: FolderSpools, lines: int
) -> None:
    def let_rest() -> bool:
        raise AssertionError

    read(ScriptedSource(gray(lines=lines), b"abc-"), spools, let_rest=let_rest)


def test_more_than_was_announced_is_not_part_of_the_page(spools: FolderSpools) -> None:
    assert rows_of(read(ScriptedSource(gray(lines=1), b"abc-def-"), spools)) == b"abc"


def test_a_row_that_is_not_whole_leaves_nothing_in_the_file(spools: FolderSpools) -> None:
    path = read(ScriptedSource(gray(lines=9), b"abc-def-gh"), spools)
    trailer_bytes = trailer_size(path.read_bytes()[-SEAL_BYTES:])
    assert trailer_bytes is not None
    assert path.stat().st_size == HEADER_BYTES + 8 + trailer_bytes


@pytest.mark.parametrize("lines", [0, -1, -7])
def test_a_height_that_is_not_known_is_that_of_what_comes(spools: FolderSpools, lines: int) -> None:
    assert rows_of(read(ScriptedSource(gray(lines=lines), b"abc-def-"), spools)) == b"abcdef"


def test_a_page_that_never_ends_does_not_fill_the_disk(spools: FolderSpools) -> None:
    endless = ScriptedSource(gray(lines=-1), *[b"abc-"] * 1000)
    with pytest.raises(SaneError) as caught:
        read(endless, spools, max_frame_bytes=400)
    assert (caught.value.code, caught.value.text) == (ErrorCode.SCANNER_IO, ENDLESS)
    assert spools.made[0].path.stat().st_size == HEADER_BYTES + 400


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        (gray(lines=1, channel=None), ErrorCode.SETTINGS_REFUSED),
        (gray(lines=1, bytes_per_line=2), ErrorCode.SCANNER_IO),
        (gray(lines=1, bytes_per_line=0), ErrorCode.SCANNER_IO),
        (gray(lines=1, bytes_per_line=-4), ErrorCode.SCANNER_IO),
        (gray(lines=1, channel=Channel.RGB), ErrorCode.SCANNER_IO),
        (replace(gray(lines=1), depth=7), ErrorCode.SCANNER_IO),
        (replace(gray(lines=1), depth=16), ErrorCode.SCANNER_IO),
        (replace(gray(lines=1), pixels_per_line=0), ErrorCode.SCANNER_IO),
        (replace(gray(lines=1), pixels_per_line=2**31 - 1), ErrorCode.SCANNER_IO),
    ],
)
def test_a_page_that_makes_no_sense_is_not_completed(
    spools: FolderSpools, parameters: Parameters, code: ErrorCode
) -> None:
    with pytest.raises(SaneError) as caught:
        read(ScriptedSource(parameters, b"abc-"), spools)
    assert caught.value.code is code
    assert layout_of(spools.made[0].path) is None


@pytest.mark.parametrize("lines", [2, -1])
@pytest.mark.parametrize("told", [lambda _: -1, lambda _: -(2**31), lambda room: room + 1])
def test_a_page_whose_driver_tells_an_impossible_length_is_not_completed(
    spools: FolderSpools, told: Callable[[int], int], lines: int
) -> None:
    with pytest.raises(SaneError) as caught:
        read(LyingSource(gray(lines=lines), told), spools)
    assert (caught.value.code, caught.value.text) == (ErrorCode.SCANNER_IO, MISCOUNTED)
    assert layout_of(spools.made[0].path) is None
    assert spools.made[0].path.stat().st_size == HEADER_BYTES


def test_a_page_without_data_is_not_completed(spools: FolderSpools) -> None:
    with pytest.raises(SaneError) as caught:
        read(ScriptedSource(gray(lines=1), b"abc"), spools)
    assert (caught.value.code, caught.value.text) == (ErrorCode.SCANNER_IO, NO_DATA)


def test_a_canceled_page_is_not_completed(spools: FolderSpools) -> None:
    with pytest.raises(SaneError) as caught:
        read(ScriptedSource(gray(lines=1), b"abc-"), spools, is_canceled=True)
    assert caught.value.code is ErrorCode.CANCELED_AT_DEVICE
    assert spools.made[0].path.stat().st_size == HEADER_BYTES
