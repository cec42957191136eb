"""Files that come as descriptors: copied to a file of the store's own, none larger than allowed."""

import os
import socket
from pathlib import Path

import pytest

from sheetfed.core.errors import InvalidParameter, TooLarge
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
