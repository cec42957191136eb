"""Archive: what was written comes back the same; what was changed on the way is refused."""

import asyncio
import errno
import hashlib
import io
import json
import os
import socket
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from fakes.rows import document, page
from sheetfed.core.edits import Crop, Rotate
from sheetfed.core.errors import (
    DamagedImage,
    Gone,
    InvalidParameter,
    ScanError,
    StoreFull,
    TooLarge,
    UnsupportedImage,
)
from sheetfed.core.model import DocumentId, Owner, Page, PageId
from sheetfed.core.upkeep import Contents
from sheetfed.sealed.keyring import Keyring
from sheetfed.storage import manifest, streams, tarblocks, unpacking
from sheetfed.storage.archive import Archives
from sheetfed.storage.blobs import Blobs
from sheetfed.storage.store import Store

P1, P2, P3 = PageId("p1"), PageId("p2"), PageId("p3")
CONTENTS = Contents(
    (
        (
            replace(document("d1", P1, P2), name="Brief", metadata='{"a":1}', current=1),
            (replace(page("p1"), edits=(Rotate(90), Crop(0, 0, 5, 5)), undone=1), page("p2")),
        ),
        (replace(document("d2"), owner=Owner(0), instance=None, password_hash="x"), ()),
        (document("d3", P3), (replace(page("p3", "d3"), job=None),)),
    )
)


def files(name: PageId) -> tuple[bytes, bytes]:
    """A master that is longer than a chunk, and a preview of exactly a block."""
    return name.encode() * 700_000, name.encode() * 256


@pytest.fixture
def blobs(store: Store) -> Blobs:
    """With the files of three pages."""
    for name in (P1, P2, P3):
        master, preview = files(name)
        store.blobs.master(name).write_bytes(master)
        store.blobs.preview(name).write_bytes(preview)
    return store.blobs


async def written(blobs: Blobs, contents: Contents = CONTENTS) -> bytes:
    reading, writing = os.pipe()
    task = asyncio.create_task(Archives(blobs=blobs).write(contents, writing))
    parts = []
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while part := await asyncio.to_thread(pipe.read, 1 << 20):
            parts.append(part)
    await task
    return b"".join(parts)


async def read(blobs: Blobs, folder: Path, descriptor: int) -> tuple[Contents, dict[PageId, bool]]:
    """Take every page into a folder."""
    came = {}
    async with Archives(blobs=blobs).read(descriptor) as arrival:
        for found in arrival.contents.pages:
            came[found.id] = await arrival.take(
                found.id,
                master=folder / f"{found.id}.m",
                preview=folder / f"{found.id}.v",
            )
        await arrival.end()
        return arrival.contents, came


def opened(folder: Path, data: bytes) -> int:
    path = folder / "archive"
    path.write_bytes(data)
    return os.open(path, os.O_RDONLY)


async def test_what_was_written_comes_back_the_same(blobs: Blobs, tmp_path: Path) -> None:
    contents, came = await read(blobs, tmp_path, opened(tmp_path, await written(blobs)))
    assert contents == CONTENTS
    assert came == {P1: True, P2: True, P3: True}
    for name in came:
        master, preview = files(name)
        assert (tmp_path / f"{name}.m").read_bytes() == master
        assert (tmp_path / f"{name}.v").read_bytes() == preview
        assert (tmp_path / f"{name}.m").stat().st_mode & 0o777 == 0o600


async def test_other_programs_can_read_it_and_compare_the_checksums(blobs: Blobs) -> None:
    with tarfile.open(fileobj=io.BytesIO(await written(blobs))) as tar:
        content = {
            member.name: tar.extractfile(member).read()  # type: ignore[union-attr]
            for member in tar.getmembers()
        }
        assert {member.mode for member in tar.getmembers()} == {0o600}
    assert list(content)[:3] == ["manifest.json", "pages/p1.master", "pages/p1.preview"]
    assert json.loads(content["manifest.json"])["format"] == "sheetfed-archive-1"
    lines = content.pop("checksums").decode().splitlines()
    assert [line.split("  ") for line in lines] == [
        [hashlib.sha256(data).hexdigest(), name] for name, data in content.items()
    ]


