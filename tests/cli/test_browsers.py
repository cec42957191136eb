"""The browsers' policy files: added to, taken back, and never at somebody else's cost."""

import base64
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheetfed.certificates.authority import Authority as Made
from sheetfed.certificates.certificate import fingerprint
from sheetfed.cli.browsers import (
    ALL,
    AUTHORITY,
    Authority,
    Browser,
    Firefox,
    PolicyRefused,
    Trust,
    below,
)
from sheetfed.config import Config

NOW = datetime.now(UTC)
EVERY = pytest.mark.parametrize("browser", ALL, ids=lambda browser: browser.name)
CHROMIUMS = pytest.mark.parametrize(
    "browser", [one for one in ALL if one.name != "firefox"], ids=lambda browser: browser.name
)
INSTALLED = "/etc/firefox/policies/sheetfed-ca.pem"
CORPORATE: dict[str, Any] = {
    "policies": {
        "DisableTelemetry": True,
        "Certificates": {"ImportEnterpriseRoots": True, "Install": ["corporate.pem"]},
    }
}


def authority() -> Authority:
    return Authority(Made(since=NOW, until=NOW + timedelta(days=1)).certificate)


OURS = authority()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "etc" / "opt").mkdir(parents=True)
    return tmp_path


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def policies(root: Path) -> Any:
    return json.loads((root / "etc/firefox/policies/policies.json").read_text())


def given(root: Path, content: object) -> Path:
    file = root / "etc/firefox/policies/policies.json"
    file.parent.mkdir(parents=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


@EVERY
def test_trust_is_given_and_taken_back_without_a_trace(browser: Browser, root: Path) -> None:
    before = files(root)
    assert browser.state(root, OURS) is Trust.NO
    browser.trust(root, OURS)
    assert browser.state(root, OURS) is Trust.YES
    assert browser.file(root).is_file()
    browser.untrust(root)
    assert browser.state(root, OURS) is Trust.NO
    assert files(root) == before


@EVERY
def test_giving_trust_twice_is_giving_it_once_and_taking_it_back_twice_is_no_error(
    browser: Browser, root: Path
) -> None:
    browser.trust(root, OURS)
    first = browser.file(root).read_bytes()
    browser.trust(root, OURS)
    assert browser.file(root).read_bytes() == first
    browser.untrust(root)
    browser.untrust(root)


@EVERY
@pytest.mark.parametrize("part", ["folder", "file"])
def test_links_of_another_system_do_not_lead_into_this_one(
    browser: Browser, part: str, tmp_path: Path
) -> None:
    root, outside = tmp_path / "image", tmp_path / "outside"
    outside.mkdir()
    own = outside / browser.file(root).name
    own.write_text('{"policies": {}}')
    link = browser.file(root) if part == "file" else browser.file(root).parent
    link.parent.mkdir(parents=True)
    link.symlink_to(own if part == "file" else outside)
    for change in (lambda: browser.trust(root, OURS), lambda: browser.untrust(root)):
        with pytest.raises(PolicyRefused, match="leads out of"):
            change()
    assert own.read_text() == '{"policies": {}}'
    assert files(outside) == [own.name]


@EVERY
def test_what_is_written_is_a_new_file_and_not_where_a_link_leads(
    browser: Browser, root: Path
) -> None:
    victim = root / "victim"
    victim.write_text("as it was")
    file = browser.file(root)
    file.parent.mkdir(parents=True)
    for name in (file.name, "sheetfed-ca.pem"):
        (file.parent / f".{name}.new").symlink_to(victim)
    browser.trust(root, OURS)
    assert victim.read_text() == "as it was"
    assert not file.is_symlink()
    assert browser.state(root, OURS) is Trust.YES


def test_only_a_certificate_of_that_system_is_taken_for_its_authority(tmp_path: Path) -> None:
    root = tmp_path / "image"
    secret = tmp_path / "secret"
    secret.write_bytes(OURS.pem)
    ca = below(root, AUTHORITY)
    ca.parent.mkdir(parents=True)
    ca.symlink_to(secret)
    with pytest.raises(PolicyRefused, match="leads out of"):
        Authority.read(root)
    ca.unlink()
    ca.write_text("root:$y$:20000::::::")
    with pytest.raises(PolicyRefused, match="is no certificate"):
        Authority.read(root)


@EVERY
def test_an_earlier_authority_is_told_apart_and_replaced(browser: Browser, root: Path) -> None:
    browser.trust(root, authority())
    assert browser.state(root, OURS) is Trust.OLD
    assert browser.state(root, None) is Trust.OLD
    browser.trust(root, OURS)
    assert browser.state(root, OURS) is Trust.YES


@EVERY
def test_everybody_may_read_what_is_written(browser: Browser, root: Path) -> None:
    browser.trust(root, OURS)
    folder = browser.file(root).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o644}


