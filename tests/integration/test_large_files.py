"""Files that are larger than the daemon's memory should be: they go to the disk as they come."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from fakes.daemon import Daemon, running_daemon

PIECE = b"no picture" * 26_215
FILE_BYTES = 200 << 20
CODED_BYTES = 48 << 20
"""Of the file that comes as base64, which takes its time."""

PEAK_AT_MOST_BYTES = 40 << 20


def memory_bytes(daemon: Daemon, name: str) -> int:
    """Of the daemon's own process: VmRSS now, VmHWM at most since `forget_peak`."""
    status = Path(f"/proc/{daemon.process.pid}/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0]) << 10


def forget_peak(daemon: Daemon) -> None:
    """proc_pid_clear_refs(5): the peak is what it is now."""
    Path(f"/proc/{daemon.process.pid}/clear_refs").write_text("5")


async def as_it_is() -> AsyncIterator[bytes]:
    for _ in range(FILE_BYTES // len(PIECE)):
        yield PIECE


async def as_base64() -> AsyncIterator[bytes]:
    """The body of a call."""
    text = b"bm8g" * (len(PIECE) // 4)
    yield b'{"id": "large", "parameter": ["'
    for _ in range(CODED_BYTES * 4 // 3 // len(text)):
        yield text
    yield b'"]}'


@pytest.mark.parametrize(
    ("path", "body"),
    [("/dwt/dwt_1/load?id=large", as_it_is), ("/f/LoadImageFromBase64Binary", as_base64)],
)
async def test_a_large_file_is_never_whole_in_memory(
    tmp_path: Path, path: str, body: Callable[[], AsyncIterator[bytes]]
) -> None:
    async with running_daemon(tmp_path) as daemon:
        await daemon.result("HowManyImagesInBuffer")
        forget_peak(daemon)
        before = memory_bytes(daemon, "VmRSS")
        async with daemon.http.post(daemon.base + path, data=body()) as answer:
            assert (await answer.json())["error"]["code"] == "unsupported-image"
        assert memory_bytes(daemon, "VmHWM") - before < PEAK_AT_MOST_BYTES
        assert list((tmp_path / "store" / "incoming").iterdir()) == []
