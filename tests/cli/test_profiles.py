"""sheetctl tls forget: what a policy once gave to a user's Firefox is taken out again, by name."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes.sheetctl import Sheetctl
from sheetfed.certificates.authority import Authority as Made
from sheetfed.cli import tls
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.session import Session

PLACES = (
    ".mozilla/firefox/a.default-esr",
    ".config/mozilla/firefox/b.default-release",
    "snap/firefox/common/.mozilla/firefox/c.default",
)


def certutil(profile: Path, *words: str) -> str:
    command = ["certutil", "-d", f"sql:{profile}", *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return ran.stdout


def profile_in(home: Path, place: str) -> Path:
    """One of Firefox's, with certificates of its own."""
    profile = home / place
    profile.mkdir(parents=True)
    certutil(profile, "-N", "--empty-password")
    return profile


def taken(profile: Path, *, name: str = "") -> str:
    """The name of a new authority, in this profile as Firefox takes it from a policy."""
    now = datetime.now(UTC)
    authority = Made(since=now, until=now + timedelta(days=1))
    (profile / "ca.pem").write_bytes(authority.certificate)
    words = ("-n", name or authority.name, "-t", "CT,C,", "-i", str(profile / "ca.pem"))
    certutil(profile, "-A", *words)
    return name or authority.name


def test_every_profile_of_the_user_forgets_every_authority_of_sheetfeds_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    profiles = [profile_in(tmp_path, place) for place in PLACES]
    names = [taken(profile) for profile in (*profiles, profiles[0])]
    kept = taken(profiles[0], name="A company's authority")
    tls.forget.main([], obj=Session("", False), standalone_mode=False)
    said = capsys.readouterr().out
    assert all(name in said for name in names)
    assert all(str(profile) in said for profile in profiles)
    left = "".join(certutil(profile, "-L") for profile in profiles)
    assert "Sheetfed" not in left
    assert kept in left
    tls.forget.main([], obj=Session("", False), standalone_mode=False)
    assert capsys.readouterr().out == "no Firefox of yours knows it\n"


def test_a_configuration_elsewhere_is_looked_for_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    profile = profile_in(tmp_path, "xdg/mozilla/firefox/d.default")
    taken(profile)
    tls.forget.main([], obj=Session("", False), standalone_mode=False)
    assert "Sheetfed" not in certutil(profile, "-L")


def test_a_damaged_profile_is_named_and_the_others_forget_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    damaged = tmp_path / ".mozilla/firefox/a.damaged"
    damaged.mkdir(parents=True)
    (damaged / "cert9.db").write_text("no database")
    profile = profile_in(tmp_path, ".mozilla/firefox/b.default")
    taken(profile)
    with pytest.raises(Stop, match=f"{damaged}: certutil: ") as stopped:
        tls.forget.main([], obj=Session("", False), standalone_mode=False)
    assert stopped.value.code is Exit.FAILED
    assert "Sheetfed" not in certutil(profile, "-L")


def test_without_certutil_it_says_which_package_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    profile_in(tmp_path, PLACES[0])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Stop, match="`apt install libnss3-tools`"):
        tls.forget.main([], obj=Session("", False), standalone_mode=False)


def test_another_users_profiles_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(Stop, match="is another user's\nRun it as the user") as stopped:
        tls.forget.main([], obj=Session("", False), standalone_mode=False)
    assert stopped.value.code is Exit.NOT_ALLOWED


async def test_programs_are_told_what_was_forgotten(sheetctl: Sheetctl) -> None:
    ran = await sheetctl("--json", "tls", "forget")
    assert (ran.code, ran.json) == (0, [])


async def test_who_takes_trust_back_is_told_that_firefox_keeps_it(
    sheetctl: Sheetctl, tmp_path: Path
) -> None:
    (tmp_path / "etc").mkdir()
    ran = await sheetctl("tls", "untrust", "--root", str(tmp_path))
    assert ran.code == 0
    assert "Firefox keeps it for users who have started it meanwhile" in ran.err
    ran = await sheetctl("tls", "untrust", "--browser", "edge", "--root", str(tmp_path))
    assert ran.err == ""
