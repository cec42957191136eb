"""The manual pages: they render without a complaint and explain what the daemon takes."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from sheetfed import __main__
from sheetfed.config import Config, describe
from sheetfed.config_key import Key
from sheetfed.config_schema import keys

FOLDER = Path(__file__).parents[2] / "debian"
PAGES = [
    page
    for page in (FOLDER / "sheetfed.manpages").read_text().split()
    if not page.startswith("debian/made/")
]


def _shown(page: Path) -> str:
    """The page's text as man(1) shows it, in one line."""
    command = ["man", "--warnings", "--no-hyphenation", "--no-justification", "-l", str(page)]
    environment = {**os.environ, "MANWIDTH": "400", "LC_ALL": "C.UTF-8"}
    shown = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=15, check=True
    )
    assert shown.stderr == ""
    return " ".join(shown.stdout.split())


@pytest.fixture(scope="module")
def settings() -> str:
    return _shown(FOLDER / "sheetfed.toml.5")


@pytest.mark.parametrize("file", PAGES)
def test_a_page_names_its_subject(file: str) -> None:
    assert f"NAME {Path(file).stem} - " in _shown(FOLDER.parent / file)


@pytest.mark.parametrize("file", PAGES)
def test_a_page_says_of_when_it_is(file: str) -> None:
    head = (FOLDER.parent / file).read_text("utf-8").splitlines()[0]
    assert re.fullmatch(r'\.TH [\w.]+ \d "\d{4}-\d\d-\d\d" "Sheetfed" "[\w ]+"', head)


@pytest.mark.parametrize("key", tuple(keys()), ids=lambda key: key.dotted)
def test_a_setting_is_explained(key: Key, settings: str) -> None:
    default = next(line for line in _table(key.table) if line.startswith(f"{key.name} = "))
    entry = f"{default} {key.meaning} Allowed: {key.kind.allowed}."
    assert entry + (" A reload applies it." if key.reloads else "") in settings


def test_every_option_of_the_daemon_is_explained() -> None:
    page = _shown(FOLDER / "sheetfed.8")
    options = [action.option_strings[-1] for action in __main__._parser()._actions]
    assert [option for option in options if f" {option} " not in page] == []


def _table(name: str) -> list[str]:
    """The lines of a table in the default configuration."""
    _, _, rest = describe(Config()).partition(f"[{name}]\n")
    return rest.partition("\n\n")[0].splitlines()
