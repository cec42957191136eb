"""Keys and a place for sealed files."""

from pathlib import Path

import pytest

from sheetfed.sealed.keyring import Keyring
from sheetfed.sealed.keys import Key, KeyKind


@pytest.fixture
def key() -> Key:
    return Key(KeyKind.SESSION, bytes(range(32)))


@pytest.fixture
def keyring(key: Key) -> Keyring:
    return Keyring(sealing=key)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"
