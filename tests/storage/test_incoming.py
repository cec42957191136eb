"""Files that callers send: private, bounded by the disk, and gone when they are done with."""

import asyncio
import errno
import io
import stat
from pathlib import Path

import pytest

from sheetfed.core.errors import InternalError, StoreFull
from sheetfed.storage.incoming import Incoming, IncomingFile


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    made = Incoming(folder=tmp_path / "incoming", min_free_bytes=0)
    made.prepare()
    return made


def files(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "incoming").iterdir())


async def test_a_file_is_private_whole_when_it_is_closed_and_goes(
    incoming: Incoming, tmp_path: Path
) -> None:
    async with incoming.receive() as file:
        await file.write(b"one ")
        await file.write(b"two")
        await file.close()
        assert await asyncio.to_thread(file.path.read_bytes) == b"one two"
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
        assert files(tmp_path) == [file.path]
    assert files(tmp_path) == []


async def test_a_file_goes_also_when_its_use_fails(incoming: Incoming, tmp_path: Path) -> None:
    async def use() -> None:
        async with incoming.receive() as file:
            await file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await use()
    assert files(tmp_path) == []


async def test_what_an_earlier_run_left_is_removed(incoming: Incoming, tmp_path: Path) -> None:
    (tmp_path / "incoming" / "left").write_bytes(b"x")
    await asyncio.to_thread(incoming.prepare)
    assert files(tmp_path) == []


async def test_what_must_stay_free_on_the_disk_stays_free(tmp_path: Path) -> None:
    incoming = Incoming(folder=tmp_path / "incoming", min_free_bytes=1 << 60)
    await asyncio.to_thread(incoming.prepare)
    with pytest.raises(StoreFull):
        async with incoming.receive() as file:
            await file.write(b"x")
    assert files(tmp_path) == []


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InternalError):
        async with Incoming(folder=tmp_path / "gone", min_free_bytes=0).receive():
            pass


async def test_a_disk_that_is_full_at_the_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    file = IncomingFile(path, FullFile(path, "w"), min_free_bytes=0)  # type: ignore[arg-type]
    with pytest.raises(StoreFull):
        await file.close()


class FullFile(io.FileIO):
    """A file whose last bytes find no room."""

    def close(self) -> None:
        super().close()
        raise OSError(errno.ENOSPC, "No space left on device")


async def test_another_floor_of_the_disk_holds_for_the_next_file(incoming: Incoming) -> None:
    incoming.change(min_free_bytes=1 << 62)
    async with incoming.receive() as file:
        with pytest.raises(StoreFull):
            await file.write(b"x" * 100_000)
