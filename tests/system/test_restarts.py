"""Restarts: told, crashed or hung, the service is back and no page is lost."""

import pytest

from system.machine import Machine
from system.website import SLOW, Website

HUNG = "[Service]\nWatchdogSec=4s\n"


def _show(machine: Machine, name: str) -> str:
    words = ("systemctl", "show", "--value", f"--property={name}", "sheetfed.service")
    return machine.run(*words).stdout.strip()


def _scanning(machine: Machine, instance: str) -> Website:
    """A scan is under way, two of its pages are stored."""
    website = Website(machine, instance=instance)
    with website.events() as events:
        website.result("AcquireImage", SLOW, door="fa")
        events.until("page", action="added", index=1)
    return website


def test_a_restart_in_the_middle_of_a_scan_keeps_the_pages(machine: Machine) -> None:
    website = _scanning(machine, "restart")
    machine.run("systemctl", "restart", "sheetfed.service", deadline_s=100)
    assert 2 <= website.pages() < 10
    assert len(website.pictures()) == website.pages()


def test_a_kill_in_the_middle_of_a_scan_keeps_the_pages(machine: Machine) -> None:
    website = _scanning(machine, "kill")
    restarts = int(_show(machine, "NRestarts"))
    with machine.logging("status=9/KILL", "ready:"):
        machine.run("systemctl", "kill", "--kill-who=main", "--signal=KILL", "sheetfed.service")
    machine.run("systemctl", "start", "sheetfed.service")
    assert int(_show(machine, "NRestarts")) == restarts + 1
    assert 2 <= website.pages() < 10
    assert len(website.pictures()) == website.pages()


def _processes(machine: Machine) -> set[str]:
    told = machine.run("find", "/proc", "-maxdepth", "1", "-name", "[0-9]*", "-user", "sheetfed")
    return set(told.stdout.split())


def test_nothing_of_a_killed_service_goes_on(machine: Machine) -> None:
    _scanning(machine, "children")
    before = _processes(machine)
    with machine.logging("ready:"):
        machine.run("systemctl", "kill", "--kill-who=main", "--signal=KILL", "sheetfed.service")
    machine.run("systemctl", "start", "sheetfed.service")
    assert len(before) > 1
    assert not before & _processes(machine)


def test_a_hung_service_is_restarted_and_keeps_the_pages(machine: Machine) -> None:
    machine.write("/etc/systemd/system/sheetfed.service.d/hung.conf", HUNG)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "sheetfed.service")
    website = _scanning(machine, "hung")
    with machine.logging("Watchdog timeout", "ready:"):
        machine.run("systemctl", "kill", "--kill-who=main", "--signal=STOP", "sheetfed.service")
    machine.run("systemctl", "start", "sheetfed.service")
    assert 2 <= website.pages() < 10
    assert len(website.pictures()) == website.pages()


@pytest.mark.parametrize("signal", ["INT", "TERM"])
def test_a_stop_is_no_failure(signal: str, machine: Machine) -> None:
    with machine.logging("Deactivated successfully"):
        machine.run("systemctl", "kill", "--kill-who=main", f"--signal={signal}", "sheetfed")
    assert _show(machine, "Result") == "success"
    machine.run("systemctl", "start", "sheetfed.service")


def test_the_bus_starts_it(machine: Machine) -> None:
    machine.run("systemctl", "stop", "sheetfed.service")
    machine.run("sheetctl", "status", user="alice")
    assert _show(machine, "ActiveState") == "active"
