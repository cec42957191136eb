"""Sealed files behave as plain ones do, and what is done to them on the disk is found."""

import io
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetfed.core.errors import DamagedImage
from sheetfed.sealed.cipher import SURPLUS_BYTES
from sheetfed.sealed.header import HEADER_BYTES
from sheetfed.sealed.keyring import Keyring
from sheetfed.sealed.keys import Key, KeyKind
from sheetfed.sealed.sealedfile import CHUNK_BYTES, SealedFile

BLOCK_BYTES = CHUNK_BYTES + SURPLUS_BYTES
KEYRING = Keyring(sealing=Key(KeyKind.SESSION, bytes(32)))
NEAR_A_CHUNK = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES]
SIZES = st.one_of(st.sampled_from(NEAR_A_CHUNK), st.integers(0, 3 * CHUNK_BYTES))

read = st.tuples(st.just("read"), SIZES)
write = st.tuples(st.just("write"), st.one_of(st.sampled_from(NEAR_A_CHUNK), st.integers(0, 5000)))
seek = st.tuples(st.just("seek"), SIZES)
truncate = st.tuples(st.just("truncate"), SIZES)
flush = st.tuples(st.just("flush"), st.just(0))
reopen = st.tuples(st.just("reopen"), st.just(0))


def store(path: Path, content: bytes, keyring: Keyring = KEYRING) -> bytes:
    """Returns what is on the disk."""
    with keyring.created(path) as file:
        file.write(content)
    return path.read_bytes()


def content_of(path: Path, keyring: Keyring = KEYRING) -> bytes:
    with keyring.opened(path) as file:
        return file.read()


def blocks(stored: bytes) -> list[bytes]:
    body = stored[HEADER_BYTES:]
    return [body[at : at + BLOCK_BYTES] for at in range(0, len(body), BLOCK_BYTES)]


@pytest.mark.parametrize("size", [*NEAR_A_CHUNK, 2 * CHUNK_BYTES + 1])
def test_what_is_written_is_read(path: Path, size: int) -> None:
    content = os.urandom(size)
    store(path, content)
    assert content_of(path) == content


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(read, write, seek, truncate, flush, reopen), max_size=12))
def test_it_does_whatever_a_file_in_memory_does(steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "file")
        seal = KEYRING.new_seal()
        assert seal is not None
        plain, sealed = io.BytesIO(), seal.begin(io.FileIO(path, "w+b"))
        for number, (step, size) in enumerate(steps):
            data = bytes([number % 251 + 1]) * size
            match step:
                case "read":
                    assert sealed.read(size) == plain.read(size)
                case "write":
                    assert sealed.write(data) == plain.write(data)
                case "seek":
                    assert sealed.seek(size) == plain.seek(size)
                case "truncate":
                    assert sealed.truncate(size) == _resized(plain, size)
                case "flush":
                    sealed.flush()
                case "reopen":
                    at = sealed.tell()
                    sealed.close()
                    sealed = seal.content(io.FileIO(path, "r+b"))
                    sealed.seek(at)
            assert sealed.tell() == plain.tell()
        sealed.close()
        assert content_of(path) == plain.getvalue()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4 * CHUNK_BYTES), st.integers(0, 2 * CHUNK_BYTES))))
def test_any_range_is_what_it_would_be_of_a_plain_file(ranges: list[tuple[int, int]]) -> None:
    content = os.urandom(3 * CHUNK_BYTES + 1234)
    with TemporaryDirectory() as folder:
        path = Path(folder, "file")
        store(path, content)
        with KEYRING.opened(path) as file:
            for start, size in ranges:
                file.seek(start)
                buffer = bytearray(size)
                count = file.readinto(buffer)  # type: ignore[attr-defined]
                assert buffer[:count] == content[start : start + size]
                assert file.tell() == start + count


def test_seeking_knows_all_three_places_to_start_from(path: Path) -> None:
    store(path, b"0123456789")
    with KEYRING.opened(path) as file:
        assert (file.seek(-3, os.SEEK_END), file.read(2)) == (7, b"78")
        assert (file.seek(-5, os.SEEK_CUR), file.read(1)) == (4, b"4")
        with pytest.raises(ValueError):
            file.seek(-1)


def test_nothing_of_the_content_is_on_the_disk(path: Path) -> None:
    word = b"a word that is easily found"
    assert word not in store(path, word * 10_000)


def test_equal_files_are_sealed_differently(path: Path) -> None:
    first, second = store(path, b"the same"), store(path, b"the same")
    assert first[HEADER_BYTES:] != second[HEADER_BYTES:]


