"""sheetctl scan: paper in, a file out, and an exit code that says how it went."""

import asyncio
import os
import pty
import signal
from pathlib import Path

import pytest

from fakes.core import ADMIN, FakeCore
from fakes.devices import Sheet, SlowSheet
from fakes.gate import until
from fakes.sheetctl import Sheetctl
from sheetfed.bus.door import BusDoor
from sheetfed.core.errors import InvalidParameter, PaperJam, ScannerLost
from sheetfed.core.job import JobState
from sheetfed.core.model import Mode, PaperSource, Snapped, Special

pytestmark = pytest.mark.usefixtures("door")
FEEDER = ("--paper-source", "feeder")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_stack_becomes_one_pdf(sheetctl: Sheetctl, core: FakeCore, folder: Path) -> None:
    core.devices.load(Sheet(), Sheet(), Sheet())
    ran = await sheetctl("scan", "-o", "out.pdf", *FEEDER)
    assert (ran.code, ran.out, ran.err) == (0, b"", "3 pages in out.pdf\n")
    assert (folder / "out.pdf").read_bytes().startswith(b"%PDF")
    assert _names(folder) == ["out.pdf"]


async def test_a_new_file_has_the_users_usual_permissions(sheetctl: Sheetctl, folder: Path) -> None:
    await sheetctl("scan", "-o", "out.pdf")
    mask = os.umask(0)
    os.umask(mask)
    assert (folder / "out.pdf").stat().st_mode & 0o777 == 0o666 & ~mask


async def test_an_existing_file_is_replaced(sheetctl: Sheetctl, folder: Path) -> None:
    (folder / "out.pdf").write_bytes(b"old")
    ran = await sheetctl("scan", "-o", "out.pdf")
    assert ran.code == 0
    assert (folder / "out.pdf").read_bytes().startswith(b"%PDF")


async def test_a_failed_scan_leaves_an_existing_file_alone(
    sheetctl: Sheetctl, core: FakeCore, folder: Path
) -> None:
    (folder / "out.pdf").write_bytes(b"old")
    core.devices.load(ScannerLost())
    ran = await sheetctl("scan", "-o", "out.pdf", *FEEDER)
    assert ran.code == 7
    assert ScannerLost.sentence in ran.err
    assert (folder / "out.pdf").read_bytes() == b"old"


async def test_several_images_are_numbered_and_one_is_not(
    sheetctl: Sheetctl, core: FakeCore, folder: Path
) -> None:
    core.devices.load(Sheet(), Sheet())
    assert (await sheetctl("scan", "-o", "page.png", *FEEDER)).code == 0
    assert (await sheetctl("scan", "-o", "one.jpg", "--pages", "1")).code == 0
    assert _names(folder) == ["one.jpg", "page-001.png", "page-002.png"]
    assert (folder / "one.jpg").read_bytes().startswith(b"\xff\xd8")


async def test_standard_output_takes_the_bytes_and_nothing_else(
    sheetctl: Sheetctl, folder: Path
) -> None:
    ran = await sheetctl("--json", "scan", "-o", "-", "--format", "png")
    assert ran.code == 0
    assert ran.out.startswith(b"\x89PNG")
    assert b"{" not in ran.out
    assert _names(folder) == []
    assert ran.err == "1 page on standard output\n"


