"""Documents over D-Bus: pages leave as open files."""

from pathlib import Path

import pytest
from dbus_next.signature import Variant

from fakes.busclient import Client
from fakes.core import FakeCore
from fakes.devices import Sheet
from fakes.sealed import KEYRING, seal
from sheetfed.bus.contract import DOCUMENT, JOB
from sheetfed.bus.refusal import Refusal
from sheetfed.core.model import DocumentId


@pytest.fixture
async def document(client: Client, core: FakeCore) -> str:
    """Three pages of the test's own user."""
    core.devices.load(Sheet(), Sheet(), Sheet())
    settings = {"paper_source": Variant("s", "feeder")}
    job = await client.call("StartScan", "sa{sv}", "", settings)
    await client.heard("Finished")
    path = await client.get(job, JOB, "Document")
    assert isinstance(path, str)
    return path


async def test_a_document_is_exported_as_a_pdf_of_all_pages(
    client: Client, core: FakeCore, document: str
) -> None:
    content = await client.read("Export", "sa{sv}", "pdf", {}, path=document, interface=DOCUMENT)
    assert content.startswith(b"%PDF")
    assert [pages for pages, _, _ in core.pages.exported] == [3]


async def test_pages_are_chosen_by_index_in_the_order_wanted(
    client: Client, core: FakeCore, document: str
) -> None:
    options = {"pages": Variant("au", [2, 0]), "quality": Variant("u", 40)}
    await client.read("Export", "sa{sv}", "pdf", options, path=document, interface=DOCUMENT)
    ((number, _, how),) = core.pages.exported
    assert (number, how.quality) == (2, 40)


async def test_nothing_of_an_export_stays_on_the_disk(
    client: Client, core: FakeCore, document: str
) -> None:
    before = await _files(core)
    await client.read("Export", "sa{sv}", "pdf", {}, path=document, interface=DOCUMENT)
    assert await _files(core) == before


async def test_a_sealed_export_leaves_in_clear_and_in_memory(
    client: Client, core: FakeCore, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.cache, "opened", lambda path: KEYRING.opened(seal(path)))
    content = await client.read("Export", "sa{sv}", "pdf", {}, path=document, interface=DOCUMENT)
    assert content.startswith(b"%PDF")


async def test_a_page_is_fitted_into_a_box(client: Client, core: FakeCore, document: str) -> None:
    box = {"width": Variant("u", 585), "height": Variant("u", 513)}
    content = await client.read("GetPage", "usa{sv}", 1, "", box, path=document, interface=DOCUMENT)
    assert content.startswith(b"\xff\xd8")
    assert b"363x513" in content


async def test_an_export_can_be_of_every_type_and_way(
    client: Client, core: FakeCore, document: str
) -> None:
    options = {
        "compression": Variant("s", "group4"),
        "page_size": Variant("s", "A4"),
        "title": Variant("s", "Letters"),
        "archive": Variant("b", True),
        "languages": Variant("as", ["eng"]),
    }
    await client.read("Export", "sa{sv}", "pdf", options, path=document, interface=DOCUMENT)
    one = {"pages": Variant("au", [0])}
    for word in ("tiff", "bmp", "webp", "png", "jpeg"):
        await client.read("Export", "sa{sv}", word, one, path=document, interface=DOCUMENT)
    (_, _, how), *others = core.pages.exported
    assert (how.compression, how.page_mm, how.metadata.title) == ("group4", (210, 297), "Letters")
    assert (how.is_archive, how.text_languages) == (True, ("eng",))
    assert [kind for _, kind, _ in others] == ["tiff", "bmp", "webp", "png", "jpeg"]


@pytest.fixture
def pages_to_add(core: FakeCore, tmp_path: Path) -> Path:
    """A file with two pages."""
    core.pages.sources[b"two pages"] = 2
    path = tmp_path / "two.pdf"
    path.write_bytes(b"two pages")
    return path


async def _add(client: Client, document: str, path: Path) -> None:
    with path.open("rb") as file:
        await client.ask(
            *("AddPage", "h", 0), path=document, interface=DOCUMENT, files=[file.fileno()]
        )


async def test_a_files_pages_come_in_at_the_end(
    client: Client, document: str, pages_to_add: Path
) -> None:
    await _add(client, document, pages_to_add)
    assert await client.get(document, DOCUMENT, "Pages") == 5
    assert not [path for path in await client.managed() if "/task/" in path]