def test_a_chunk_that_is_written_again_has_another_nonce(path: Path) -> None:
    with KEYRING.created(path) as file:
        file.write(b"one")
        file.flush()
        before = path.read_bytes()
        file.seek(0)
        file.write(b"one")
    after = path.read_bytes()
    assert before[HEADER_BYTES : HEADER_BYTES + 12] != after[HEADER_BYTES : HEADER_BYTES + 12]


def test_the_file_is_its_owners_alone(path: Path) -> None:
    store(path, b"")
    assert path.stat().st_mode & 0o777 == 0o600


def test_any_changed_byte_is_found(path: Path) -> None:
    stored = store(path, b"some bytes")
    for at in range(len(stored)):
        path.write_bytes(stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :])
        if at < len(b"sheetfed-seal-1\n"):
            assert content_of(path) != b"some bytes"
            continue
        with pytest.raises(DamagedImage):
            content_of(path)


def test_any_cut_is_found(path: Path) -> None:
    stored = store(path, b"some bytes")
    for size in range(len(b"sheetfed-seal-1\n"), len(stored)):
        path.write_bytes(stored[:size])
        with pytest.raises(DamagedImage):
            content_of(path)


@pytest.mark.parametrize("size", [2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 5])
def test_a_cut_between_chunks_is_found(path: Path, size: int) -> None:
    stored = store(path, bytes(size))
    path.write_bytes(stored[: HEADER_BYTES + BLOCK_BYTES])
    with pytest.raises(DamagedImage):
        content_of(path)


def test_what_is_appended_is_found(path: Path) -> None:
    stored = store(path, bytes(CHUNK_BYTES))
    for surplus in (b"x", bytes(SURPLUS_BYTES), stored[HEADER_BYTES:]):
        path.write_bytes(stored + surplus)
        with pytest.raises(DamagedImage):
            content_of(path)


def test_chunks_that_changed_places_are_found(path: Path) -> None:
    stored = store(path, os.urandom(3 * CHUNK_BYTES))
    first, second, third = blocks(stored)
    path.write_bytes(stored[:HEADER_BYTES] + second + first + third)
    with pytest.raises(DamagedImage):
        content_of(path)


def test_a_chunk_of_another_file_is_found(path: Path) -> None:
    other = blocks(store(path, bytes(2 * CHUNK_BYTES)))
    stored = store(path, bytes(2 * CHUNK_BYTES))
    path.write_bytes(stored[:HEADER_BYTES] + other[0] + blocks(stored)[1])
    with pytest.raises(DamagedImage):
        content_of(path)


def test_a_damaged_chunk_leaves_the_others_readable(path: Path) -> None:
    content = os.urandom(3 * CHUNK_BYTES)
    stored = bytearray(store(path, content))
    stored[HEADER_BYTES + BLOCK_BYTES + 100] ^= 1
    path.write_bytes(stored)
    with KEYRING.opened(path) as file:
        assert file.read(CHUNK_BYTES) == content[:CHUNK_BYTES]
        with pytest.raises(DamagedImage):
            file.read(1)
        file.seek(2 * CHUNK_BYTES)
        assert file.read() == content[2 * CHUNK_BYTES :]


def test_it_has_no_descriptor_that_a_library_could_write_clear_bytes_to(path: Path) -> None:
    with KEYRING.created(path) as file, pytest.raises(io.UnsupportedOperation):
        file.fileno()


def test_a_full_disk_is_told_and_the_file_closed() -> None:
    raw = io.FileIO("/dev/full", "r+b")
    file = SealedFile(raw, bytes(32), is_new=True)
    file.write(b"x")
    with pytest.raises(OSError, match="No space left"):
        file.close()
    assert (file.closed, raw.closed) == (True, True)


def test_what_did_not_get_onto_a_full_disk_is_not_read_back() -> None:
    file = SealedFile(io.FileIO("/dev/full", "r+b"), bytes(32), is_new=True)
    with pytest.raises(OSError, match="No space left"):
        file.write(bytes(3 * CHUNK_BYTES))
    file.seek(2 * CHUNK_BYTES)
    with pytest.raises(OSError, match="No space left"):
        file.read(1)
    with pytest.raises(OSError, match="No space left"):
        file.close()


def _resized(file: io.BytesIO, size: int) -> int:
    """As a file on the disk does, which grows, too."""
    content = file.getvalue()[:size].ljust(size, b"\0")
    at = file.tell()
    file.seek(0)
    file.truncate()
    file.write(content)
    file.seek(at)
    return size
