"""Which users a rule names, with the machine's real users."""

import asyncio
import errno
import grp
import logging
import os
import pwd
from pathlib import Path

import pytest

from fakes.gate import until
from sheetfed.host.accounts import UnixAccounts

ACCOUNT = next(entry for entry in pwd.getpwall() if entry.pw_uid not in (0, os.geteuid()))
PRIMARY_GROUP = grp.getgrgid(ACCOUNT.pw_gid).gr_name
UID = ACCOUNT.pw_uid


def logind(folder: Path, content: str) -> UnixAccounts:
    (folder / str(UID)).write_text(content)
    return UnixAccounts(logind_users=folder)


async def test_a_name_names_its_user_and_nobody_else() -> None:
    accounts = UnixAccounts()
    assert await accounts.matches(UID, ACCOUNT.pw_name)
    assert not await accounts.matches(UID + 1_000_000, ACCOUNT.pw_name)


async def test_an_unknown_name_names_nobody() -> None:
    assert not await UnixAccounts().matches(UID, "no-such-user-here")


async def test_a_primary_group_names_its_user() -> None:
    assert await UnixAccounts().matches(UID, f"@{PRIMARY_GROUP}")


async def test_a_supplementary_group_names_its_members(monkeypatch: pytest.MonkeyPatch) -> None:
    other = next(group for group in grp.getgrall() if group.gr_gid != ACCOUNT.pw_gid)
    monkeypatch.setattr(os, "getgrouplist", lambda name, gid: [gid, other.gr_gid])
    assert await UnixAccounts().matches(UID, f"@{other.gr_name}")


async def test_a_group_does_not_name_those_outside() -> None:
    gids = os.getgrouplist(ACCOUNT.pw_name, ACCOUNT.pw_gid)
    foreign = next(group for group in grp.getgrall() if group.gr_gid not in gids)
    assert not await UnixAccounts().matches(UID, f"@{foreign.gr_name}")


async def test_an_unknown_group_or_user_number_matches_nothing() -> None:
    accounts = UnixAccounts()
    assert not await accounts.matches(UID, "@no-such-group-here")
    assert not await accounts.matches(3_999_999_999, f"@{PRIMARY_GROUP}")


async def test_a_star_names_everybody() -> None:
    assert await UnixAccounts().matches(3_999_999_999, "*")


async def test_the_daemons_own_user_always_matches() -> None:
    assert await UnixAccounts().matches(os.geteuid(), "no-such-user-here")


async def test_a_user_in_the_foreground_of_a_seat_is_active(tmp_path: Path) -> None:
    accounts = logind(tmp_path, "NAME=x\nSTATE=active\nSESSIONS=3\nACTIVE_SEATS=seat0\n")
    assert await accounts.matches(UID, "active")


@pytest.mark.parametrize(
    "content",
    [
        "STATE=active\nSESSIONS=3\nSEATS=\nACTIVE_SESSIONS=3\nACTIVE_SEATS=\n",
        "STATE=online\nSESSIONS=3\nSEATS=seat0\nACTIVE_SEATS=\n",
        "STATE=lingering\n",
        "STATE=closing\nACTIVE_SEATS=seat0\n",
        "",
    ],
    ids=["over-ssh", "in-the-background", "lingering", "logging-out", "empty"],
)
async def test_any_other_user_is_not_active(tmp_path: Path, content: str) -> None:
    assert not await logind(tmp_path, content).matches(UID, "active")


async def test_without_logind_nobody_is_active(tmp_path: Path) -> None:
    accounts = UnixAccounts(logind_users=tmp_path / "missing")
    assert not await accounts.matches(UID, "active")


async def test_an_answer_is_remembered(tmp_path: Path) -> None:
    accounts = logind(tmp_path, "STATE=active\nACTIVE_SEATS=seat0\n")
    assert await accounts.matches(UID, "active")
    (tmp_path / str(UID)).unlink()
    assert await accounts.matches(UID, "active")


async def test_an_answer_is_forgotten_after_its_time(tmp_path: Path) -> None:
    (tmp_path / str(UID)).write_text("STATE=active\nACTIVE_SEATS=seat0\n")
    accounts = UnixAccounts(logind_users=tmp_path, remembered_s=0.0)
    assert await accounts.matches(UID, "active")
    (tmp_path / str(UID)).unlink()
    assert not await accounts.matches(UID, "active")


async def test_a_directory_that_does_not_answer_in_time_names_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    os.mkfifo(tmp_path / str(UID))
    accounts = UnixAccounts(logind_users=tmp_path, deadline_s=0.05)
    with caplog.at_level(logging.WARNING):
        assert not await accounts.matches(UID, "active")
    assert "no answer in time" in caplog.text
    # Opening the other end lets the waiting thread go.
    writer = await asyncio.to_thread(os.open, tmp_path / str(UID), os.O_WRONLY)
    await asyncio.to_thread(os.close, writer)
    await until(lambda: not is_open(tmp_path / str(UID)))


def is_open(pipe: Path) -> bool:
    """Whether anybody has it open to read."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return False
    return True