async def test_pages_can_be_passed_over(blobs: Blobs, tmp_path: Path) -> None:
    async with Archives(blobs=blobs).read(opened(tmp_path, await written(blobs))) as arrival:
        for name in (P1, P2, P3):
            assert await arrival.skip(name)
        await arrival.end()
    assert [path.name for path in tmp_path.glob("*.m*")] == []


async def test_a_page_whose_files_are_gone_is_left_out(
    blobs: Blobs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blobs.preview(P2).unlink()
    _, came = await read(blobs, tmp_path, opened(tmp_path, await written(blobs)))
    assert came == {P1: True, P2: False, P3: True}
    assert "1 pages are not in the export" in caplog.text


@pytest.mark.parametrize("kind", ["pipe", "socket"])
async def test_it_comes_through_pipes_and_sockets(blobs: Blobs, tmp_path: Path, kind: str) -> None:
    data = await written(blobs)
    if kind == "pipe":
        reading, writing = os.pipe()
    else:
        ours, theirs = socket.socketpair()
        reading, writing = ours.detach(), theirs.detach()

    def send() -> None:
        with os.fdopen(writing, "wb") as file:
            file.write(data)

    sending = asyncio.get_running_loop().run_in_executor(None, send)
    contents, _ = await read(blobs, tmp_path, reading)
    await sending
    assert contents == CONTENTS


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
    data = change(await written(blobs))
    with pytest.raises((DamagedImage, UnsupportedImage)):
        await read(blobs, tmp_path, opened(tmp_path, data))
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
        await read(blobs, tmp_path, opened(tmp_path, data))


async def test_a_page_that_pretends_to_be_huge_is_refused(
    blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = await written(blobs)
    monkeypatch.setattr(unpacking, "_PAGE_BYTES_AT_MOST", 1_000_000)
    with pytest.raises(DamagedImage, match="not whole"):
        await read(blobs, tmp_path, opened(tmp_path, data))


async def test_a_device_is_no_archive(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter):
        await read(blobs, tmp_path, os.open("/dev/zero", os.O_RDONLY))


async def test_whoever_sends_nothing_more_is_not_waited_for(
    blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STALL_S", 0.01)
    reading, writing = os.pipe()
    with pytest.raises(Gone, match="does nothing"):
        await read(blobs, tmp_path, reading)
    os.close(writing)


async def test_whoever_reads_no_more_is_not_waited_for(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STALL_S", 0.01)
    reading, writing = os.pipe()
    with pytest.raises(Gone, match="does nothing"):
        await Archives(blobs=blobs).write(CONTENTS, writing)
    os.close(reading)


async def test_whoever_goes_away_ends_the_export(blobs: Blobs) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(Gone):
        await Archives(blobs=blobs).write(CONTENTS, writing)


async def test_a_full_disk_leaves_no_half_file(
    blobs: Blobs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "")

    class FullDisk(Keyring):
        def created(self, path: Path) -> BinaryIO:  # type: ignore[override]
            path.touch()
            return Full()

    archives = Archives(blobs=blobs, keyring=FullDisk())
    async with archives.read(opened(tmp_path, await written(blobs))) as arrival:
        with pytest.raises(StoreFull):
            await arrival.take(P1, master=tmp_path / "m", preview=tmp_path / "v")
    assert [path.name for path in tmp_path.glob("m*")] == []
    assert "a page of an archive cannot be written" in caplog.text


def test_a_page_of_every_kind_of_edit_is_written_down() -> None:
    assert manifest.read(manifest.to_bytes(CONTENTS)) == CONTENTS
    named: list[Page | DocumentId] = [document.id for document, _ in CONTENTS.documents]
    assert named == ["d1", "d2", "d3"]
