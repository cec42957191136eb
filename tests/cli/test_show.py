"""Show: what devices call themselves does nothing to a terminal."""

import json

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


def test_why_the_list_is_an_old_one_is_said() -> None:
    manager = {"Trouble": "no room", "Backends": [], "Hidden": []}
    assert explain.note(manager) == "The list is an old one: no room."
    assert explain.nothing_found(manager) == "no scanner was found: no room"
