"""docs/documents.md: its settings, commands and flaws are those that there are."""

import re
from pathlib import Path

import click
import pytest

from sheetfed.cli.main import main
from sheetfed.config import Config, describe
from sheetfed.config_schema import keys
from sheetfed.core.upkeep import Flaw
from sheetfed.storage import archive, tarblocks
from sheetfed.storage.reserve import SIZE_BYTES

CHECKOUT = Path(__file__).parents[1]
TEXT = (CHECKOUT / "docs" / "documents.md").read_text("utf-8")
KEYS = {key.name: key for key in keys() if key.table == "store"}
DEFAULTS = dict(re.findall(r"(?m)^(\w+) = (.*)$", describe(Config()).split("[store]")[1]))


def _rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


@pytest.mark.parametrize("heading", ["How long documents are kept", "How much is kept"])
def test_every_setting_is_told_with_what_is_shipped(heading: str) -> None:
    for name, shipped, _ in _rows(heading):
        assert shipped.strip("`") == DEFAULTS[name.strip("`")]


def test_every_limit_is_told_and_which_hold_from_a_reload_on() -> None:
    told = [
        row[0].strip("`")
        for heading in ("How long documents are kept", "How much is kept")
        for row in _rows(heading)
    ]
    limits = {name for name in KEYS if name.startswith(("max_", "min_", "keep_", "render_"))}
    assert set(told) == limits
    assert all(KEYS[name].reloads for name in told)


def test_every_flaw_is_told_in_its_order() -> None:
    assert [row[0].strip("`") for row in _rows("When something is damaged")] == list(Flaw)


def test_every_command_of_the_guide_is_one_with_its_options() -> None:
    used = re.findall(r"sheetctl (store \w+|status)((?: --?[a-z-]+)*)", TEXT)
    assert {command for command, _ in used} >= {
        *(f"store {name}" for name in ("usage", "check", "purge", "export", "import")),
    }
    for words, options in used:
        command: click.Command = main
        for word in words.split():
            assert isinstance(command, click.Group)
            command = command.commands[word]
        known = {name for option in command.params for name in option.opts}
        assert set(options.split()) <= known


def test_the_archive_is_what_the_guide_says() -> None:
    assert archive.__doc__
    for name in (tarblocks.MANIFEST, tarblocks.CHECKSUMS, "sha256sum -c"):
        assert f"`{name}`" in TEXT
    assert f"a reserve of {SIZE_BYTES >> 20} MiB" in TEXT


def test_the_guide_is_found_from_the_readme_and_in_the_package() -> None:
    assert "(docs/documents.md)" in (CHECKOUT / "README.md").read_text("utf-8")
    assert "docs/documents.md" in (CHECKOUT / "debian" / "sheetfed.docs").read_text("utf-8")
    for target in re.findall(r"\]\((\w+\.md)\)", TEXT):
        assert (CHECKOUT / "docs" / target).exists()
