"""sheetctl devices: which scanners there are, how they are, and why others are missing."""

from dataclasses import replace

import pytest

from fakes.core import FakeCore
from fakes.devices import DESK, HALL
from fakes.sheetctl import Sheetctl
from sheetfed.bus.door import BusDoor
from sheetfed.cli import explain
from sheetfed.cli.devices import LOOKING
from sheetfed.core.errors import ScannerLost
from sheetfed.core.model import Caller, Owner, ScanSettings
from sheetfed.core.scanner import Connection
from sheetfed.core.survey import Backend, BackendState, HiddenBy, HiddenDevice

pytestmark = pytest.mark.usefixtures("door")

CAMERA = HiddenDevice("v4l:/dev/video0", "Noname", "Camera", HiddenBy.CONFIGURATION, "v4l:*")
TWIN = HiddenDevice("escl:http://a", "", "", HiddenBy.DUPLICATE, scanner=DESK.id)
EPSON = Backend("epsonds", BackendState.CRASHED, "its driver crashed (SIGSEGV)")


async def _shown(sheetctl: Sheetctl, *arguments: str) -> list[str]:
    """The lines that are printed, their columns one space apart."""
    ran = await sheetctl("devices", "--refresh", *arguments)
    assert ran.code == 0, ran.err
    return [" ".join(line.split()) for line in ran.out.decode().splitlines()]


async def test_every_scanner_is_a_line_with_its_state(sheetctl: Sheetctl, core: FakeCore) -> None:
    core.devices.scanners += [
        replace(DESK, id="a", name="A", is_available=False),
        replace(DESK, id="b", name="B", is_available=False, is_quarantined=True),
    ]
    assert await _shown(sheetctl) == [
        "ID NAME MAKER MODEL STATE",
        "desk Desk scanner Noname frontend-tester ready",
        "hall Hall scanner Noname frontend-tester ready",
        "a A Noname frontend-tester not available",
        "b B Noname frontend-tester quarantined",
    ]


async def test_a_scanner_that_is_in_use_is_busy(sheetctl: Sheetctl, core: FakeCore) -> None:
    lease = core.scanners.claim(DESK)
    assert "desk Desk scanner Noname frontend-tester busy" in await _shown(sheetctl)
    lease.release()


