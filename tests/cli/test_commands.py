"""The other commands: what they show and how they end."""

import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from fakes.bus import PrivateBus
from fakes.busdoor import FakeService, door_on
from fakes.core import FakeCore
from fakes.devices import Sheet
from fakes.sheetctl import Sheetctl
from sheetfed import __version__
from sheetfed.bus.door import BusDoor
from sheetfed.cli.main import main
from sheetfed.core.model import Caller, Document, Owner, ScanSettings


@pytest.fixture
async def document(door: BusDoor, core: FakeCore) -> Document:
    """One page of the test's own user."""
    caller = Caller(Owner(os.getuid()))
    core.devices.load(Sheet())
    job = await core.jobs.start(caller, ScanSettings())
    await core.jobs.settled(caller, job.id)
    (found,) = core.documents.visible_to(caller)
    return found


async def test_status_shows_the_service(sheetctl: Sheetctl, door: BusDoor) -> None:
    ran = await sheetctl("status")
    assert ran.code == 0
    for words in (b"1.2.3", b"http://127.0.0.1:18622", b"21.5 GB", b"Desk scanner"):
        assert words in ran.out


async def test_status_is_there_for_programs_too(sheetctl: Sheetctl, door: BusDoor) -> None:
    ran = await sheetctl("--json", "status")
    assert ran.json["version"] == "1.2.3"
    assert ran.json["scanners"] == ["desk", "hall"]


async def test_a_service_that_is_not_running_is_said_with_what_to_do(sheetctl: Sheetctl) -> None:
    ran = await sheetctl("status")
    assert ran.code == 3
    assert "systemctl start sheetfed" in ran.err


async def test_a_bus_that_is_not_there_is_said(sheetctl: Sheetctl) -> None:
    ran = await sheetctl("--bus", "unix:path=/nowhere", "status")
    assert ran.code == 3
    assert "/nowhere" in ran.err


async def test_waiting_for_the_service_ends_when_it_comes(
    sheetctl: Sheetctl, bus: PrivateBus, core: FakeCore, service: FakeService
) -> None:
    waiting = sheetctl.started("status", "--wait", "10")
    async with waiting as process, door_on(bus.address, core, service):
        out, _ = await process.communicate()
    assert process.returncode == 0
    assert b"1.2.3" in out


async def test_waiting_for_the_service_ends_without_it(sheetctl: Sheetctl) -> None:
    ran = await sheetctl("status", "--wait", "0.05")
    assert ran.code == 3
    assert "0.05 seconds" in ran.err


async def test_devices_lists_scanners_and_what_they_can_do(
    sheetctl: Sheetctl, door: BusDoor
) -> None:
    ran = await sheetctl("devices", "--verbose")
    assert ran.code == 0
    assert b"Hall scanner" in ran.out
    assert b"color, gray, bw; 8 or 16 bits; 50 to 1200 dpi; 215.9 x 355.6 mm" in ran.out


async def test_devices_can_look_anew(sheetctl: Sheetctl, door: BusDoor, core: FakeCore) -> None:
    del core.devices.scanners[0]
    ran = await sheetctl("--json", "devices", "--refresh")
    assert [device["id"] for device in ran.json] == ["hall"]


async def test_no_scanner_at_all_says_where_to_look(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    core.devices.scanners.clear()
    ran = await sheetctl("devices", "--refresh")
    assert ran.code == 5
    assert "cable and power" in ran.err


async def test_jobs_are_listed(sheetctl: Sheetctl, document: Document) -> None:
    (job,) = (await sheetctl("--json", "jobs")).json
    assert (job["state"], job["pages"]) == ("done", 1)
    assert job["id"].encode() in (await sheetctl("jobs")).out
    assert (await sheetctl("jobs", "cancel", job["id"])).code == 0
    assert (await sheetctl("jobs", "resume", job["id"])).code == 1


async def test_a_job_that_is_not_there_is_not_found(sheetctl: Sheetctl, door: BusDoor) -> None:
    assert (await sheetctl("jobs", "cancel", "j0")).code == 10


async def test_documents_are_listed_exported_and_removed(
    sheetctl: Sheetctl, document: Document, folder: Path
) -> None:
    (listed,) = (await sheetctl("--json", "documents")).json
    assert listed["id"] == document.id
    assert document.id.encode() in (await sheetctl("documents")).out
    assert (await sheetctl("documents", "export", document.id, "-o", "a.pdf")).code == 0
    assert (folder / "a.pdf").read_bytes().startswith(b"%PDF")
    assert (await sheetctl("documents", "remove", document.id)).code == 0
    assert (await sheetctl("documents", "export", document.id, "-o", "b.pdf")).code == 10


async def test_an_administrator_changes_the_log_level_and_reloads(
    sheetctl: Sheetctl, door: BusDoor, service: FakeService
) -> None:
    assert (await sheetctl("log-level", "debug")).code == 0
    assert (await sheetctl("reload")).code == 0
    assert (service.level, service.reloads) == ("debug", 1)


async def test_the_version_is_printed(sheetctl: Sheetctl) -> None:
    assert (await sheetctl("--version")).out.decode() == f"sheetctl {__version__}\n"


def _commands(
    command: click.Command, *names: str
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield names, command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _commands(child, *names, name)


@pytest.mark.parametrize("names", [names for names, _ in _commands(main)], ids=" ".join)
def test_the_help_of_every_command_has_examples(names: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*names, "--help"], prog_name="sheetctl")
    assert shown.exit_code == 0
    assert "Example" in shown.output
    assert f"  sheetctl {' '.join(names)}".rstrip() in shown.output.replace("  sudo ", "  ")


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (("documents", "show", "nosuch"), "document nosuch"),
        (("documents", "remove", "nosuch"), "document nosuch"),
        (("jobs", "cancel", "nosuch"), "job nosuch"),
    ],
)
async def test_what_is_not_there_is_named_as_it_was_asked_for(
    words: tuple[str, ...], missing: str, sheetctl: Sheetctl, door: BusDoor
) -> None:
    ran = await sheetctl(*words)
    assert (ran.code, ran.err) == (10, f"Error: there is no {missing}\n")


async def test_who_is_told_that_there_is_no_scanner_is_not_sent_to_the_list_of_them(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    core.devices.scanners = []
    await core.scanners.refresh()
    ran = await sheetctl("scan")
    assert ran.code == 5
    assert "lists the scanners that are there" not in ran.err
