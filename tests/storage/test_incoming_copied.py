"""Files that come as descriptors: copied to a file of the store's own, none larger than allowed."""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from sheetfed.core.errors import DamagedImage, InvalidParameter, TooLarge
from sheetfed.storage.incoming import Incoming

CONTENT = bytes(range(256)) * 8


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    incoming = Incoming(folder=tmp_path / "incoming", min_free_bytes=0)
    incoming.prepare()
    return incoming


def _file(tmp_path: Path) -> int:
    (tmp_path / "file").write_bytes(CONTENT)
    return os.open(tmp_path / "file", os.O_RDONLY)


def _pipe(_: Path) -> int:
    reading, writing = os.pipe()
    os.write(writing, CONTENT)
    os.close(writing)
    return reading


def _socket(_: Path) -> int:
    ours, theirs = socket.socketpair()
    theirs.sendall(CONTENT)
    theirs.close()
    return ours.detach()


@pytest.mark.parametrize("opened", [_file, _pipe, _socket])
async def test_all_of_it_comes(opened: object, incoming: Incoming, tmp_path: Path) -> None:
    descriptor = opened(tmp_path)  # type: ignore[operator]
    async with incoming.copied(descriptor, at_most_bytes=len(CONTENT)) as path:
        assert path.read_bytes() == CONTENT
    assert not path.exists()


async def test_one_byte_too_many_is_too_large(incoming: Incoming, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        async with incoming.copied(_file(tmp_path), at_most_bytes=len(CONTENT) - 1):
            pass
    assert list((tmp_path / "incoming").iterdir()) == []


async def test_a_device_is_no_file(incoming: Incoming) -> None:
    with pytest.raises(InvalidParameter):
        async with incoming.copied(os.open("/dev/zero", os.O_RDONLY), at_most_bytes=1):
            pass


def _open_pipe() -> tuple[int, int]:
    return os.pipe()


def _open_socket() -> tuple[int, int]:
    ours, theirs = socket.socketpair()
    return ours.detach(), theirs.detach()


@pytest.mark.parametrize("opened", [_open_pipe, _open_socket])
async def test_a_sender_who_would_have_us_wait_holds_up_nobody(
    opened: Callable[[], tuple[int, int]], incoming: Incoming
) -> None:
    theirs, writing = opened()

    async def copy() -> bytes:
        async with incoming.copied(os.dup(theirs), at_most_bytes=len(CONTENT)) as path:
            return path.read_bytes()

    copying = asyncio.ensure_future(copy())
    for part in (CONTENT[:1], CONTENT[1:]):
        await asyncio.sleep(0)
        os.set_blocking(theirs, True)
        os.write(writing, part)
        await asyncio.wait({copying}, timeout=0.1)
        assert not copying.done()
    os.close(writing)
    assert await copying == CONTENT
    os.close(theirs)


async def test_the_wrong_end_of_a_pipe_cannot_be_read(incoming: Incoming) -> None:
    reading, writing = os.pipe()
    with pytest.raises(DamagedImage):
        async with incoming.copied(writing, at_most_bytes=1):
            pass
    os.close(reading)
