"""Scans: by HTTP, over D-Bus and by the command, each as an ordinary user."""

import json
from pathlib import Path

import pytest

from system.journals import complaints
from system.machine import Machine, at_the_seat
from system.website import BASE, FEEDER, Website

NAME, MANAGER = ("org.sheetfed1", "/org/sheetfed1"), "org.sheetfed1.Manager"


def _documents(machine: Machine, user: str) -> list[dict[str, object]]:
    told = machine.run("sheetctl", "--json", "documents", user=user).stdout
    found: list[dict[str, object]] = json.loads(told)
    return found


@pytest.fixture(scope="module", autouse=True)
def usual(machine: Machine) -> list[str]:
    """What the journal complains of before anybody scans."""
    return complaints(machine)


def test_a_program_scans_by_http(machine: Machine) -> None:
    website = Website(machine)
    website.result("AcquireImage", FEEDER)
    assert website.pages() == 10
    assert len(website.pictures()) == website.pages()


def test_a_desktop_program_scans_over_the_bus(machine: Machine) -> None:
    script = Path(__file__).with_name("glib_client.py").read_text()
    told = machine.run("python3", "-", user="alice", stdin=script, deadline_s=100).stdout
    assert told == "done %PDF-\n"


def test_busctl_shows_the_service_to_an_ordinary_user(machine: Machine) -> None:
    told = machine.run("busctl", "introspect", *NAME, MANAGER, user="alice").stdout
    assert ".StartScan" in told
    told = machine.run("busctl", "get-property", *NAME, MANAGER, "Endpoints", user="alice").stdout
    assert BASE in told


def test_the_command_scans(machine: Machine) -> None:
    words = ("sheetctl", "scan", "--paper-source", "feeder", "--resolution", "75")
    machine.run(*words, "-o", "/home/alice/ten.pdf", user="alice")
    assert machine.run("head", "-c", "5", "/home/alice/ten.pdf").stdout == "%PDF-"
    owner = machine.run("stat", "--format=%U", "/home/alice/ten.pdf").stdout
    assert owner == "alice\n"


def test_another_user_sees_nothing_of_it(machine: Machine) -> None:
    Website(machine, instance="private").result("AcquireImage", {**FEEDER, "pages": 1})
    assert _documents(machine, "alice")
    assert _documents(machine, "bob") == []
    assert Website(machine, user="bob", instance="private").pages() == 0
    told = machine.run(
        *("gdbus", "call", "--system", "--dest", NAME[0], "--object-path", NAME[1]),
        *("--method", "org.freedesktop.DBus.ObjectManager.GetManagedObjects"),
        user="bob",
    ).stdout
    assert "/org/sheetfed1/scanner/" in told
    assert "/org/sheetfed1/job/" not in told
    assert "/org/sheetfed1/document/" not in told


def test_who_may_not_scan_is_refused_at_every_door(machine: Machine) -> None:
    mallory = Website(machine, user="mallory")
    assert mallory.refusal("AcquireImage", FEEDER) == "not-allowed"
    scan = machine.run("sheetctl", "scan", "-o", "/tmp/m.pdf", user="mallory", check=False)
    assert scan.returncode == 4, scan.stderr
    words = ("busctl", "call", *NAME, MANAGER, "StartScan", "sa{sv}", "", "0")
    assert machine.run(*words, user="mallory", check=False).returncode != 0


def test_who_sits_at_the_machine_may_scan_without_being_in_a_group(machine: Machine) -> None:
    machine.run("useradd", "--create-home", "carol")
    words = ("sheetctl", "scan", "--resolution", "75", "-o", "/home/carol/page.pdf")
    machine.run(*at_the_seat("carol"), *words)


def test_the_store_is_closed_to_users(machine: Machine) -> None:
    assert machine.run("ls", "/var/lib/sheetfed", user="alice", check=False).returncode != 0


def test_an_origin_that_nobody_has_granted_is_refused(machine: Machine) -> None:
    stranger = Website(machine, origin="https://stranger.example")
    assert stranger.refusal("AcquireImage", FEEDER) == "origin-not-granted"


def test_it_answers_from_outside_of_the_system_by_loopback_alone(machine: Machine) -> None:
    assert "VersionInfo" in machine.from_outside(
        "curl", "--silent", "--fail", "--max-time", "10", f"{BASE}/fa/VersionInfo"
    )


@pytest.mark.parametrize("path", ["/", "/sheetfed.js"])
def test_the_installed_page_is_served(path: str, machine: Machine) -> None:
    told = machine.run(
        "curl", "--silent", "--fail", "--output", "/dev/null", "-w", "%{http_code}", f"{BASE}{path}"
    ).stdout
    assert told == "200"


def test_nobody_complains_of_any_of_this_in_the_journal(machine: Machine, usual: list[str]) -> None:
    assert [line for line in complaints(machine) if line not in usual] == []
