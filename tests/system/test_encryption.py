"""Encryption: what lasts how long on a system that really keeps and drops keys."""

from system.guide import typed
from system.machine import Machine
from system.website import FEEDER, Website

GONE = "pages were sealed with a key that is gone, and have been removed"


def test_the_key_of_the_session_outlives_restarts_and_crashes_and_ends_with_a_stop(
    machine: Machine,
) -> None:
    machine.write("/etc/sheetfed/conf.d/encrypt.toml", '[store]\nencrypt = "session"\n')
    machine.run("systemctl", "restart", "sheetfed")
    website = Website(machine, instance="session")
    website.result("AcquireImage", {**FEEDER, "pages": 2})
    before = website.pictures()
    machine.run("systemctl", "restart", "sheetfed")
    assert website.pictures() == before
    with machine.logging("ready:"):
        machine.run("systemctl", "kill", "--kill-who=main", "--signal=KILL", "sheetfed")
    machine.run("systemctl", "start", "sheetfed")
    assert website.pictures() == before
    machine.run("systemctl", "stop", "sheetfed")
    with machine.logging(GONE):
        machine.run("systemctl", "start", "sheetfed")
    assert website.pages() == 0


def test_a_key_that_is_given_outlives_a_stop(machine: Machine) -> None:
    machine.run("sh", "-e", "-c", typed("encryption.md", "A key that lasts"))
    website = Website(machine, instance="key")
    website.result("AcquireImage", {**FEEDER, "pages": 2})
    before = website.pictures()
    machine.run("systemctl", "stop", "sheetfed")
    machine.run("systemctl", "start", "sheetfed")
    assert website.pictures() == before


def test_another_key_is_refused_and_nothing_is_lost(machine: Machine) -> None:
    machine.run("cp", "--preserve", "/etc/sheetfed/store-key", "/root/store-key")
    before = Website(machine, instance="key").pictures()
    machine.run("sh", "-e", "-c", typed("encryption.md", "A key that lasts").splitlines()[0])
    assert machine.run("systemctl", "restart", "sheetfed", check=False).returncode != 0
    machine.run("cp", "--preserve", "/root/store-key", "/etc/sheetfed/store-key")
    machine.run("systemctl", "start", "sheetfed")
    assert Website(machine, instance="key").pictures() == before
