"""sheetctl config check: what the daemon says of its configuration, without the service."""

import os
import pwd
from pathlib import Path

import pytest

from fakes.sheetctl import Sheetctl
from sheetfed.cli import config
from sheetfed.cli.config import DEFAULT
from sheetfed.config import DEFAULT_PATH


async def test_a_right_file_is_told_so(sheetctl: Sheetctl, folder: Path) -> None:
    (folder / "sheetfed.toml").write_text('defaults.mode = "gray"\n')
    ran = await sheetctl("config", "check", "--config", "sheetfed.toml")
    assert (ran.code, ran.out, ran.err) == (0, b"sheetfed.toml is right.\n", "")


async def test_every_problem_is_listed(sheetctl: Sheetctl, folder: Path) -> None:
    (folder / "sheetfed.toml").write_text('defaults.mode = "pink"\njobs.patience = 1\n')
    words = ("config", "check", "--config", "sheetfed.toml")
    ran = await sheetctl(*words)
    assert (ran.code, ran.out) == (1, b"")
    assert 'defaults.mode: found "pink"' in ran.err
    assert "jobs.patience: found an unknown key" in ran.err
    told = (await sheetctl("--json", *words)).json
    assert (told["right"], len(told["messages"])) == (False, 2)


def test_it_looks_at_the_file_that_the_service_reads() -> None:
    assert DEFAULT == DEFAULT_PATH


def test_root_reads_it_with_the_eyes_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    us = pwd.getpwuid(os.getuid())
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(config, "SERVICE_USER", us.pw_name)
    eyes = config._eyes_of_the_service(DEFAULT)
    assert (eyes["user"], eyes["group"]) == (us.pw_uid, us.pw_gid)
    assert us.pw_gid in eyes["extra_groups"]


def test_a_draft_is_read_by_whoever_asks_and_where_there_is_no_service_the_file_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert config._eyes_of_the_service(Path("draft.toml")) == {}
    monkeypatch.setattr(config, "SERVICE_USER", "nosuch")
    assert config._eyes_of_the_service(DEFAULT) == {}


async def test_what_is_right_but_not_there_is_told_beside(sheetctl: Sheetctl, folder: Path) -> None:
    (folder / "sheetfed.toml").write_text('access.scan = ["activ"]\n')
    ran = await sheetctl("config", "check", "--config", "sheetfed.toml")
    assert (ran.code, ran.out) == (0, b"sheetfed.toml is right.\n")
    assert ran.err == "access.scan: this machine knows no user activ\n"
