"""Access: what the command and polkit let through, for whom."""

import pytest

from system.machine import Machine, at_the_seat
from system.website import FEEDER, Website

ORIGIN = "https://app.example.org"
ADMINISTRATORS = """\
polkit.addRule(function(action, subject) {
    if (action.id == "org.sheetfed1.manage" && subject.isInGroup("sudo"))
        return polkit.Result.YES;
});
"""


def _page(machine: Machine, user: str, instance: str) -> Website:
    return Website(machine, user=user, origin=ORIGIN, instance=instance)


def test_a_web_page_is_refused_until_the_administrator_lets_it_in(machine: Machine) -> None:
    page = _page(machine, "bob", "granted")
    assert page.refusal("AcquireImage", FEEDER) == "origin-not-granted"
    machine.run("sheetctl", "origins", "allow", ORIGIN, "--for-all-users")
    page.result("AcquireImage", FEEDER)
    assert page.pages() == 10
    machine.run("sheetctl", "origins", "revoke", ORIGIN, "--for-all-users")
    assert page.refusal("HowManyImagesInBuffer") == "origin-not-granted"


def test_who_sits_at_the_machine_lets_web_pages_in_for_himself_alone(machine: Machine) -> None:
    machine.run(*at_the_seat("alice"), "sheetctl", "origins", "allow", ORIGIN)
    _page(machine, "alice", "own").result("AcquireImage", {**FEEDER, "pages": 1})
    assert _page(machine, "bob", "own").refusal("AcquireImage", FEEDER) == "origin-not-granted"


def test_who_does_not_sit_at_it_is_refused(machine: Machine) -> None:
    words = ("sheetctl", "origins", "allow", "https://other.example.org")
    refused = machine.run(*words, user="bob", check=False)
    assert refused.returncode == 4, refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("log-level", "debug"),
        ("reload",),
        ("store", "check"),
        ("origins", "allow", ORIGIN, "--for-all-users"),
    ],
    ids=lambda words: words[0],
)
def test_who_is_no_administrator_does_not_administer(
    words: tuple[str, ...], machine: Machine
) -> None:
    refused = machine.run("sheetctl", *words, user="bob", check=False)
    assert refused.returncode == 4, refused.stderr


def test_whom_polkit_takes_for_an_administrator_administers(machine: Machine) -> None:
    machine.run("useradd", "--create-home", "--groups", "sudo", "dora")
    assert machine.run("sheetctl", "reload", user="dora", check=False).returncode == 4
    machine.write("/etc/polkit-1/rules.d/50-sheetfed.rules", ADMINISTRATORS)
    machine.run("systemctl", "restart", "polkit.service")
    machine.run("sheetctl", "reload", user="dora")
    machine.run("sheetctl", "store", "check", user="dora")
    assert machine.run("sheetctl", "reload", user="bob", check=False).returncode == 4
