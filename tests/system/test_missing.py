"""What the package only recommends, removed with apt: missed by its name, and the rest goes on."""

import json
from typing import Any

import pytest

from system import apt
from system.machine import Machine, at_the_seat
from system.website import BASE, FEEDER, Website

TWO_PAGES = {**FEEDER, "pages": 2}
ONLY_ROOT = "Error: polkit is not there, and without it only root may do this"
ALLOW = ("sheetctl", "origins", "allow", "https://app.example.org")


def _removed(machine: Machine, *packages: str) -> None:
    """The package and its service stay, on what is left."""
    before = _main_pid(machine)
    apt.remove(machine, *packages)
    assert machine.run("dpkg-query", "--show", "--showformat=${Status}", "sheetfed").stdout == (
        "install ok installed"
    )
    assert _main_pid(machine) == before


def _main_pid(machine: Machine) -> str:
    words = ("systemctl", "show", "--value", "--property=MainPID", "sheetfed.service")
    return machine.run(*words).stdout


def _status(machine: Machine) -> str:
    words = ("systemctl", "show", "--value", "--property=StatusText", "sheetfed.service")
    return machine.run(*words).stdout.strip()


def _doctor(machine: Machine) -> tuple[int, dict[str, Any]]:
    """Its exit status, and every trouble by its name."""
    done = machine.run("sheetctl", "--json", "doctor", check=False)
    return done.returncode, {each["trouble"]: each for each in json.loads(done.stdout)}


class TestPolkit:
    @pytest.fixture(autouse=True, scope="class")
    @staticmethod
    def _gone(machine: Machine) -> None:
        machine.run("systemctl", "start", "polkit.service")
        _removed(machine, "polkitd")
        machine.run("systemctl", "stop", "polkit.service", check=False)

    def test_is_not_needed_to_scan(self, machine: Machine) -> None:
        Website(machine, instance="polkit").result("AcquireImage", TWO_PAGES)

    @pytest.mark.parametrize(
        "words",
        [
            ("sheetctl", "log-level", "info"),
            ("sheetctl", "reload"),
            ("sheetctl", "store", "check"),
            ("sheetctl", "documents", "--everybody"),
            (*ALLOW, "--for-all-users"),
        ],
        ids=lambda words: words[1],
    )
    def test_is_not_needed_by_root_to_administer(
        self, words: tuple[str, ...], machine: Machine
    ) -> None:
        machine.run(*words)

    @pytest.mark.parametrize(
        "words", [("sheetctl", "log-level", "debug"), ALLOW], ids=lambda words: words[1]
    )
    def test_is_what_others_are_told_is_missing(
        self, words: tuple[str, ...], machine: Machine
    ) -> None:
        for user in ([], at_the_seat("alice")):
            begin = {"user": "root" if user else "alice"}
            refused = machine.run(*user, *words, check=False, **begin)
            assert (refused.returncode, ONLY_ROOT in refused.stderr) == (4, True), refused.stderr

    def test_is_a_trouble_that_the_doctor_knows(self, machine: Machine) -> None:
        code, troubles = _doctor(machine)
        assert code == 12
        assert "apt install polkitd" in troubles["polkit-missing"]["advice"]

    def test_is_told_once_in_the_journal(self, machine: Machine) -> None:
        told = machine.journal("--unit=sheetfed.service", "--priority=warning", "--output=cat")
        assert [line.partition(":")[0] for line in told.splitlines()] == [
            "polkit is not there, and without it only root may do this"
        ]

    def test_is_not_needed_to_start(self, machine: Machine) -> None:
        machine.run("systemctl", "restart", "sheetfed.service")
        assert _status(machine).startswith(f"Serving {BASE}")


class TestTheMessageBus:
    @pytest.fixture(autouse=True, scope="class")
    @staticmethod
    def _gone(machine: Machine) -> None:
        Website(machine, instance="bus").result("AcquireImage", TWO_PAGES)
        _removed(machine, "dbus", "dbus-daemon")

    def test_is_missed_while_the_service_runs_and_its_pages_are_there(
        self, machine: Machine
    ) -> None:
        assert "; without D-Bus: the message bus is gone" in _status(machine)
        website = Website(machine, instance="bus")
        website.result("AcquireImage", TWO_PAGES)
        assert website.pages() == 4

    def test_is_missed_by_the_command_in_words(self, machine: Machine) -> None:
        told = machine.run("sheetctl", "status", user="alice", check=False)
        assert told.returncode == 3
        assert told.stderr.startswith("Error: no message bus at ")

    def test_is_a_trouble_that_the_doctor_knows_and_no_other_is_made_up(
        self, machine: Machine
    ) -> None:
        code, troubles = _doctor(machine)
        assert code == 3
        assert set(troubles) == {"", "no-bus"}
        assert "Install and start dbus" in troubles["no-bus"]["advice"]

    def test_is_not_needed_at_a_boot(self, machine: Machine) -> None:
        machine.shut_down()
        machine.boot()
        assert machine.run("systemctl", "is-active", "sheetfed").stdout == "active\n"
        assert "; without D-Bus: no message bus at " in _status(machine)
        failed = machine.run("systemctl", "list-units", "--failed", "--plain", "--no-legend")
        assert "sheetfed" not in failed.stdout
        website = Website(machine, instance="bus")
        assert website.pages() == 4
        website.result("AcquireImage", TWO_PAGES)
