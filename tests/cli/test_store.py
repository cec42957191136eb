"""sheetctl store: what is told of the store, and archives that are whole or not there."""

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from fakes import archives
from fakes.archives import ARCHIVE, MemoryArrival
from fakes.core import FakeCore
from fakes.pages import A4_300
from fakes.sheetctl import Sheetctl
from sheetfed.bus.door import BusDoor
from sheetfed.cli import show
from sheetfed.cli.archive import Archive
from sheetfed.cli.exits import Stop
from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Document, DocumentId, Owner, Page, PageId
from sheetfed.core.upkeep import Contents, Finding, Flaw

MINE = Owner(os.getuid())
P1 = PageId(f"p{1:032x}")
D1 = DocumentId(f"d{1:032x}")
PAGE = Page(P1, D1, None, 0, A4_300, 1234, 1.0)


@pytest.fixture
async def stored(door: BusDoor, core: FakeCore) -> FakeCore:
    """With one page of the test's own user."""
    await core.documents.append(PAGE, MINE, None)
    return core


async def test_a_sound_store_is_told_so(sheetctl: Sheetctl, stored: FakeCore) -> None:
    ran = await sheetctl("store", "check")
    assert (ran.code, ran.out) == (0, b"The store has no flaws.\n")
    assert (await sheetctl("--json", "store", "check")).json == []


async def test_flaws_are_listed_and_an_error(sheetctl: Sheetctl, stored: FakeCore) -> None:
    stored.store_folder.findings = [
        Finding(Flaw.MISSING, "blobs/00/x.master", P1),
        Finding(Flaw.ORPHAN, "blobs/01/y.preview"),
    ]
    ran = await sheetctl("store", "check")
    assert ran.code == 1
    for words in (b"blobs/00/x.master", b"missing", P1.encode(), b"orphan"):
        assert words in ran.out
    assert "2 flaws" in ran.err
    ran = await sheetctl("--json", "store", "check")
    assert (ran.code, len(ran.json)) == (1, 2)
    del stored.store_folder.findings[0]
    assert "the store has 1 flaw\n" in (await sheetctl("store", "check")).err


async def test_usage_is_shown_by_owner(sheetctl: Sheetctl, stored: FakeCore) -> None:
    web = Owner(MINE.uid, "https://app.example.org")
    await stored.documents.append(Page(**{**fields(PAGE), "id": "w", "document": "w"}), web, None)
    ran = await sheetctl("store", "usage")
    assert f"{show.user(MINE.uid)}, https://app.example.org".encode() in ran.out
    assert b"1.2 kB" in ran.out
    assert [owner["pages"] for owner in (await sheetctl("--json", "store", "usage")).json] == [1, 1]


def fields(page: Page) -> dict[str, object]:
    return {name: getattr(page, name) for name in page.__dataclass_fields__}


async def test_old_documents_are_purged(sheetctl: Sheetctl, stored: FakeCore) -> None:
    stored.clock.advance(2 * 3600)
    ran = await sheetctl("store", "purge", "--older-than", "3h")
    assert ran.out == b"Removed 0 documents.\n"
    assert (await sheetctl("--json", "store", "purge", "--older-than", "90m")).json == {
        "documents": 1
    }
    assert stored.documents.all_pages() == frozenset()


@pytest.mark.parametrize("age", ["7", "d", "-7d", "1w", "1.5h"])
async def test_an_age_that_is_none_is_a_wrong_command_line(sheetctl: Sheetctl, age: str) -> None:
    ran = await sheetctl("store", "purge", "--older-than", age)
    assert ran.code == 2
    assert "90m, 12h or 7d" in ran.err


async def test_an_export_is_written_whole(
    sheetctl: Sheetctl, stored: FakeCore, folder: Path
) -> None:
    assert (await sheetctl("store", "export", "-o", "a.tar", "--everybody")).code == 0
    assert (folder / "a.tar").read_bytes() == ARCHIVE
    assert (await sheetctl("store", "export", "-o", "-")).out == ARCHIVE


async def test_an_export_that_breaks_off_leaves_no_file(
    sheetctl: Sheetctl, stored: FakeCore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "ARCHIVE", ARCHIVE[:700])
    ran = await sheetctl("store", "export", "-o", "a.tar")
    assert ran.code == 1
    assert "broke off" in ran.err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("is_piped", [False, True])
async def test_an_import_says_what_came(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore, folder: Path, is_piped: bool
) -> None:
    document = Document(D1, MINE, None, 1.0, 2.0, (P1,))
    core.archives.arrival = MemoryArrival(Contents(((document, (PAGE,)),)))
    (folder / "a.tar").write_bytes(b"archive")
    if is_piped:
        with subprocess.Popen(["cat", "a.tar"], cwd=folder, stdout=subprocess.PIPE) as cat:
            async with sheetctl.started("store", "import", "-", stdin=cat.stdout) as process:
                out, _ = await process.communicate()
        assert process.returncode == 0
    else:
        out = (await sheetctl("store", "import", "a.tar")).out
    assert out == b"Took in 1 page in 1 document; 0 pages were here already.\n"
    assert core.archives.received == [b"archive"]
    ran = await sheetctl("--json", "store", "import", "a.tar", "--as-own")
    assert ran.json == {"documents": 1, "pages": 1, "known_pages": 0, "damaged_pages": 0}


async def test_pages_that_could_not_come_are_said(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore, folder: Path
) -> None:
    document = Document(D1, MINE, None, 1.0, 2.0, (P1,))
    core.archives.arrival = MemoryArrival(Contents(((document, (PAGE,)),)))
    core.archives.arrival.missing = {P1}
    (folder / "a.tar").touch()
    ran = await sheetctl("store", "import", "a.tar")
    assert ran.code == 8
    assert "1 page of the archive cannot be read" in ran.err


async def test_a_damaged_archive_brings_nothing(
    sheetctl: Sheetctl, stored: FakeCore, folder: Path
) -> None:
    stored.archives.arrival.ending.fault = DamagedImage("the archive is damaged: it ends too early")
    (folder / "a.tar").touch()
    ran = await sheetctl("store", "import", "a.tar")
    assert ran.code == 1
    assert "the archive is damaged: it ends too early" in ran.err


async def test_an_archive_that_is_not_there_is_said(sheetctl: Sheetctl, stored: FakeCore) -> None:
    ran = await sheetctl("store", "import", "nowhere.tar")
    assert ran.code == 2
    assert "nowhere.tar cannot be read: No such file" in ran.err


def tar(*sizes: int, last: str = "checksums") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for number, size in enumerate(sizes):
            info = tarfile.TarInfo(f"file{number}" if number < len(sizes) - 1 else last)
            info.size = size
            file.addfile(info, io.BytesIO(bytes(size)))
    return made.getvalue()


@pytest.mark.parametrize("chunk", [1, 511, 512, 513, 100_000])
def test_a_whole_archive_is_read_to_its_end(chunk: int) -> None:
    data = tar(0, 700, 512, 1, 3)
    archive, parts = Archive(io.BytesIO(data)), []
    while part := archive.read(chunk):
        parts.append(part)
    assert b"".join(parts) == data


@pytest.mark.parametrize(
    "data", [b"", tar(5)[:600], tar(5, 2000)[:1536], tar(5, 5)[:1024], tar(5, last="other")]
)
def test_an_archive_that_ends_too_early_is_no_archive(data: bytes) -> None:
    with pytest.raises(Stop, match="broke off"):
        shutil.copyfileobj(Archive(io.BytesIO(data)), io.BytesIO(), 100)
