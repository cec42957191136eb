"""Show: what devices call themselves does nothing to a terminal."""

import json
import sys

import pytest

from sheetfed.cli import explain, show

EVIL = "a\x1b[31mb\x07\nc\x9bd"


def test_a_table_has_nothing_that_a_terminal_would_obey(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show.table(["ID"], [[EVIL]])
    show.facts([(EVIL, EVIL)])
    assert capsys.readouterr().out.split() == ["ID", *["a[31mbcd"] * 3]


def test_json_is_whole_and_has_nothing_that_a_terminal_would_obey(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show.as_json({"name": EVIL, "model": "Büro"})
    told = capsys.readouterr().out
    assert json.loads(told) == {"name": EVIL, "model": "Büro"}
    assert "Büro" in told
    assert [char for char in told if not char.isprintable() and char != "\n"] == []


def test_a_narrow_terminal_folds_long_texts_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    rows = [["d" * 33, "2026-11-26 12:08", "user", "a long story " * 3]]
    show.table(["DOCUMENT", "MADE", "OWNER", "NAME"], rows)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith(f"{'d' * 33}  2026-11-26 12:08  user   a long story")
    assert lines[2].startswith(" " * 40)
    assert len(lines) == 3


def test_owners_have_their_names() -> None:
    assert show.owner(0, "") == "root"
    assert show.owner(0, "https://app.example.org") == "root, https://app.example.org"
    assert show.owner(4_000_000_000, "") == "user 4000000000"


def test_why_the_list_is_an_old_one_is_said() -> None:
    manager = {"Trouble": "no room", "Backends": [], "Hidden": []}
    assert explain.note(manager) == "The list is an old one: no room."
    assert explain.nothing_found(manager) == "no scanner was found: no room"