async def test_a_file_that_nobody_can_read_brings_nothing(
    client: Client, document: str, tmp_path: Path
) -> None:
    (tmp_path / "text").write_bytes(b"no picture")
    with pytest.raises(Refusal) as refused:
        await _add(client, document, tmp_path / "text")
    assert refused.value.name == "org.sheetfed1.Error.UnsupportedImage"
    assert await client.get(document, DOCUMENT, "Pages") == 3


async def test_a_page_is_edited_and_the_edit_undone(
    client: Client, core: FakeCore, document: str
) -> None:
    async def edit(word: str, **options: Variant) -> None:
        await client.call("Edit", "usa{sv}", 1, word, options, path=document, interface=DOCUMENT)

    def edits() -> list[str]:
        page = core.collection.documents[DocumentId(document.rpartition("/")[2])].pages[1]
        return [type(edit).__name__ for edit in core.collection.pages[page].applied]

    await edit("rotate", degrees=Variant("d", 90.0))
    await edit("crop", **{side: Variant("u", 100) for side in ("left", "top")}, **_FAR)
    core.pages.skewed = 1.5
    await edit("deskew")
    assert edits() == ["Rotate", "Crop", "Rotate"]
    await edit("undo")
    await edit("undo")
    await edit("redo")
    assert edits() == ["Rotate", "Crop"]


_FAR = {side: Variant("u", 900) for side in ("right", "bottom")}


@pytest.mark.parametrize(
    ("index", "word", "options", "error"),
    [
        (3, "gray", {}, "IndexOutOfRange"),
        (0, "paint", {}, "InvalidParameter"),
        (0, "rotate", {}, "InvalidParameter"),
        (0, "rotate", {"op": Variant("s", "gray")}, "InvalidParameter"),
        (0, "gray", {"fill": Variant("s", "#000000")}, "InvalidParameter"),
        (0, "undo", {"steps": Variant("u", 2)}, "InvalidParameter"),
        (0, "undo", {}, "NothingToUndo"),
    ],
)
async def test_what_cannot_be_done_to_a_page_is_refused(
    client: Client, document: str, index: int, word: str, options: object, error: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await client.call(
            *("Edit", "usa{sv}", index, word, options), path=document, interface=DOCUMENT
        )
    assert refused.value.name == f"org.sheetfed1.Error.{error}"


@pytest.mark.parametrize(
    ("member", "signature", "body", "error"),
    [
        ("Export", "sa{sv}", ["gif", {}], "InvalidParameter"),
        ("Export", "sa{sv}", ["jpeg", {}], "InvalidParameter"),
        ("Export", "sa{sv}", ["pdf", {"size": Variant("u", 1)}], "InvalidParameter"),
        ("Export", "sa{sv}", ["pdf", {"quality": Variant("u", 101)}], "InvalidParameter"),
        ("Export", "sa{sv}", ["pdf", {"pages": Variant("s", "1")}], "InvalidParameter"),
        ("Export", "sa{sv}", ["pdf", {"pages": Variant("au", [3])}], "IndexOutOfRange"),
        ("GetPage", "usa{sv}", [0, "pdf", {}], "InvalidParameter"),
        ("GetPage", "usa{sv}", [9, "png", {}], "IndexOutOfRange"),
    ],
)
async def test_what_cannot_be_exported_is_refused(
    client: Client, document: str, member: str, signature: str, body: list[object], error: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await client.call(member, signature, *body, path=document, interface=DOCUMENT)
    assert refused.value.name == f"org.sheetfed1.Error.{error}"


async def test_a_removed_document_is_gone_for_all(client: Client, document: str) -> None:
    await client.call("Remove", path=document, interface=DOCUMENT)
    await client.heard("InterfacesRemoved", lambda signal: signal.body[0] == document)
    assert document not in await client.managed()


async def test_reading_properties_does_not_count_as_use(
    client: Client, core: FakeCore, document: str
) -> None:
    before = await client.get(document, DOCUMENT, "LastUsed")
    core.clock.advance(60)
    assert await client.get(document, DOCUMENT, "LastUsed") == before
    await client.read("Export", "sa{sv}", "pdf", {}, path=document, interface=DOCUMENT)
    assert await client.get(document, DOCUMENT, "LastUsed") == before + 60


async def _files(core: FakeCore) -> set[str]:
    return {path.name for path in core.cache._folder.iterdir()}
