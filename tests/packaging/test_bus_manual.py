"""org.sheetfed1(5): made from the contract, with every member; man shows it as it is."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACT = sorted((ROOT / "dbus").glob("org.sheetfed1.*.xml"))


@pytest.fixture(scope="module")
def source() -> str:
    made = subprocess.run(
        ["/usr/bin/python3", "-I", ROOT / "docs" / "manual.py"],
        capture_output=True,
        text=True,
        timeout=15,
        check=True,
        env={"LC_ALL": "C.UTF-8"},
    )
    return made.stdout


@pytest.fixture(scope="module")
def shown(source: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """As man(1) shows it, in one line."""
    page = tmp_path_factory.mktemp("man") / "org.sheetfed1.5"
    page.write_text(source, "utf-8")
    man = subprocess.run(
        ["man", "--warnings", "--no-hyphenation", "--no-justification", "-l", page],
        env={**os.environ, "MANWIDTH": "400", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=15,
        check=True,
    )
    assert man.stderr == ""
    return " ".join(man.stdout.split())


@pytest.mark.parametrize("file", CONTRACT, ids=lambda file: file.stem)
def test_every_member_and_argument_is_explained_as_the_contract_does(
    file: Path, shown: str
) -> None:
    for note in ET.parse(file).getroot().iter("annotation"):
        if note.attrib["name"] == "org.gtk.GDBus.DocString":
            assert " ".join(note.attrib["value"].replace("…", "...").split()) in shown
    for member in ET.parse(file).getroot().iter():
        if member.tag in ("method", "signal"):
            assert f"{member.attrib['name']}(" in shown
        elif member.tag == "property":
            assert f"{member.attrib['name']} - {member.attrib['type']} " in shown


def test_it_names_its_subject(shown: str) -> None:
    assert "NAME org.sheetfed1 - the D-Bus interface" in shown


def test_it_is_the_same_each_time(source: str) -> None:
    again = subprocess.run(
        [sys.executable, ROOT / "docs" / "manual.py"],
        capture_output=True,
        text=True,
        timeout=15,
        check=True,
    )
    assert again.stdout == source
