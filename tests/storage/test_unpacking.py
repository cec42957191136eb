"""Unpacking: an archive that was changed on the way, or is none, is refused."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.packed import CONTENTS, opened, put, read, written
from sheetfed.core.errors import DamagedImage, ScanError, TooLarge, UnsupportedImage
from sheetfed.storage import manifest, tarblocks, unpacking
from sheetfed.storage.archive import Archives
from sheetfed.storage.blobs import Blobs
from sheetfed.storage.store import Store


@pytest.fixture
def blobs(store: Store) -> Blobs:
    """With the files of three pages."""
    return put(store.blobs)


def shortened(data: bytes) -> bytes:
    return data[:-1]


def without_the_end(data: bytes) -> bytes:
    return data[: -len(tarblocks.END)]


def of_half_the_length(data: bytes) -> bytes:
    return data[: len(data) // 2]


def with_a_flipped_bit_in_a_page(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def with_a_flipped_bit_between_its_files(data: bytes) -> bytes:
    at = data.index(tarblocks.header("pages/p1.preview", 512)) - 1
    return data[:at] + b"\1" + data[at + 1 :]


def with_a_flipped_bit_in_the_contents(data: bytes) -> bytes:
    return data.replace(b'"sequence": 3', b'"sequence": 2', 1)


def with_a_flipped_bit_in_the_checksums(data: bytes) -> bytes:
    at = data.rindex(b"  manifest.json") - 1
    return data[:at] + (b"0" if data[at : at + 1] != b"0" else b"1") + data[at + 1 :]


def with_more_behind_the_end(data: bytes) -> bytes:
    return data[: -len(tarblocks.END)] + b"more" + bytes(2000)


def without_a_preview(data: bytes) -> bytes:
    at = data.index(tarblocks.header("pages/p2.preview", 512))
    return data[:at] + data[at + 1024 :]


def without_a_page(data: bytes) -> bytes:
    start = data.index(tarblocks.header("pages/p2.master", 1_400_000))
    end = data.index(tarblocks.header("pages/p3.master", 1_400_000))
    return data[:start] + data[end:]


def with_a_link(data: bytes) -> bytes:
    start = data.index(tarblocks.header("pages/p2.master", 1_400_000))
    link = tarfile.TarInfo("pages/p2.master")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return data[:start] + link.tobuf(tarfile.USTAR_FORMAT) + data[start:]


def with_a_damaged_header(data: bytes) -> bytes:
    start = data.index(tarblocks.header("pages/p2.master", 1_400_000))
    return data[:start] + b"?" + data[start + 1 :]


@pytest.mark.parametrize(
    "change",
    [
        shortened,
        without_the_end,
        of_half_the_length,
        with_a_flipped_bit_in_a_page,
        with_a_flipped_bit_between_its_files,
        with_a_flipped_bit_in_the_contents,
        with_a_flipped_bit_in_the_checksums,
        with_more_behind_the_end,
        without_a_preview,
        without_a_page,
        with_a_link,
        with_a_damaged_header,
    ],
)
async def test_what_was_changed_on_the_way_is_refused(
    blobs: Blobs, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    data = change(await written(Archives(blobs=blobs)))
    with pytest.raises((DamagedImage, UnsupportedImage)):
        await read(Archives(blobs=blobs), tmp_path, opened(tmp_path, data))
    assert list(tmp_path.glob("*.part")) == []


def archive_of(words: object) -> bytes:
    content = words if isinstance(words, bytes) else json.dumps(words).encode()
    return (
        tarblocks.header("manifest.json", len(content))
        + content
        + tarblocks.padding(len(content))
        + tarblocks.END
    )


def contents_with(**changes: object) -> dict[str, object]:
    """One page, something of which is changed."""
    words = json.loads(manifest.to_bytes(CONTENTS))
    words["documents"][0]["pages"][0] |= changes
    return words  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", DamagedImage),
        (b"%PDF-1.7" + bytes(2000), UnsupportedImage),
        (bytes(4096), UnsupportedImage),
        (tarblocks.header("other", 0) + tarblocks.END, UnsupportedImage),
        (tarblocks.header("manifest.json", 1 << 32), TooLarge),
        (archive_of(b"{"), DamagedImage),
        (archive_of(b"[" * 100_000), DamagedImage),
        (archive_of([]), DamagedImage),
        (archive_of({"format": "sheetfed-archive-2"}), UnsupportedImage),
        (archive_of({"format": "sheetfed-archive-1"}), DamagedImage),
        (archive_of({"format": "sheetfed-archive-1", "documents": [7]}), DamagedImage),
        (archive_of(contents_with(id=7)), DamagedImage),
        (archive_of(contents_with(created="now")), DamagedImage),
        (archive_of(contents_with(created=float("nan"))), DamagedImage),
        (archive_of(contents_with(sequence=1 << 70)), DamagedImage),
        (archive_of(contents_with(sequence=True)), DamagedImage),
        (archive_of(contents_with(image={"mode": "pink"})), DamagedImage),
        (archive_of(contents_with(edits=[{"op": "burn"}])), DamagedImage),
    ],
)
async def test_what_is_no_archive_is_refused(
    blobs: Blobs, tmp_path: Path, data: bytes, error: type[ScanError]
) -> None:
    with pytest.raises(error):
        await read(Archives(blobs=blobs), tmp_path, opened(tmp_path, data))


async def test_a_page_that_pretends_to_be_huge_is_refused(
    blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = await written(Archives(blobs=blobs))
    monkeypatch.setattr(unpacking, "_PAGE_BYTES_AT_MOST", 1_000_000)
    with pytest.raises(DamagedImage, match="not whole"):
        await read(Archives(blobs=blobs), tmp_path, opened(tmp_path, data))
