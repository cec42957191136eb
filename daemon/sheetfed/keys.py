"""Keys: where the keys of the store come from, and who keeps the session's."""

import asyncio
import logging
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sheetfed.config_papers import Encryption, Store
from sheetfed.host import inherited
from sheetfed.host.notify import Notifier
from sheetfed.sealed import memory
from sheetfed.sealed.keyring import Keyring
from sheetfed.sealed.keys import SECRET_BYTES, Key, KeyKind, KeyRefused

NAME: Final = "store-key"
"""Of the descriptor that systemd keeps, and of the credential."""

_KEY_FILE_BYTES_MOST: Final = 64 * 1024

log = logging.getLogger(__name__)


async def keyring(
    store: Store, *, notifier: Notifier, environ: Mapping[str, str] = os.environ
) -> Keyring:
    """The keys that are there, whatever new pages are sealed with: older ones may need them.

    Raises KeyRefused.
    """
    session = await asyncio.to_thread(_kept, environ)
    given = await asyncio.to_thread(given_key, store, environ)
    sealing = None
    match store.encrypt:
        case Encryption.SESSION:
            sealing = session = session or await _new_session(notifier)
        case Encryption.KEY_FILE:
            if given is None:
                raise KeyRefused(
                    f"there is no key: name it in store.key_file, or give the credential {NAME}"
                )
            sealing = given
    return Keyring(sealing=sealing, opening=filter(None, (session, given)))


def _kept(environ: Mapping[str, str]) -> Key | None:
    """The key of this session, which the service manager has kept for us."""
    found = None
    for descriptor in inherited.descriptors(NAME, environ=environ):
        try:
            secret = memory.content(descriptor, bytes_at_most=SECRET_BYTES)
        finally:
            os.close(descriptor)
        if len(secret) == SECRET_BYTES:
            found = Key(KeyKind.SESSION, secret)
    return found


def given_key(store: Store, environ: Mapping[str, str]) -> Key | None:
    """The key file's; one that is named has to be there. Raises KeyRefused; blocking."""
    if store.key_file is not None:
        return _read(store.key_file)
    folder = environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder, NAME) if folder else None
    return _read(path) if path is not None and path.exists() else None


def _read(path: Path) -> Key:
    try:
        with path.open("rb") as file:
            is_everybodys = bool(os.fstat(file.fileno()).st_mode & stat.S_IRWXO)
            content = file.read(_KEY_FILE_BYTES_MOST + 1)
    except OSError as error:
        raise KeyRefused(f"{path}: {error.strerror}") from error
    if is_everybodys:
        raise KeyRefused(f"{path} is everybody's: chmod o= it")
    if len(content) > _KEY_FILE_BYTES_MOST:
        raise KeyRefused(f"{path} is no key: it has more than {_KEY_FILE_BYTES_MOST} bytes")
    try:
        return Key.from_file(content)
    except KeyRefused as error:
        raise KeyRefused(f"{path}: {error}") from error


async def _new_session(notifier: Notifier) -> Key:
    secret = secrets.token_bytes(SECRET_BYTES)
    descriptor = await asyncio.to_thread(memory.written, secret)
    try:
        if not notifier.keep(NAME, descriptor):
            log.warning("nobody keeps the key of the store: what is scanned now ends with us")
    finally:
        os.close(descriptor)
    return Key(KeyKind.SESSION, secret)
