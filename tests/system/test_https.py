"""HTTPS and the ports on a booted Debian: certificates, trust, and nobody refused by a restart."""

import json
import re
from typing import Any

from system.machine import Machine

FOLDER = "/var/lib/sheetfed-certificates"
CALLS = 60
PORT = "http://127.0.0.1:18622"
CALLING = f"""
for number in $(seq {CALLS}); do
    curl -sS -o /dev/null -w '%{{http_code}} ' --max-time 30 {PORT}/fa/VersionInfo || echo refused
done &
systemctl restart sheetfed.service
wait
"""


def fetched(machine: Machine, host: str) -> Any:
    url = f"https://{host}:18623/fa/VersionInfo"
    told = machine.run("curl", "-sS", "--cacert", f"{FOLDER}/ca.pem", url, check=False)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def status(machine: Machine, user: str = "alice") -> Any:
    return json.loads(machine.run("sheetctl", "--json", "tls", "status", user=user).stdout)


def line(machine: Machine) -> str:
    words = ("systemctl", "show", "--value", "--property=StatusText", "sheetfed")
    return machine.run(*words).stdout.strip()


def test_the_first_start_has_certificates_whose_keys_are_the_services(machine: Machine) -> None:
    told = machine.run("sh", "-c", f"stat --format='%n %U %a' {FOLDER} {FOLDER}/*").stdout
    owners = {name.rpartition("/")[2]: rest for name, _, rest in map(cut, told.splitlines())}
    assert owners.pop("sheetfed-certificates") == "root 755"
    assert owners.pop("ca.pem") == "root 644"
    assert owners.pop("index.json") == "root 644"
    assert list(owners.values()) == ["sheetfed 600"] * 10


def cut(text: str) -> tuple[str, str, str]:
    return text.partition(" ")


def test_who_trusts_the_authority_reaches_the_service_by_all_its_names(machine: Machine) -> None:
    for host in ("127.0.0.1", "[::1]", "localhost"):
        assert fetched(machine, host)["method"] == "VersionInfo"


def test_the_unit_that_makes_them_may_do_little(machine: Machine) -> None:
    unit = "sheetfed-certificates.service"
    told = machine.run("systemd-analyze", "security", "--no-pager", unit).stdout
    found = re.search(rf"Overall exposure level for {re.escape(unit)}: ([0-9.]+)", told)
    assert found is not None
    assert float(found[1]) <= 1.5, told


def test_root_lets_browsers_trust_it_and_no_longer_and_nothing_stays(machine: Machine) -> None:
    before = machine.run("find", "/etc").stdout
    refused = machine.run("sheetctl", "tls", "trust", user="alice", check=False)
    assert (refused.returncode, "Run it as root." in refused.stderr) == (4, True)
    machine.run("sheetctl", "tls", "trust")
    assert {one["trust"] for one in status(machine)["browsers"]} == {"yes"}
    machine.run("sheetctl", "tls", "untrust")
    assert {one["trust"] for one in status(machine)["browsers"]} == {"no"}
    assert machine.run("find", "/etc").stdout == before


def test_a_restart_refuses_nobody(machine: Machine) -> None:
    told = machine.run("sh", "-c", CALLING, deadline_s=120)
    assert told.stdout.split() == ["200"] * CALLS, told.stdout + told.stderr


def test_a_call_starts_the_service_that_was_stopped(machine: Machine) -> None:
    machine.run("systemctl", "stop", "sheetfed.service", deadline_s=100)
    assert machine.run("curl", "-sS", "--max-time", "30", f"{PORT}/fa/VersionInfo").stdout
    machine.run("systemctl", "start", "sheetfed.service")


def test_without_certificates_http_goes_on_and_they_come_back_without_a_restart(
    machine: Machine,
) -> None:
    pid = machine.run("systemctl", "show", "--property=MainPID", "sheetfed").stdout
    machine.run("rm", "-r", FOLDER)
    with machine.logging("no HTTPS: this machine has no certificates"):
        machine.run("systemctl", "reload", "sheetfed.service")
    assert "; no HTTPS: this machine has no certificates" in line(machine)
    assert machine.run("curl", "-sS", f"{PORT}/fa/VersionInfo").stdout
    machine.run("systemctl", "restart", "sheetfed-certificates.service")
    with machine.logging("HTTPS shows the certificate of"):
        machine.run("systemctl", "reload", "sheetfed.service")
    assert fetched(machine, "localhost")["method"] == "VersionInfo"
    assert status(machine)["source"] == "machine"
    assert machine.run("systemctl", "show", "--property=MainPID", "sheetfed").stdout == pid
