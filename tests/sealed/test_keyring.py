"""Keyrings: which files they open, what they seal new ones with, and how they are handed over."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sheetfed.core.errors import DamagedImage
from sheetfed.sealed.header import HEADER_BYTES, MAGIC
from sheetfed.sealed.keyring import Keyring
from sheetfed.sealed.keys import Key, KeyKind, KeyMissing, KeyRefused

FILE_KEY = Key.from_file(b"f" * 32)


def put(path: Path, content: bytes, keyring: Keyring) -> None:
    with keyring.created(path) as file:
        file.write(content)


def content_of(path: Path, keyring: Keyring) -> bytes:
    with keyring.opened(path) as file:
        return file.read()


def test_without_a_key_files_are_clear(path: Path) -> None:
    put(path, b"clear", Keyring())
    assert path.read_bytes() == b"clear"
    assert path.stat().st_mode & 0o777 == 0o600
    assert content_of(path, Keyring()) == b"clear"


def test_clear_files_stay_readable_when_there_is_a_key(path: Path, keyring: Keyring) -> None:
    put(path, b"clear", Keyring())
    assert content_of(path, keyring) == b"clear"


def test_a_file_that_is_there_is_replaced(path: Path, keyring: Keyring) -> None:
    put(path, b"long and clear" * 100, Keyring())
    put(path, b"sealed", keyring)
    assert content_of(path, keyring) == b"sealed"


def test_what_was_sealed_with_a_former_key_is_opened_with_it(
    path: Path, key: Key, keyring: Keyring
) -> None:
    put(path, b"old", keyring)
    assert content_of(path, Keyring(sealing=FILE_KEY, opening=[key])) == b"old"
    assert content_of(path, Keyring(opening=[key])) == b"old"


@pytest.mark.parametrize(
    ("sealing", "is_lost"), [(Key(KeyKind.SESSION, bytes(32)), True), (FILE_KEY, False)]
)
def test_a_file_whose_key_is_missing_says_whether_it_is_lost(
    path: Path, keyring: Keyring, sealing: Key, is_lost: bool
) -> None:
    put(path, b"x", Keyring(sealing=sealing))
    assert keyring.is_lost(path) is is_lost
    with pytest.raises(KeyMissing) as raised:
        content_of(path, keyring)
    assert raised.value.is_lost is is_lost
    assert isinstance(raised.value, DamagedImage)


def test_what_can_be_opened_or_is_not_there_is_not_lost(path: Path, keyring: Keyring) -> None:
    assert not keyring.is_lost(path)
    put(path, b"x", keyring)
    assert not keyring.is_lost(path)
    put(path, b"x", Keyring())
    assert not keyring.is_lost(path)


def test_a_file_is_as_new_when_it_is_sealed_as_new_ones_are(
    path: Path, key: Key, keyring: Keyring
) -> None:
    put(path, b"x", keyring)
    assert keyring.is_as_new(path)
    assert not Keyring(opening=[key]).is_as_new(path)
    assert not Keyring(sealing=FILE_KEY, opening=[key]).is_as_new(path)
    put(path, b"x", Keyring())
    assert Keyring(opening=[key]).is_as_new(path)
    assert not keyring.is_as_new(path)


def test_a_wrong_secret_under_the_right_id_opens_nothing(path: Path, keyring: Keyring) -> None:
    wrong = Key(KeyKind.SESSION, bytes(32))
    put(path, b"x", keyring)
    stored = path.read_bytes()
    at = len(MAGIC) + 1
    path.write_bytes(stored[:at] + wrong.id + stored[at + len(wrong.id) :])
    with pytest.raises(DamagedImage):
        content_of(path, Keyring(sealing=wrong))


def test_a_header_of_an_unknown_kind_is_damage(path: Path, keyring: Keyring) -> None:
    put(path, b"x", keyring)
    stored = bytearray(path.read_bytes())
    stored[len(MAGIC)] = 7
    path.write_bytes(stored)
    with pytest.raises(DamagedImage):
        content_of(path, keyring)


def test_a_files_key_is_made_of_its_whole_header(keyring: Keyring, key: Key) -> None:
    first, second = keyring.new_seal(), keyring.new_seal()
    assert first is not None
    assert second is not None
    assert (len(first.header), first.key != second.key) == (HEADER_BYTES, True)
    derivation = HKDF(algorithm=SHA256(), length=32, salt=first.header[32:], info=first.header)
    assert first.key == derivation.derive(key.secret)


@pytest.mark.parametrize("is_sealing", [True, False])
def test_a_keyring_is_handed_over_in_memory(path: Path, key: Key, is_sealing: bool) -> None:
    put(path, b"old", Keyring(sealing=key))
    given = Keyring(sealing=FILE_KEY if is_sealing else None, opening=[key])
    descriptor = given.to_descriptor()
    assert Path(f"/proc/self/fd/{descriptor}").readlink().name.startswith("memfd:")
    with pytest.raises(PermissionError):
        os.write(descriptor, b"x")
    taken = Keyring.from_descriptor(descriptor)
    assert taken.sealing == given.sealing
    assert content_of(path, taken) == b"old"


def test_an_empty_keyring_says_so(key: Key) -> None:
    assert Keyring().is_empty
    assert not Keyring(opening=[key]).is_empty


def test_a_key_shows_its_id_alone(key: Key, keyring: Keyring) -> None:
    assert repr(key.secret) not in repr(key)
    assert repr(keyring.new_seal()).count("key=") == 0


def test_keys_are_found_by_their_kind(key: Key) -> None:
    keyring = Keyring(sealing=FILE_KEY, opening=[key])
    assert keyring.key(KeyKind.SESSION) == key
    assert keyring.key(KeyKind.KEY_FILE) == FILE_KEY
    assert Keyring().key(KeyKind.SESSION) is None


def test_a_key_file_may_be_longer_but_not_shorter_than_a_key() -> None:
    assert Key.from_file(b"f" * 100).id != FILE_KEY.id
    with pytest.raises(KeyRefused, match="has 31 bytes, it needs 32"):
        Key.from_file(bytes(31))
