"""A full /var, to the last byte: what its users see, that no page is lost, and its end."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from system import volume
from system.conftest import booted, furnish
from system.machine import Machine
from system.releases import Release
from system.website import FEEDER, SLOW, Website

ROOM_BYTES = 64 << 20
TWO_PAGES = {**FEEDER, "pages": 2}
INSTANCE, SPARE = "full", "spare"
SAID = "the disk is full; nothing that is stored was touched"

RESERVE = {"the disk is full: the reserve is used to write the catalogue"}


@pytest.fixture(scope="module")
def machine(installed: tuple[Path, ...], release: Release) -> Iterator[Machine]:
    """With a small disk for all of /var, which the service may use to its end."""

    def prepare(machine: Machine) -> None:
        furnish(machine)
        machine.write("/etc/sheetfed/conf.d/full.toml", "[store]\nmin_free_bytes = 0\n")
        volume.make_small(machine, "/var", room_bytes=ROOM_BYTES)

    with booted(*installed, release=release, prepare=prepare) as started:
        yield started


@pytest.fixture(scope="module")
def before(machine: Machine) -> list[str]:
    """What the pages look like that were told of in the scan that finds no room."""
    Website(machine, instance=SPARE).result("AcquireImage", TWO_PAGES)
    website = Website(machine, instance=INSTANCE)
    with website.events() as events:
        website.result("AcquireImage", SLOW, door="fa")
        events.until("page", action="added", index=1)
        volume.fill(machine, "/var")
        job = events.until("job", state="failed")
    assert (job["reason"], job["message"]) == ("store-full", SAID)
    return website.pictures()


def _show(machine: Machine, name: str) -> str:
    words = ("systemctl", "show", "--value", f"--property={name}", "sheetfed.service")
    return machine.run(*words).stdout.strip()


def test_a_scan_ends_with_the_pages_that_it_has_told_of(before: list[str]) -> None:
    assert 2 <= len(before) < 10


def test_the_service_stays_ready(machine: Machine, before: list[str]) -> None:
    assert (_show(machine, "ActiveState"), _show(machine, "NRestarts")) == ("active", "0")
    assert _show(machine, "StatusText").startswith("Serving ")
    machine.run("sheetctl", "status", user="alice")


def test_a_web_pages_further_scans_are_refused(machine: Machine, before: list[str]) -> None:
    assert Website(machine, instance=INSTANCE).refusal("AcquireImage", TWO_PAGES) == "store-full"


def test_the_command_says_why_it_does_not_scan(machine: Machine, before: list[str]) -> None:
    words = ("sheetctl", "scan", "--paper-source", "feeder", "-o", "/home/alice/none.pdf")
    failed = machine.run(*words, user="alice", check=False)
    assert (failed.returncode, failed.stderr) == (7, f"Error: the scan failed: {SAID}\n")


def test_documents_can_be_removed(machine: Machine, before: list[str]) -> None:
    spare = Website(machine, instance=SPARE)
    assert spare.pages() == 2
    spare.result("RemoveAllImages")
    assert spare.pages() == 0


def test_the_journal_says_it_once(machine: Machine, before: list[str]) -> None:
    told = machine.journal("--unit=sheetfed.service", "--priority=warning", "--output=cat")
    lines = told.splitlines()
    assert len(lines) == len(set(lines)), told
    assert set(lines) - RESERVE == {f"scans of user 1000 fail until there is room: {SAID}"}


def test_the_doctor_names_it(machine: Machine, before: list[str]) -> None:
    done = machine.run("sheetctl", "--json", "doctor", check=False)
    troubles = {each["trouble"]: each for each in json.loads(done.stdout)}
    assert done.returncode == 12
    assert ": make room on the disk, or let [store] min_free_bytes" in troubles["disk"]["advice"]


def test_pages_are_shown_as_before(machine: Machine, before: list[str]) -> None:
    assert Website(machine, instance=INSTANCE).pictures()[: len(before)] == before


def test_a_restart_is_not_hindered(machine: Machine, before: list[str]) -> None:
    machine.run("systemctl", "restart", "sheetfed.service")
    assert Website(machine, instance=INSTANCE).pictures()[: len(before)] == before


def test_a_boot_is_not_hindered(machine: Machine, before: list[str]) -> None:
    machine.cut_power()
    machine.boot()
    assert _show(machine, "ActiveState") == "active"
    assert Website(machine, instance=INSTANCE).pictures()[: len(before)] == before


def test_with_room_again_work_goes_on_and_no_page_is_lost(
    machine: Machine, before: list[str]
) -> None:
    machine.run("rm", volume.ballast("/var"))
    website = Website(machine, instance=INSTANCE)
    website.result("AcquireImage", TWO_PAGES)
    assert website.pictures()[: len(before)] == before
    assert website.pages() >= len(before) + 2
    machine.run("sheetctl", "store", "check")
