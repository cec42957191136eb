"""Launch: a worker finds the daemon's own package, from anywhere, in a plain locale."""

import subprocess
import sys
from pathlib import Path

import pytest

import sheetfed
from sheetfed.core.errors import ScannerLost
from sheetfed.devices import launch


def test_a_worker_started_elsewhere_imports_the_same_package(tmp_path: Path) -> None:
    (tmp_path / "sheetfed.py").write_text("raise SystemExit('the current folder was used')")
    program = "import sheetfed, sheetfed.devices; print(sheetfed.__file__)"
    said = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env=launch.environment(None),
        capture_output=True,
        text=True,
        check=True,
        timeout=15,
    )
    assert said.stdout.strip() == sheetfed.__file__


def test_the_locale_leaves_drivers_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")
    words = launch.environment(None)
    assert words["LC_ALL"] == words["LANG"] == "C.UTF-8"
    assert "LANGUAGE" not in words


def test_a_folder_of_configuration_is_handed_on_only_when_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SANE_CONFIG_DIR", "/etc/administrator")
    assert launch.environment("/srv/sane")["SANE_CONFIG_DIR"] == "/srv/sane"
    assert launch.environment(None)["SANE_CONFIG_DIR"] == "/etc/administrator"


def test_the_worker_is_a_module_of_this_package_and_so_is_the_surveyor() -> None:
    line = ["-P", "-m", "sheetfed.devices.worker", "7"]
    assert launch.command(7)[1:] == line
    assert launch.command(7, survey=True)[1:] == [*line, "--survey"]


async def test_a_process_that_cannot_be_started_is_a_scanner_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    with pytest.raises(ScannerLost, match="could not be started"):
        await launch.start(config_dir=None)
