"""The program that makes certificates: once, and again only when it is asked."""

import pwd
from os import getuid
from pathlib import Path

import pytest

from sheetfed.certificates import __main__, machine
from sheetfed.config import Config

ME = pwd.getpwuid(getuid()).pw_name


def run(folder: Path, *words: str) -> int:
    return __main__.main(["--folder", str(folder), "--owner", ME, *words])


def test_it_makes_certificates_once_and_new_ones_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "certificates"
    assert run(folder) == 0
    first = machine.read(folder)
    said = capsys.readouterr().err
    assert "new certificates for this computer" in said
    assert "since there are none" in said
    assert first.authority_fingerprint in said
    assert run(folder) == 0
    assert machine.read(folder) == first
    assert capsys.readouterr().err == ""
    assert run(folder, "--renew") == 0
    assert machine.read(folder).authority_fingerprint != first.authority_fingerprint


def test_without_the_services_user_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--folder", str(tmp_path), "--owner", "no such user"]
    assert __main__.main(words) == 1
    assert "no user no such user" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "missing" / "folder") == 1
    assert f"{tmp_path}/missing/folder: No such file" in capsys.readouterr().err


def test_its_folder_is_the_one_that_the_daemon_looks_into() -> None:
    assert __main__._parser().parse_args([]).folder == Config().https.machine_certificates
