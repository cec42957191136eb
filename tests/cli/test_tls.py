"""sheetctl tls: what HTTPS shows, and which browsers trust it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from fakes.busdoor import FakeService
from fakes.sheetctl import Ran, Sheetctl
from sheetfed.bus.door import BusDoor
from sheetfed.bus.https import Authority, Https, Shown
from sheetfed.certificates.authority import Authority as Made
from sheetfed.cli import browsers, tls
from sheetfed.cli.browsers import Trust
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.session import Session

SPRING: Final = int(datetime(2027, 3, 1, 12, tzinfo=UTC).timestamp())
YEAR_S: Final = 365 * 86400
SHOWN = Shown(issuer="Sheetfed here", fingerprint="AA:BB", since=SPRING, until=SPRING + YEAR_S)
NEXT = Shown(
    issuer="Sheetfed here", fingerprint="CC", since=SPRING + YEAR_S, until=SPRING + 2 * YEAR_S
)
MACHINES = Https(
    source="machine",
    shown=SHOWN,
    next=NEXT,
    authority=Authority(file="/certs/ca.pem", fingerprint="DD:EE", last_until=SPRING + 9 * YEAR_S),
)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The tree of a system that has certificates."""
    folder = tmp_path / "image" / "var/lib/sheetfed-certificates"
    folder.mkdir(parents=True)
    made = Made(since=datetime.now(UTC), until=datetime.now(UTC) + timedelta(days=1))
    (folder / "ca.pem").write_bytes(made.certificate)
    (tmp_path / "image" / "etc").mkdir()
    return tmp_path / "image"


def by_browser(ran: Ran) -> dict[str, str]:
    return {one["browser"]: one["trust"] for one in ran.json}


async def test_status_shows_the_certificate_in_force_and_the_next_one(
    sheetctl: Sheetctl, door: BusDoor, service: FakeService
) -> None:
    service.https = MACHINES
    service.endpoints = ["http://127.0.0.1:18622", "https://127.0.0.1:18623"]
    ran = await sheetctl("tls", "status")
    assert ran.code == 0, ran.err
    lines = {line.split("  ")[0]: line for line in ran.out.decode().splitlines()}
    assert "this computer's certificate" in lines["HTTPS"]
    assert "https://127.0.0.1:18623" in lines["web"]
    assert "http://" not in lines["web"]
    assert "Sheetfed here" in lines["issuer"]
    assert "until 2028-02-29" in lines["in force"]
    assert "from 2028-02-29" in lines["next"]
    assert "DD:EE" in lines["authority"]
    assert {"chromium", "chrome", "edge", "firefox"} <= lines.keys()
    told = (await sheetctl("--json", "tls", "status")).json
    assert told["next_since"] == SPRING + YEAR_S
    assert told["authority"] == "/certs/ca.pem"
    assert [one["browser"] for one in told["browsers"]] == ["chromium", "chrome", "edge", "firefox"]


async def test_status_says_why_there_is_no_https(
    sheetctl: Sheetctl, door: BusDoor, service: FakeService
) -> None:
    service.https = Https(source="off", trouble="no HTTPS: this machine has no certificates")
    ran = await sheetctl("tls", "status")
    assert b"no HTTPS: this machine has no certificates" in ran.out
    assert b"not served" in ran.out
    assert b"firefox" not in ran.out


async def test_trust_is_given_to_all_browsers_and_taken_back_from_one(
    sheetctl: Sheetctl, image: Path
) -> None:
    root = ("--root", str(image))
    ran = await sheetctl("tls", "trust", *root)
    assert ran.code == 0, ran.err
    assert ran.out.count(b"trusts it") == 4
    ran = await sheetctl("--json", "tls", "untrust", "--browser", "chrome", *root)
    assert by_browser(ran) == {"chrome": "no"}
    assert not (image / "etc/opt").exists() or not (image / "etc/opt/chrome").exists()
    assert (image / "etc/opt/edge/policies/managed/sheetfed.json").exists()


async def test_a_browser_that_refuses_does_not_keep_the_others_from_it(
    sheetctl: Sheetctl, image: Path
) -> None:
    broken = image / "etc/firefox/policies/policies.json"
    broken.parent.mkdir(parents=True)
    broken.write_text("{")
    ran = await sheetctl("--json", "tls", "trust", "--root", str(image))
    assert ran.code == 1
    assert "policies.json is no JSON" in ran.err
    assert by_browser(ran) == {"chromium": "yes", "chrome": "yes", "edge": "yes", "firefox": "no"}


async def test_without_certificates_trust_says_what_makes_them(
    sheetctl: Sheetctl, tmp_path: Path
) -> None:
    ran = await sheetctl("tls", "trust", "--root", str(tmp_path))
    assert ran.code == 10
    assert "systemctl restart sheetfed-certificates" in ran.err


async def test_what_is_no_certificate_is_given_to_no_browser(
    sheetctl: Sheetctl, image: Path
) -> None:
    (image / "var/lib/sheetfed-certificates/ca.pem").write_text("anything")
    ran = await sheetctl("tls", "trust", "--browser", "firefox", "--root", str(image))
    assert ran.code == 1
    assert "ca.pem is no certificate" in ran.err
    assert not (image / "etc/firefox").exists()


class Locked:
    """A browser whose policies this user may not change."""

    name = "chrome"

    def file(self, root: Path) -> Path:
        return root / "policy.json"

    def trust(self, root: Path, authority: object) -> None:
        raise PermissionError(13, "Permission denied", str(self.file(root)))

    def untrust(self, root: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self.file(root)))

    def state(self, root: Path, authority: object) -> Trust:
        raise PermissionError(13, "Permission denied", str(self.file(root)))


def test_who_may_not_change_policies_is_told_that_it_takes_root(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsers, "ALL", (Locked(),))
    with pytest.raises(Stop) as stopped:
        tls.trust.main(["--root", str(image)], obj=Session("", True), standalone_mode=False)
    assert stopped.value.code is Exit.NOT_ALLOWED
    assert "policy.json may not be changed by this user\nRun it as root." in stopped.value.message


def test_a_policy_that_may_not_be_seen_is_unknown(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsers, "ALL", (Locked(),))
    assert [one["trust"] for one in tls._told(browsers.ALL, image, None)] == ["unknown"]
