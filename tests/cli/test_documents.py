"""sheetctl scan without a file, and documents: made, shown, exported in every format."""

import asyncio
from pathlib import Path

import pytest

from fakes.core import BOB, FakeCore
from fakes.devices import Sheet
from fakes.sheetctl import Sheetctl
from sheetfed.bus.door import BusDoor
from sheetfed.core.errors import InternalError

pytestmark = pytest.mark.usefixtures("door")
FEEDER = ("--paper-source", "feeder")


@pytest.fixture
async def document(sheetctl: Sheetctl, core: FakeCore) -> str:
    """Two pages that a scan without a file has left in the store."""
    core.devices.load(Sheet(), Sheet())
    ran = await sheetctl("scan", *FEEDER)
    assert (ran.code, ran.err) == (0, "2 pages in the document\n")
    return ran.out.decode().strip()


async def test_a_scan_without_a_file_makes_a_document_and_prints_its_id(
    document: str, core: FakeCore, folder: Path
) -> None:
    (found,) = core.collection.documents.values()
    assert (found.id, len(found.pages)) == (document, 2)
    assert list(folder.iterdir()) == []


async def test_a_scan_goes_on_in_a_document(
    sheetctl: Sheetctl, document: str, core: FakeCore
) -> None:
    core.devices.load(Sheet())
    ran = await sheetctl("--json", "scan", "--append", document, *FEEDER)
    assert (ran.json["document"], ran.json["files"]) == (document, [])
    assert len(core.collection.documents) == 1


@pytest.mark.parametrize("option", [("--format", "pdf"), ("--quality", "5"), ("--no-keep",)])
async def test_what_is_about_a_file_needs_one(sheetctl: Sheetctl, option: tuple[str, ...]) -> None:
    ran = await sheetctl("scan", *option)
    assert ran.code == 2
    assert "--output" in ran.err


async def test_a_scan_is_touched_up_as_told(sheetctl: Sheetctl, core: FakeCore) -> None:
    core.devices.load(Sheet())
    core.pages.skewed = 2.0
    await sheetctl("scan", "--deskew", "--auto-crop", "--discard-blank", *FEEDER)
    (page,) = core.collection.pages.values()
    assert [type(edit).__name__ for edit in page.applied] == ["Rotate"]


async def test_a_document_is_shown_with_its_pages(
    sheetctl: Sheetctl, document: str, core: FakeCore
) -> None:
    ran = await sheetctl("documents", "show", document)
    assert ran.code == 0
    for words in (document.encode(), b"2480 x 3508", b"300", b"color, 8 bits"):
        assert words in ran.out
    shown = (await sheetctl("--json", "documents", "show", document)).json
    assert [page["id"] for page in shown["pages"]] == list(
        core.collection.documents[shown["id"]].pages
    )


async def test_a_document_that_is_not_there_cannot_be_shown(sheetctl: Sheetctl) -> None:
    assert (await sheetctl("documents", "show", "d0")).code == 10


@pytest.mark.parametrize(
    ("name", "files"),
    [("a.tiff", ["a.tiff"]), ("a.webp", ["a-001.webp", "a-002.webp"]), ("a.PDF", ["a.PDF"])],
)
async def test_a_document_is_exported_in_the_format_of_the_files_name(
    sheetctl: Sheetctl, document: str, folder: Path, name: str, files: list[str]
) -> None:
    assert (await sheetctl("documents", "export", document, "-o", name)).code == 0
    assert sorted(file.name for file in folder.iterdir()) == files


async def test_an_export_is_as_it_is_asked_for(
    sheetctl: Sheetctl, document: str, core: FakeCore
) -> None:
    words = (
        "--compression",
        "group4",
        "--page-size",
        "A4",
        "--title",
        "Letters",
        "--author",
        "Ada",
    )
    more = ("--text", "eng", "--text", "deu", "--archive", "--quality", "40")
    ran = await sheetctl("documents", "export", document, "-o", "a.pdf", *words, *more)
    assert ran.code == 0
    ((_, _, how),) = core.pages.exported
    assert (how.compression, how.page_mm, how.quality) == ("group4", (210, 297), 40)
    assert (how.metadata.title, how.metadata.author) == ("Letters", "Ada")
    assert (how.text_languages, how.is_archive) == (("eng", "deu"), True)


async def test_a_password_comes_by_standard_input_and_in_no_command_line(
    sheetctl: Sheetctl, document: str, core: FakeCore
) -> None:
    words = ("documents", "export", document, "-o", "a.pdf", "--encrypt")
    async with sheetctl.started(*words, stdin=asyncio.subprocess.PIPE) as process:
        await process.communicate(b"open sesame\n")
    assert process.returncode == 0
    ((_, _, how),) = core.pages.exported
    assert how.password == "open sesame"


async def test_what_a_file_cannot_be_is_refused(sheetctl: Sheetctl, document: str) -> None:
    ran = await sheetctl("documents", "export", document, "-o", "a.tiff", "--archive")
    assert ran.code == 2
    assert "PDF" in ran.err


async def test_an_export_that_fails_late_leaves_no_file(
    sheetctl: Sheetctl, document: str, core: FakeCore, door: BusDoor, folder: Path
) -> None:
    core.pages.exporting.shut()
    async with sheetctl.started("documents", "export", document, "-o", "a.pdf") as process:
        await core.pages.exporting.reached()
        core.pages.exporting.fault = InternalError("the image work died")
        core.pages.exporting.open()
        _, err = await process.communicate()
    assert process.returncode == 1
    assert b"internal error" in err or b"could not be made" in err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("what", ["documents", "jobs"])
async def test_an_administrator_lists_everybodys(
    sheetctl: Sheetctl, core: FakeCore, what: str
) -> None:
    await core.describing.create(BOB, name="Bob's letters")
    ran = await sheetctl(what, "--everybody")
    assert ran.code == 0
    assert (b"Bob's letters" in ran.out) == (what == "documents")
