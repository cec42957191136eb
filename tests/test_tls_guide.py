"""docs/tls.md: its files, commands and messages are those that there are."""

import re
from pathlib import Path

import click

from sheetfed.certificates.decade import LEAF_DAYS_AT_MOST, YEARS
from sheetfed.cli.browsers import ALL, AUTHORITY
from sheetfed.cli.main import main
from sheetfed.cli.tls import _WORDS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "tls.md").read_text("utf-8")


def test_every_browser_is_listed_with_the_file_that_is_written() -> None:
    for browser in ALL:
        assert f"| {browser.name.capitalize()} | `{browser.file(Path('/'))}`" in TEXT


def test_the_files_and_spans_are_those_of_the_program() -> None:
    assert f"| `{AUTHORITY}` | everybody |" in TEXT
    assert (YEARS, LEAF_DAYS_AT_MOST // 30) == (10, 13)
    assert {"ten **certificates**", "thirteen months"} <= set(
        re.findall(r"ten \*\*certificates\*\*|thirteen months", TEXT)
    )


def test_the_words_of_the_table_are_what_the_command_prints() -> None:
    for word in ("trusts it", "does not"):
        assert word in _WORDS.values()
        assert re.search(rf"(?m)^    chrom\w+ +{word} ", TEXT)


def test_every_command_that_it_names_is_there() -> None:
    named = set(re.findall(r"sheetctl (\w+) (\w+)", TEXT))
    tls = {("tls", word) for word in ("status", "trust", "untrust", "forget")}
    assert tls | {("config", "check")} == named
    for group, command in named:
        found = main.commands[group]
        assert isinstance(found, click.Group)
        assert command in found.commands


def test_the_messages_that_it_explains_are_the_daemons() -> None:
    code = "".join(
        path.read_text("utf-8") for path in (ROOT / "daemon/sheetfed/certificates").glob("*.py")
    )
    for words in (
        "no HTTPS: ",
        "this machine has no certificates",
        "the certificate for HTTPS ",
        " is not the key of ",
        "systemctl restart sheetfed-certificates",
    ):
        assert words in code
        assert words in TEXT


def test_it_is_shipped_and_linked() -> None:
    assert "(docs/tls.md)" in (ROOT / "README.md").read_text("utf-8")
    assert "docs/tls.md" in (ROOT / "debian" / "sheetfed.docs").read_text("utf-8").split()
    assert "/usr/share/doc/sheetfed/tls.md.gz" in (ROOT / "debian" / "sheetfed.8").read_text()
    for target in re.findall(r"\]\((\w+\.md)\)", TEXT):
        assert (ROOT / "docs" / target).is_file()