async def test_several_images_do_not_fit_into_standard_output(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    core.devices.load(Sheet(), Sheet())
    ran = await sheetctl("scan", "-o", "-", "--format", "png", *FEEDER)
    assert (ran.code, ran.out) == (11, b"")
    assert "sheetctl documents export d" in ran.err


async def test_every_setting_reaches_the_scanner(sheetctl: Sheetctl, core: FakeCore) -> None:
    core.devices.load(Sheet())
    ran = await sheetctl(
        "scan", "-o", "out.pdf", *FEEDER, "--device", "Desk scanner", "--mode", "gray",
        "--resolution", "300", "--depth", "16", "--area", "1,2,30,40.5", "--pages", "1",
        "--brightness", "-10", "--contrast", "20", "--wait-for-paper", "5",
        "--option", "threshold=7", "--option", "lamp=on", "--option", "invert=yes",
        "--option", "gamma=1.5", "--option", "table=0,64,255", "--option", "focus=automatic",
        "--option", 'tray="2"',
    )  # fmt: skip
    assert ran.code == 0
    (settings,) = core.devices.settings
    assert settings.paper_source is PaperSource.FEEDER
    assert settings.mode is Mode.GRAY
    assert (settings.resolution, settings.depth, settings.pages) == (300, 16, 1)
    assert settings.area is not None
    assert (settings.area.left_mm, settings.area.height_mm) == (1.0, 40.5)
    assert (settings.brightness, settings.contrast) == (-10, 20)
    assert settings.wait_for_paper_s == 5.0
    assert settings.options == {
        "threshold": 7,
        "lamp": "on",
        "invert": True,
        "gamma": 1.5,
        "table": (0, 64, 255),
        "focus": Special.AUTOMATIC,
        "tray": "2",
    }


async def test_what_was_set_differently_is_said(sheetctl: Sheetctl, core: FakeCore) -> None:
    core.devices.snapped = (Snapped("resolution", 301, 300),)
    ran = await sheetctl("scan", "-o", "out.pdf", "--resolution", "301", "--quiet")
    assert ran.err == "resolution: 301 is not possible, 300 was used\n"


async def test_programs_get_the_result_as_json(sheetctl: Sheetctl, core: FakeCore) -> None:
    core.devices.load(Sheet(), Sheet())
    ran = await sheetctl("--json", "scan", "-o", "page.png", *FEEDER)
    told = ran.json
    assert (told["state"], told["pages"]) == ("done", 2)
    assert told["files"] == ["page-001.png", "page-002.png"]
    assert told["document"] in [document.id for document in core.documents.visible_to(ADMIN)]


async def test_a_document_that_is_not_wanted_is_removed_after(
    sheetctl: Sheetctl, core: FakeCore, folder: Path
) -> None:
    assert (await sheetctl("scan", "-o", "out.pdf", "--no-keep")).code == 0
    assert not core.documents.visible_to(ADMIN)
    assert _names(folder) == ["out.pdf"]


async def test_without_a_terminal_a_jam_ends_the_scan_with_the_pages_there_are(
    sheetctl: Sheetctl, core: FakeCore, folder: Path
) -> None:
    core.devices.load(Sheet(), Sheet(), PaperJam())
    ran = await sheetctl("scan", "-o", "page.png", *FEEDER)
    assert ran.code == 8
    assert PaperJam.sentence in ran.err
    assert _names(folder) == ["page-001.png", "page-002.png"]


async def test_a_failure_after_some_pages_still_writes_them(
    sheetctl: Sheetctl, core: FakeCore, folder: Path
) -> None:
    core.devices.load(Sheet(), ScannerLost())
    ran = await sheetctl("scan", "-o", "out.pdf", *FEEDER)
    assert ran.code == 7
    assert "1 page in out.pdf" in ran.err
    assert _names(folder) == ["out.pdf"]


async def test_a_setting_that_the_scanner_refuses_is_a_wrong_command_line(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    core.devices.configuring.fault = InvalidParameter("the scanner has no option lamp")
    ran = await sheetctl("scan", "-o", "out.pdf", "--option", "lamp=3")
    assert ran.code == 2
    assert "no option lamp" in ran.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_an_interrupt_cancels_the_scan_and_says_what_is_kept(
    sheetctl: Sheetctl, core: FakeCore, folder: Path, number: signal.Signals
) -> None:
    sheet = SlowSheet()
    core.devices.load(Sheet(), sheet)
    async with sheetctl.started("scan", "-o", "out.pdf", *FEEDER) as process:
        await sheet.gate.reached()
        await until(lambda: [job.pages for job in core.ledger._jobs.values()] == [1])
        process.send_signal(number)
        _, err = await process.communicate()
    assert process.returncode == 9
    assert b"canceled; 1 page kept: `sheetctl documents export d" in err
    assert _names(folder) == []
    assert [job.state for job in core.ledger._jobs.values()] == [JobState.CANCELED]


async def test_on_a_terminal_a_jam_asks_and_the_scan_goes_on(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    core.devices.load(Sheet(), PaperJam(), Sheet())
    shown = await _at_a_terminal(sheetctl, b"what\nr\n", "scan", "-o", "out.pdf", *FEEDER)
    assert PaperJam.sentence in shown
    assert shown.count("[r]esume") == 2
    assert "2 pages in out.pdf" in shown


async def test_on_a_terminal_a_jam_can_end_the_scan_with_what_there_is(
    sheetctl: Sheetctl, core: FakeCore, folder: Path
) -> None:
    core.devices.load(Sheet(), PaperJam(), Sheet())
    shown = await _at_a_terminal(sheetctl, b"f\n", "scan", "-o", "out.pdf", *FEEDER)
    assert "1 page in out.pdf" in shown
    assert _names(folder) == ["out.pdf"]


async def test_a_busy_scanner_has_an_exit_code_and_a_way_out(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    sheet = SlowSheet()
    core.devices.load(sheet)
    async with sheetctl.started("scan", "-o", "a.pdf", *FEEDER) as first:
        await sheet.gate.reached()
        ran = await sheetctl("scan", "-o", "b.pdf")
        assert ran.code == 6
        assert "--queue" in ran.err
        sheet.gate.open()
        await first.communicate()
    assert first.returncode == 0


async def test_a_service_that_goes_away_ends_the_command(
    sheetctl: Sheetctl, core: FakeCore, door: BusDoor
) -> None:
    sheet = SlowSheet()
    core.devices.load(sheet)
    async with sheetctl.started("scan", "-o", "a.pdf", *FEEDER) as process:
        await sheet.gate.reached()
        await door.close()
        _, err = await process.communicate()
    sheet.gate.open()
    assert process.returncode == 3
    assert b"sheetctl documents" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("-o", "out.pdf", "--device", "none"), 5, "sheetctl devices"),
        (("-o", "out.pdf", "--page-size", "B99"), 2, "A4"),
        (("-o", "out.pdf", "--mode", "sepia"), 2, "color"),
        (("-o", "out.pdf", "--area", "1,2"), 2, "LEFT,TOP,WIDTH,HEIGHT"),
        (("-o", "out.pdf", "--area", "1,2,3,4", "--page-size", "A4"), 2, "exclude"),
        (("-o", "out.pdf", "--option", "lamp"), 2, "NAME=VALUE"),
        (("-o", "out.gif"), 2, ".pdf"),
        (("-o", "no/out.pdf"), 11, "no folder"),
        (("-o", "."), 11, "is a folder"),
        (("--format", "pdf"), 2, "--output"),
    ],
)
async def test_what_cannot_work_is_said_before_paper_is_fed(
    sheetctl: Sheetctl, core: FakeCore, arguments: tuple[str, ...], code: int, words: str
) -> None:
    ran = await sheetctl("scan", *arguments)
    assert ran.code == code
    assert words in ran.err
    assert not core.devices.settings


async def _at_a_terminal(sheetctl: Sheetctl, typed: bytes, *arguments: str) -> str:
    """What such a run shows on a terminal on which this is typed."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, typed)
        streams = {"stdin": theirs, "stderr": theirs}
        async with sheetctl.started(*arguments, **streams) as process:
            await process.communicate()
        os.close(theirs)
        return await asyncio.to_thread(_drained, ours)
    finally:
        os.close(ours)


def _drained(terminal: int) -> str:
    """Reading fails at the end, when nobody has the other side open."""
    shown = b""
    while True:
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            return shown.decode()
