"""Files that were handed out take room until they are closed: nobody may hoard them."""

import asyncio
import os
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest

from fakes.gate import until
from sheetfed.bus import held as held_room
from sheetfed.bus.delivery import descriptor_of
from sheetfed.bus.held import Held
from sheetfed.core.errors import TooMany

ALICE, BOB = 1000, 1001
MIB = 1 << 20


@pytest.fixture
async def held() -> AsyncIterator[Held]:
    held = Held(files_at_most=3, bytes_at_most=2 * MIB, sweep_every_s=0.02)
    yield held
    await held.close()


def _file(folder: Path, *, size_bytes: int = 1) -> int:
    """Without a name, as exports are."""
    path = folder / "export"
    path.write_bytes(bytes(size_bytes))
    descriptor = os.open(path, os.O_RDONLY)
    path.unlink()
    return descriptor


def _open_exports() -> int:
    """How many descriptors this process has of such files."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(link.readlink().name)
    return sum(name.startswith("export") for name in found)


async def test_so_many_and_no_more_until_one_is_closed(held: Held, tmp_path: Path) -> None:
    files = [_file(tmp_path) for _ in range(4)]
    for file in files[:3]:
        await held.add(ALICE, file)
    with pytest.raises(TooMany):
        await held.add(ALICE, files[3])
    await held.add(BOB, files[3])
    os.close(files[0])
    another = _file(tmp_path)
    await held.add(ALICE, another)
    for file in (*files[1:], another):
        os.close(file)


async def test_so_much_and_no_more_but_one_may_be_large(held: Held, tmp_path: Path) -> None:
    large, small = _file(tmp_path, size_bytes=3 * MIB), _file(tmp_path)
    await held.add(ALICE, large)
    with pytest.raises(TooMany):
        await held.add(ALICE, small)
    copy = os.dup(large)
    os.close(large)
    with pytest.raises(TooMany):
        await held.add(ALICE, small)
    os.close(copy)
    await held.add(ALICE, small)
    os.close(small)


async def test_what_comes_from_memory_is_watched_and_only_read(held: Held) -> None:
    file = await asyncio.to_thread(descriptor_of, BytesIO(b"page" * MIB))
    assert os.read(file, 4) == b"page"
    with pytest.raises(OSError):
        os.write(file, b"x")
    assert stat.S_IMODE(os.fstat(file).st_mode) == 0o600
    await held.add(ALICE, file)
    with pytest.raises(TooMany):
        await held.add(ALICE, file)
    os.close(file)


async def test_the_room_of_what_was_closed_is_given_back_by_itself(
    held: Held, tmp_path: Path
) -> None:
    def open_files() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    before = open_files()
    file = _file(tmp_path)
    await held.add(ALICE, file)
    os.close(file)
    await until(lambda: open_files() == before)


async def test_a_hand_out_that_is_called_off_leaves_nothing_open(
    held: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, watched = threading.Event(), threading.Event(), held_room._watched

    def slowly(descriptor: int) -> held_room._File:
        begun.set()
        go_on.wait()
        return watched(descriptor)

    monkeypatch.setattr(held_room, "_watched", slowly)
    open_before = _open_exports()
    file = _file(tmp_path)
    adding = asyncio.create_task(held.add(ALICE, file))
    await until(begun.is_set)
    adding.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.wait({adding})
    assert adding.cancelled()
    os.close(file)
    assert _open_exports() == open_before
