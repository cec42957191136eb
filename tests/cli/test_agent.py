"""Agent: on a terminal whoever is no administrator is asked there for a password."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from sheetfed.cli import agent

AGENT = """#!/bin/sh
echo "$@" >"{said}"
while [ "$1" != --notify-fd ]; do shift; done
eval "exec $2>&-"
exec sleep 60
"""


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the program that asks was started with; there is none until it was."""
    program = tmp_path / agent.PROGRAM
    program.write_text(AGENT.format(said=tmp_path / "said"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path / "said"


def _sits_at_terminal(monkeypatch: pytest.MonkeyPatch, *, uid: int = 1000) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


async def test_it_asks_for_this_process_and_ends_with_the_call(
    said: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sits_at_terminal(monkeypatch)
    async with agent.at_terminal():
        words = (await asyncio.to_thread(said.read_text)).split()
        assert words[:2] == ["--process", str(os.getpid())]


@pytest.mark.parametrize("is_in_session", [True, False])
async def test_the_desktop_asks_first_where_there_can_be_one(
    is_in_session: bool, said: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sits_at_terminal(monkeypatch)
    monkeypatch.setattr(agent, "_is_in_session", lambda: is_in_session)
    async with agent.at_terminal():
        words = (await asyncio.to_thread(said.read_text)).split()
    assert ("--fallback" in words) is is_in_session


@pytest.mark.parametrize(
    ("cgroup", "user", "is_in_session"),
    [
        ("0::/user.slice/user-1000.slice/session-3.scope\n", None, True),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/a.scope\n", None, False),
        ("0::/user.slice/user-1000.slice/user@1000.service\n", "NAME=a\nDISPLAY=2\n", True),
        ("0::/system.slice/cron.service\n", "NAME=a\nSESSIONS=\n", False),
    ],
)
def test_a_session_is_what_logind_and_with_it_polkit_take_for_one(
    cgroup: str, user: str | None, is_in_session: bool, tmp_path: Path
) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(cgroup)
    if user is not None:
        (tmp_path / "run/systemd/users").mkdir(parents=True)
        (tmp_path / "run/systemd/users" / str(os.getuid())).write_text(user)
    assert agent._is_in_session(tmp_path) is is_in_session


async def test_root_is_not_asked(said: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _sits_at_terminal(monkeypatch, uid=0)
    async with agent.at_terminal():
        pass
    assert not await asyncio.to_thread(said.exists)


async def test_nobody_is_asked_where_nobody_sits(
    said: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    async with agent.at_terminal():
        pass
    assert not await asyncio.to_thread(said.exists)


async def test_without_the_program_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _sits_at_terminal(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    async with agent.at_terminal():
        pass
