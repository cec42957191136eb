"""Keys: which are found, which seal, and what is said of the session's."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sheetfed.config_papers import Encryption, Store
from sheetfed.host import inherited
from sheetfed.host.notify import Notifier
from sheetfed.keys import NAME, keyring
from sheetfed.sealed import memory
from sheetfed.sealed.keys import Key, KeyKind, KeyRefused

SECRET = bytes(range(32))
OFF = Store(encrypt=Encryption.OFF)
SESSION = Store(encrypt=Encryption.SESSION)


@pytest.fixture
async def notifier(manager: socket.socket) -> AsyncIterator[Notifier]:
    notifier = await Notifier.open()
    yield notifier
    notifier.close()


@pytest.fixture
async def handed_over(monkeypatch: pytest.MonkeyPatch) -> int:
    """A descriptor with the last session's key."""
    descriptor = await asyncio.to_thread(memory.written, SECRET)
    monkeypatch.setattr(inherited, "_FIRST", descriptor)
    return descriptor


def environ(names: str = NAME) -> dict[str, str]:
    return {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": names}


def credential(folder: Path, content: bytes = b"k" * 32) -> dict[str, str]:
    (folder / NAME).write_bytes(content)
    (folder / NAME).chmod(0o400)
    return {"CREDENTIALS_DIRECTORY": str(folder)}


async def test_off_seals_nothing_and_asks_for_nothing(
    notifier: Notifier, manager: socket.socket
) -> None:
    assert (await keyring(OFF, notifier=notifier, environ={})).is_empty
    with pytest.raises(BlockingIOError):
        manager.recv(1)


async def test_a_new_session_has_a_new_key_that_the_manager_keeps(
    notifier: Notifier, manager: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    first = await keyring(SESSION, notifier=notifier, environ={})
    _, (descriptor,), _, _ = socket.recv_fds(manager, 4096, 1)
    assert first.sealing is not None
    assert memory.content(descriptor, bytes_at_most=100) == first.sealing.secret
    os.close(descriptor)
    second = await keyring(SESSION, notifier=notifier, environ={})
    assert second.sealing is not None
    assert second.sealing.secret != first.sealing.secret
    assert caplog.records == []


async def test_a_key_that_was_kept_is_used_on_and_not_given_again(
    notifier: Notifier, manager: socket.socket, handed_over: int
) -> None:
    found = await keyring(SESSION, notifier=notifier, environ=environ())
    assert found.sealing == Key(KeyKind.SESSION, SECRET)
    with pytest.raises(BlockingIOError):
        manager.recv(1)


async def test_a_key_that_was_kept_opens_also_when_it_seals_no_more(
    notifier: Notifier, handed_over: int, tmp_path: Path
) -> None:
    variables = environ() | credential(tmp_path)
    sealing = Store(encrypt=Encryption.KEY_FILE)
    found = await keyring(sealing, notifier=notifier, environ=variables)
    assert found.key(KeyKind.SESSION) == Key(KeyKind.SESSION, SECRET)
    assert found.sealing == Key.from_file(b"k" * 32)


async def test_a_key_file_opens_also_when_it_does_not_seal(
    notifier: Notifier, tmp_path: Path
) -> None:
    found = await keyring(OFF, notifier=notifier, environ=credential(tmp_path))
    assert (found.sealing, found.key(KeyKind.KEY_FILE)) == (None, Key.from_file(b"k" * 32))


async def test_a_named_file_goes_before_the_credential(notifier: Notifier, tmp_path: Path) -> None:
    named = tmp_path / "named"
    named.write_bytes(b"n" * 40)
    named.chmod(0o440)
    store = Store(encrypt=Encryption.KEY_FILE, key_file=named)
    found = await keyring(store, notifier=notifier, environ=credential(tmp_path))
    assert found.sealing == Key.from_file(b"n" * 40)


async def test_what_was_kept_and_is_no_key_is_left_alone(
    notifier: Notifier, manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = await asyncio.to_thread(memory.written, b"short")
    monkeypatch.setattr(inherited, "_FIRST", descriptor)
    found = await keyring(SESSION, notifier=notifier, environ=environ())
    assert found.sealing is not None
    message, (kept,), _, _ = socket.recv_fds(manager, 4096, 1)
    assert message.startswith(b"FDSTORE=1")
    os.close(kept)


async def test_a_session_that_nobody_keeps_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    found = await keyring(SESSION, notifier=await Notifier.open(), environ={})
    assert found.sealing is not None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


async def test_a_key_file_that_is_not_there_is_refused(notifier: Notifier) -> None:
    with pytest.raises(KeyRefused, match="there is no key"):
        await keyring(Store(encrypt=Encryption.KEY_FILE), notifier=notifier, environ={})