async def test_why_the_last_scan_stopped_is_beside_ready(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    core.devices.load(ScannerLost())
    job = await core.jobs.start(Caller(Owner(0)), ScanSettings(scanner="desk"))
    await core.jobs.settled(Caller(Owner(0)), job.id)
    shown = await _shown(sheetctl, "-v")
    assert "desk Desk scanner Noname frontend-tester ready, last: scanner-lost" in shown
    assert "state ready; the last scan stopped with scanner-lost" in shown


async def test_verbose_tells_where_a_scanner_is_and_what_each_source_can_do(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    core.devices.scanners[:] = [
        replace(
            DESK,
            backend="epson2",
            connection=Connection.USB,
            alternatives=("escl:http://a", "airscan:e0:Desk"),
        )
    ]
    shown = await _shown(sheetctl, "--verbose")
    assert shown[shown.index("Desk scanner") + 1 :] == [
        "state ready",
        "id desk",
        "device test:0",
        "backend epson2",
        "connection usb",
        "also seen as escl:http://a",
        "also seen as airscan:e0:Desk",
        "flatbed color, gray, bw; 8 or 16 bits; 50 to 1200 dpi; 215.9 x 355.6 mm",
        "feeder color, gray, bw; 8 or 16 bits; 50 to 1200 dpi; 215.9 x 355.6 mm",
    ]


async def test_what_a_scanner_can_do_is_unknown_while_it_is_busy(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    lease = core.scanners.claim(HALL)
    assert "can do unknown: the scanner is in use" in await _shown(sheetctl, "-v")
    lease.release()


async def test_a_scanner_that_is_not_available_is_not_asked(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    core.devices.scanners[:] = [replace(DESK, is_available=False, is_quarantined=True)]
    assert "state quarantined with its backend" in await _shown(sheetctl, "-v")
    assert "open" not in core.devices.calls


async def test_verbose_tells_of_every_backend_that_has_trouble_and_counts_the_others(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    core.devices.backends = [
        Backend("test", BackendState.OK, scanners=2),
        EPSON,
        Backend("pixma", BackendState.TIMEOUT),
        Backend("hp", BackendState.FAILED, "its driver is not installed"),
        Backend("brother4", BackendState.QUARANTINED, "quarantined after 3 crashes"),
        Backend("net", BackendState.IN_USE),
        Backend("abaton", BackendState.OK),
        Backend("agfafocus", BackendState.OK),
    ]
    shown = await _shown(sheetctl, "-v")
    assert shown[shown.index("Backends") + 1 :] == [
        "test answered, 2 scanners",
        "epsonds crashed: its driver crashed (SIGSEGV)",
        "pixma timeout: did not answer in time",
        "hp failed: its driver is not installed",
        "brother4 quarantined after 3 crashes",
        "net in-use: not asked now, a scanner of its is in use",
        "2 more answered, no scanner",
    ]
    shown = await _shown(sheetctl, "-vv")
    assert shown[-2:] == ["abaton answered, no scanner", "agfafocus answered, no scanner"]


async def test_verbose_tells_who_hides_a_device(sheetctl: Sheetctl, core: FakeCore) -> None:
    core.devices.hidden = [CAMERA, TWIN]
    shown = await _shown(sheetctl, "-v")
    assert shown[shown.index("Hidden devices") + 1 :] == [
        'v4l:/dev/video0 Noname Camera: hidden by "v4l:*" in [scanners] hide',
        "escl:http://a the same device as Desk scanner",
    ]


async def test_without_verbose_a_backend_with_trouble_is_one_line_beside_the_table(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    core.devices.backends = [EPSON, Backend("net", BackendState.IN_USE)]
    ran = await sheetctl("devices", "--refresh")
    assert ran.err == (
        "SANE backends with trouble: epsonds (crashed). `sheetctl devices --verbose` says more.\n"
    )
    core.devices.backends = [Backend("net", BackendState.IN_USE)]
    assert (await sheetctl("devices", "--refresh")).err == ""


async def test_without_a_scanner_what_is_known_to_be_wrong_is_said(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    core.devices.scanners.clear()
    core.devices.backends, core.devices.hidden = [EPSON], [CAMERA]
    ran = await sheetctl("devices", "--refresh", "-v")
    assert ran.code == 5
    assert b"epsonds  crashed: its driver" in ran.out
    assert "backend epsonds: crashed; v4l:/dev/video0: hidden" in ran.err


async def test_programs_get_the_same_as_json(sheetctl: Sheetctl, core: FakeCore) -> None:
    core.devices.backends, core.devices.hidden = [EPSON], [CAMERA, TWIN]
    plain = (await sheetctl("--json", "devices", "--refresh")).json
    assert [scanner["id"] for scanner in plain] == ["desk", "hall"]
    told = (await sheetctl("--json", "devices", "--verbose")).json
    assert [scanner["capabilities"]["feeder"] for scanner in told["scanners"]] == [True, True]
    assert [backend["state"] for backend in told["backends"]] == ["crashed"]
    assert told["hidden"][1]["scanner"].endswith("/scanner/desk")


@pytest.mark.parametrize("name", ["epsonds", "Desk scanner"])
async def test_a_retry_ends_a_quarantine_and_shows_what_is_there_then(
    sheetctl: Sheetctl, core: FakeCore, name: str
) -> None:
    core.devices.scanners[0] = replace(DESK, backend="epsonds")
    core.devices.backends = [Backend("epsonds", BackendState.QUARANTINED)]
    await core.scanners.refresh()
    core.devices.scanners.append(replace(DESK, id="new", name="New scanner"))
    ran = await sheetctl("devices", "--retry", name)
    assert ran.code == 0
    assert b"New scanner" in ran.out
    assert "forgive epsonds" in core.devices.calls


async def test_a_retry_of_what_is_not_there_is_said(sheetctl: Sheetctl) -> None:
    ran = await sheetctl("devices", "--retry", "nonsense")
    assert ran.code == 5
    assert "nonsense" in ran.err


async def test_a_look_that_takes_long_is_said_to_go_on(
    sheetctl: Sheetctl, core: FakeCore, monkeypatch: pytest.MonkeyPatch, door: BusDoor
) -> None:
    monkeypatch.setattr(door._context.looks, "_deadline_s", 0.05)
    core.devices.surveying.shut()
    ran = await sheetctl("devices", "--refresh")
    assert (ran.code, len(ran.out.splitlines())) == (0, 3)
    assert ran.err == f"{LOOKING}\n"
    assert (await sheetctl("devices")).err == ""
    core.devices.surveying.open()
    assert (await sheetctl("devices", "--refresh")).err == ""


@pytest.mark.parametrize(
    ("modes", "depths", "said"),
    [
        ([], [8], ["8 bits"]),
        (["gray"], [], ["gray"]),
        ([], [], []),
        (["color", "gray"], [8, 16], ["color, gray", "8 or 16 bits"]),
    ],
)
def test_of_a_source_that_is_told_which_is_known(
    modes: list[str], depths: list[int], said: list[str]
) -> None:
    assert explain._of_source({"source": "feeder", "modes": modes, "depths": depths}) == said


def test_there_are_words_for_every_state() -> None:
    assert set(explain.BACKENDS) == set(BackendState)
    assert set(explain.HIDDEN) == set(HiddenBy)
