"""Broker: where dbus-broker is the system's message bus, the D-Bus door is the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from system.conftest import booted, furnish, install
from system.machine import Machine
from system.overlay import overlay
from system.provision import Provision
from system.releases import Release
from system.steps import step


@pytest.fixture(scope="module")
def machine(provided: Provision, release: Release) -> Iterator[Machine]:
    with overlay(provided.broker) as root:
        install(root, provided.products)
        with booted(root, release=release, prepare=with_broker) as started:
            yield started


def with_broker(machine: Machine) -> None:
    furnish(machine)
    step("systemctl", f"--root={machine.root}", "enable", "dbus-broker.service")


def test_the_other_bus_is_the_systems(machine: Machine) -> None:
    show = ("systemctl", "show", "--value", "--property=Id,ActiveState", "dbus.service")
    assert machine.run(*show).stdout.split() == ["dbus-broker.service", "active"]


def test_the_service_is_ready_and_complains_of_nothing(machine: Machine) -> None:
    assert machine.run("systemctl", "is-active", "sheetfed.service").stdout == "active\n"
    assert machine.journal("--unit=sheetfed.service", "--priority=warning") == ""


def test_a_desktop_program_scans_over_the_bus(machine: Machine) -> None:
    script = Path(__file__).with_name("glib_client.py").read_text()
    told = machine.run("python3", "-", user="alice", stdin=script, deadline_s=100).stdout
    assert told == "done %PDF-\n"


def test_another_user_neither_sees_nor_hears_it(machine: Machine) -> None:
    ear = machine.start("gdbus", "monitor", "--system", "--dest", "org.sheetfed1", user="bob")
    assert ear.stdout is not None
    ear.stdout.readline()
    ear.stdout.readline()
    machine.run("sheetctl", "scan", "--resolution", "75", "-o", "/home/alice/p.pdf", user="alice")
    assert machine.run("sheetctl", "--json", "documents", user="bob").stdout.strip() == "[]"
    heard = ""
    while "'Busy': <false>" not in heard:
        heard += ear.stdout.readline()
    ear.kill()
    ear.communicate()
    assert "/org/sheetfed1/scanner/" in heard
    assert "/org/sheetfed1/job/" not in heard
    assert "/org/sheetfed1/document/" not in heard


def test_who_may_not_scan_and_who_is_no_administrator_are_refused(machine: Machine) -> None:
    for words, user in (
        (("scan", "-o", "/tmp/m.pdf"), "mallory"),
        (("log-level", "info"), "bob"),
    ):
        refused = machine.run("sheetctl", *words, user=user, check=False)
        assert refused.returncode == 4, refused.stderr


def test_the_bus_starts_the_service_and_outlives_a_restart_of_it(machine: Machine) -> None:
    machine.run("systemctl", "stop", "sheetfed.service")
    machine.run("sheetctl", "status", user="alice")
    assert machine.run("systemctl", "is-active", "sheetfed.service").stdout == "active\n"
    machine.run("systemctl", "restart", "sheetfed.service")
    machine.run("sheetctl", "devices", user="alice")
