"""Checking: what a configuration names and is not there is told before a start."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from sheetfed import checking, config
from sheetfed.checking import Finding


def found(folder: Path, text: str) -> list[Finding]:
    file = folder / "sheetfed.toml"
    file.write_text(f'access.scan = ["*"]\n{text}')
    return list(checking.findings(config.load(file)))


def test_a_configuration_that_names_nothing_has_nothing_missing(tmp_path: Path) -> None:
    assert found(tmp_path, "") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('store.key_file = "/nowhere/key"', "/nowhere/key: No such file or directory"),
        (
            'https.certificate = "/nowhere/cert"\nhttps.key = "/nowhere/key"',
            "/nowhere/cert: No such file or directory",
        ),
        (
            'upload.ca_file = "/nowhere/ca"',
            "/nowhere/ca: [upload] ca_file cannot be used: No such file or directory",
        ),
        ('store.path = "/etc/passwd"', "store.path: there is no folder /etc/passwd"),
        ('metrics.listen = "/nowhere/metrics"', "metrics.listen: there is no folder /nowhere"),
    ],
)
def test_what_the_service_would_not_start_with_is_an_error(
    text: str, told: str, tmp_path: Path
) -> None:
    assert found(tmp_path, text) == [Finding(told, is_fatal=True)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'scanners.sane_config_dir = "/nowhere"',
            "scanners.sane_config_dir: there is no folder /nowhere",
        ),
        ('store.path = "/nowhere/scans"', "store.path: there is no folder /nowhere/scans"),
        (
            'access.scan = ["root", "active", "activ"]',
            "access.scan: this machine knows no user activ",
        ),
        ('access.scan = ["@nosuch"]', "access.scan: this machine knows no group nosuch"),
    ],
)
def test_what_it_starts_with_but_does_not_find_is_told(
    text: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "it.toml").write_text(text)
    assert found(tmp_path, "") == [Finding(told, is_fatal=False)]


def test_a_folder_that_this_user_may_not_look_into_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: Path) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "is_dir", refuse)
    monkeypatch.setattr(checking, "SERVICE_USER", "nosuch")
    shipped = config.Config()
    settings = replace(shipped, store=replace(shipped.store, path=Path("/the/scans")))
    told = Finding("store.path: /the/scans: Permission denied", is_fatal=False)
    assert list(checking.findings(settings)) == [told]


@pytest.mark.parametrize("is_service", [True, False])
def test_what_this_user_may_not_read_is_an_error_for_the_service_alone(
    is_service: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise checking.KeyRefused("/the/key: Permission denied") from PermissionError()

    monkeypatch.setattr("sheetfed.keys.given_key", refuse)
    user = checking.pwd.getpwuid(os.geteuid()).pw_name
    monkeypatch.setattr(checking, "SERVICE_USER", user if is_service else "nosuch")
    assert found(tmp_path, "") == [Finding("/the/key: Permission denied", is_fatal=is_service)]