@CHROMIUMS
def test_a_chromium_is_told_to_trust_it_for_loopback_alone(browser: Browser, root: Path) -> None:
    browser.trust(root, OURS)
    (known,) = json.loads(browser.file(root).read_text())["CACertificatesWithConstraints"]
    assert base64.b64decode(known["certificate"]) == OURS.der
    assert known["constraints"] == {
        "permitted_cidrs": ["127.0.0.1/32", "::1/128"],
        "permitted_dns_names": ["localhost"],
    }


@CHROMIUMS
def test_a_policy_of_others_is_not_pushed_aside(browser: Browser, root: Path) -> None:
    other = browser.file(root).parent / "corporate.json"
    other.parent.mkdir(parents=True)
    other.write_text(json.dumps({"CACertificatesWithConstraints": []}))
    with pytest.raises(PolicyRefused, match=r"corporate\.json sets CACertificatesWithConstraints"):
        browser.trust(root, OURS)
    assert [file.name for file in other.parent.iterdir()] == ["corporate.json"]
    other.write_text(json.dumps({"HomepageLocation": "https://example.org"}))
    browser.trust(root, OURS)
    browser.untrust(root)
    assert [file.name for file in other.parent.iterdir()] == ["corporate.json"]


def test_firefox_keeps_the_policies_that_it_has(root: Path) -> None:
    given(root, CORPORATE)
    firefox = Firefox()
    firefox.trust(root, OURS)
    found = policies(root)
    assert found["policies"]["DisableTelemetry"] is True
    assert found["policies"]["Certificates"]["Install"] == ["corporate.pem", INSTALLED]
    assert below(root, Path(INSTALLED)).read_bytes() == OURS.pem
    firefox.untrust(root)
    assert policies(root) == CORPORATE
    assert not below(root, Path(INSTALLED)).exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is no JSON"),
        ("[]", 'has no "policies"'),
        ({"policies": {"Certificates": []}}, "not as Firefox takes it"),
        ({"policies": {"Certificates": {"Install": "a.pem"}}}, "not as Firefox takes it"),
    ],
)
def test_a_damaged_file_of_firefoxs_is_left_as_it_is(
    content: object, reason: str, root: Path
) -> None:
    file = given(root, content)
    before = file.read_bytes()
    with pytest.raises(PolicyRefused, match=reason):
        Firefox().trust(root, OURS)
    assert file.read_bytes() == before
    assert Firefox().state(root, OURS) is Trust.NO


def test_firefoxs_policies_elsewhere_are_not_made_void(root: Path) -> None:
    other = root / "usr/lib/firefox-esr/distribution/policies.json"
    other.parent.mkdir(parents=True)
    other.write_text("{}")
    with pytest.raises(PolicyRefused, match="would no longer hold"):
        Firefox().trust(root, OURS)
    given(root, CORPORATE)
    Firefox().trust(root, OURS)
    assert Firefox().state(root, OURS) is Trust.YES


def test_the_fingerprint_is_the_daemons(root: Path) -> None:
    assert OURS.fingerprint == fingerprint(OURS.pem)


def test_the_authority_is_where_the_daemon_has_it(root: Path) -> None:
    assert Path(AUTHORITY).parent == Config().https.machine_certificates
    assert Authority.read(root) is None
    file = below(root, AUTHORITY)
    file.parent.mkdir(parents=True)
    file.write_bytes(OURS.pem)
    assert Authority.read(root) == OURS
