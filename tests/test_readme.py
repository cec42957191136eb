"""The README: every file and room that it names is there, and every room is named."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "daemon" / "sheetfed"
README = (ROOT / "README.md").read_text("utf-8")


def test_every_file_that_it_names_is_there() -> None:
    named = set(re.findall(r"`([a-z_/]+\.py)`", README))
    assert len(named) > 10
    assert {
        name for name in named if not ((PACKAGE / name).exists() or (ROOT / name).exists())
    } == set()


def test_it_says_of_every_room_what_it_does() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms == set(re.findall(r"^\| `([a-z]+)/` \|", README, re.MULTILINE))
