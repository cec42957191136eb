"""Access: what the command and polkit let through, for whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from system.machine import Machine, at_a_login, at_the_seat
from system.website import FEEDER, Website

ORIGIN = "https://app.example.org"
TERMINAL = Path(__file__).with_name("terminal.py").read_text()
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


class TestAPasswordForPolkit:
    """On a terminal, with Debian's own agent, PAM and passwords."""

    RIGHT, WRONG = "an administrator's", "nobody's"

    @pytest.fixture(autouse=True, scope="class")
    @staticmethod
    def _people(machine: Machine) -> Iterator[None]:
        machine.run("useradd", "--create-home", "--groups", "sudo", "erna")
        machine.run("useradd", "--create-home", "kurt")
        passwords = f"erna:{TestAPasswordForPolkit.RIGHT}\nkurt:his own\n"
        machine.run("chpasswd", stdin=passwords)
        yield
        machine.run("gpasswd", "--delete", "erna", "sudo")

    def _typed(
        self,
        machine: Machine,
        password: str,
        *words: str,
        user: str = "erna",
        logged_in: bool = True,
    ) -> tuple[int, str]:
        """The exit status, and what the terminal showed."""
        terminal = ("python3", "-", password, "--", "sheetctl", *words)
        if logged_in:
            done = machine.run(*at_a_login(user), *terminal, check=False, stdin=TERMINAL)
        else:
            done = machine.run(*terminal, user=user, check=False, stdin=TERMINAL)
        return done.returncode, done.stdout

    def _granted(self, machine: Machine, origin: str) -> bool:
        return origin in machine.run("sheetctl", "origins").stdout

    @pytest.mark.parametrize("logged_in", [True, False], ids=["in-a-session", "without-one"])
    def test_an_administrators_own_lets_him_decide_for_everybody(
        self, logged_in: bool, machine: Machine
    ) -> None:
        origin = f"https://{logged_in}.example.org".lower()
        allow = ("origins", "allow", origin, "--for-all-users")
        code, shown = self._typed(machine, self.RIGHT, *allow, logged_in=logged_in)
        assert code == 0, shown
        assert "Authentication is required to administer the scanner service" in shown
        assert f"{origin} may scan, for all users." in shown
        assert self.RIGHT not in shown
        assert self._granted(machine, origin)

    def test_an_administrators_lets_him_see_what_others_have(self, machine: Machine) -> None:
        Website(machine, instance="seen").result("AcquireImage", {**FEEDER, "pages": 1})
        code, shown = self._typed(machine, self.RIGHT, "--json", "documents", "--everybody")
        assert code == 0, shown
        assert '"pages": 1' in shown

    def test_a_wrong_one_is_refused_and_said_to_be(self, machine: Machine) -> None:
        allow = ("origins", "allow", "https://wrong.example.org", "--for-all-users")
        code, shown = self._typed(machine, self.WRONG, *allow)
        assert code == 4, shown
        assert "Error: the authentication for org.sheetfed1.manage has failed" in shown
        assert not self._granted(machine, "https://wrong.example.org")

    def test_who_is_no_administrator_needs_an_administrators(self, machine: Machine) -> None:
        code, shown = self._typed(machine, "his own", "reload", user="kurt")
        assert (code, "Authenticating as: erna" in shown) == (4, True), shown
        code, shown = self._typed(machine, self.RIGHT, "reload", user="kurt")
        assert code == 0, shown

    def test_without_a_terminal_nobody_is_asked_and_that_is_said(self, machine: Machine) -> None:
        refused = machine.run("sheetctl", "reload", user="erna", check=False)
        assert refused.returncode == 4
        assert "polkit knows nobody to ask" in refused.stderr


def test_whom_polkit_takes_for_an_administrator_administers(machine: Machine) -> None:
    machine.run("useradd", "--create-home", "--groups", "sudo", "dora")
    assert machine.run("sheetctl", "reload", user="dora", check=False).returncode == 4
    machine.write("/etc/polkit-1/rules.d/50-sheetfed.rules", ADMINISTRATORS)
    machine.run("systemctl", "restart", "polkit.service")
    machine.run("sheetctl", "reload", user="dora")
    machine.run("sheetctl", "store", "check", user="dora")
    assert machine.run("sheetctl", "reload", user="bob", check=False).returncode == 4
