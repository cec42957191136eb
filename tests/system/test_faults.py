"""Faults of the machine: each is said, and what works without the missing part goes on."""

import json
from collections.abc import Iterator

import pytest

from system.guide import typed
from system.machine import Machine
from system.website import BASE, FEEDER, Website

TWO_PAGES = {**FEEDER, "pages": 2}


def _status(machine: Machine) -> str:
    words = ("systemctl", "show", "--value", "--property=StatusText", "sheetfed.service")
    return machine.run(*words).stdout.strip()


class TestABrokenConfiguration:
    FILE = "/etc/sheetfed/conf.d/broken.toml"
    TEXT = "[store]\nmax_pages = 0\nmax_pagse = 5\n"
    PROBLEMS = (
        f"{FILE}: store.max_pages: found 0; allowed: a whole number",
        f"{FILE}: store.max_pagse: found an unknown key",
    )

    @pytest.fixture(autouse=True)
    def _broken(self, machine: Machine) -> Iterator[None]:
        machine.write(self.FILE, self.TEXT)
        yield
        machine.run("rm", self.FILE)
        machine.run("systemctl", "start", "sheetfed.service")

    def test_is_told_at_a_reload_and_the_old_one_stays_in_force(self, machine: Machine) -> None:
        with machine.logging("the configuration stays as it was", self.PROBLEMS[1]):
            machine.run("systemctl", "reload", "sheetfed.service")
        Website(machine, instance="reload").result("AcquireImage", TWO_PAGES)

    def test_is_told_to_whoever_reloads_by_the_command(self, machine: Machine) -> None:
        refused = machine.run("sheetctl", "reload", check=False)
        assert refused.returncode == 2
        assert all(problem in refused.stderr for problem in self.PROBLEMS)

    def test_hinders_the_start_and_says_what_and_where(self, machine: Machine) -> None:
        with machine.logging(*self.PROBLEMS, "status=78/CONFIG", "Failed with result"):
            assert machine.run("systemctl", "restart", "sheetfed", check=False).returncode != 0
        assert machine.run("systemctl", "is-failed", "sheetfed").stdout.strip() == "failed"

    def test_is_told_to_users_without_the_journal_and_blames_nobody_for_the_ports(
        self, machine: Machine
    ) -> None:
        machine.run("systemctl", "restart", "sheetfed", check=False)
        told = machine.run("sheetctl", "--json", "doctor", user="bob", check=False, deadline_s=20)
        troubles = [each for each in json.loads(told.stdout) if each["trouble"]]
        assert [each["trouble"] for each in troubles] == ["service-not-running"]
        assert self.PROBLEMS[0] in troubles[0]["found"]

    def test_with_a_syntax_error_is_told_with_its_line(self, machine: Machine) -> None:
        machine.write(self.FILE, "[http]\nlisten = [\n[store]\nmax_pages = 5\n")
        with machine.logging(f"{self.FILE}:3: "):
            machine.run("systemctl", "reload", "sheetfed.service")


def test_a_file_that_the_service_may_not_read_is_told_by_roots_check(machine: Machine) -> None:
    file = "/etc/sheetfed/conf.d/secret.toml"
    machine.write(file, "[log]\nlevel = 'info'\n")
    machine.run("chmod", "0600", file)
    try:
        told = machine.run("sheetctl", "config", "check", check=False)
        assert told.returncode == 1
        assert f"{file}: found Permission denied" in told.stderr
    finally:
        machine.run("rm", file)
    machine.run("sheetctl", "config", "check")


def test_the_store_moves_to_another_disk_as_the_guide_says(machine: Machine) -> None:
    website = Website(machine, instance="moved")
    website.result("AcquireImage", TWO_PAGES)
    machine.run("sh", "-e", stdin=typed("documents.md", "On another disk"))
    try:
        website.result("AcquireImage", TWO_PAGES)
        assert website.pages() == 4
        machine.run("test", "-e", "/srv/scans/catalogue.sqlite")
    finally:
        drop_in = "/etc/systemd/system/sheetfed.service.d/store.conf"
        machine.run("rm", "/etc/sheetfed/conf.d/store.toml", drop_in)
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "restart", "sheetfed.service")


def test_without_a_bus_that_runs_http_goes_on_alone_and_the_status_says_so(
    machine: Machine,
) -> None:
    units = ("dbus.socket", "dbus.service")
    machine.run("systemctl", "mask", "--runtime", "--now", *units)
    try:
        machine.run("systemctl", "restart", "sheetfed.service")
        assert "without D-Bus" in _status(machine)
        Website(machine, instance="bus").result("AcquireImage", TWO_PAGES)
        told = machine.run("sheetctl", "--json", "status", check=False)
        assert told.returncode == 3, told.stderr
    finally:
        machine.run("systemctl", "unmask", "--runtime", *units)
        machine.run("systemctl", "start", *units)
    machine.run("systemctl", "restart", "sheetfed.service")
    assert BASE in json.loads(machine.run("sheetctl", "--json", "status").stdout)["endpoints"]
