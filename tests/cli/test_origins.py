"""sheetctl origins: who is let in, decided at a terminal and in scripts."""

import asyncio
import os
import pty
import re
import time
from pathlib import Path

import pytest

from fakes.bus import PrivateBus
from fakes.core import ADMIN, FakeCore
from fakes.daemon import running_daemon
from fakes.sheetctl import Ran, Sheetctl
from sheetfed.bus.door import BusDoor
from sheetfed.cli.until import until
from sheetfed.core.model import Owner
from sheetfed.core.permissions import ALL, NONE, Permission, completed

GUIDE = (Path(__file__).parents[2] / "docs" / "access.md").read_text("utf-8")
PAGE = "https://new.example"
UID = os.getuid()
OWN = Owner(UID, PAGE)
ANOTHERS = Owner(UID + 1, PAGE)
SCAN = completed([Permission.SCAN])


async def answered(sheetctl: Sheetctl, keys: str, *arguments: str) -> tuple[int, str]:
    """What the command says at a terminal where these keys are typed."""
    ours, theirs = pty.openpty()
    async with sheetctl.started(*arguments, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, keys.encode())
        code = await process.wait()
    said = b""
    while True:
        try:
            said += (piece := os.read(ours, 65536))
        except OSError:  # EIO: the other side is closed
            break
        if not piece:
            break
    os.close(ours)
    return code, said.decode()


async def test_an_origin_is_allowed_listed_and_revoked(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    assert (await sheetctl("origins", "allow", "HTTPS://New.Example/")).code == 0
    assert core.grants.permissions(OWN) == SCAN
    core.grants.use(OWN)
    listed = (await sheetctl("origins")).out.decode()
    row = rf"^{PAGE} +\w+ +granted +scan +20\d\d-\d\d-\d\d \d\d:\d\d$"
    assert re.search(row, listed, re.MULTILINE)
    assert (await sheetctl("origins", "revoke", PAGE)).code == 0
    assert core.grants.known() == []


async def test_what_is_asked_for_is_allowed_where_nothing_else_is_said(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    core.grants.request(OWN, ALL)
    ran = await sheetctl("origins", "allow", PAGE, "--until", "2040-01-31")
    assert re.match(rf"{PAGE} may scan, upload, for \w+, until 2040-0", ran.out.decode())
    assert core.grants.permissions(OWN) == ALL


async def test_options_say_what_until_when_and_for_whom(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    more = ("--permission", "scan", "--permission", "upload", "--until", "2040-01-31T18:00+00:00")
    ran = await sheetctl("--json", "origins", "allow", PAGE, *more, "--for-all-users")
    told = ran.json
    assert (told["origin"], told["uid"], told["until"]) == (PAGE, 2**32 - 1, 2211645600)
    assert told["permissions"] == ["list", "scan", "read", "upload"]
    assert core.grants.permissions(ANOTHERS) == ALL
    assert b"all users" in (await sheetctl("origins")).out
    assert (await sheetctl("origins", "revoke", PAGE, "--for-all-users")).code == 0
    await sheetctl("origins", "allow", PAGE, "--user", str(UID + 1))
    assert (core.grants.permissions(ANOTHERS), core.grants.permissions(OWN)) == (SCAN, NONE)


async def test_a_denial_is_listed_as_one(sheetctl: Sheetctl, door: BusDoor, core: FakeCore) -> None:
    assert (await sheetctl("origins", "deny", PAGE)).code == 0
    assert b"denied" in (await sheetctl("origins")).out
    core.grants.request(OWN, SCAN)
    assert b"No web page asks" in (await sheetctl("origins", "requests")).out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("allow", "http://new.example"), 2, "not encrypted"),
        (("allow", "new.example"), 2, "not scheme://host"),
        (("allow", PAGE, "--until", "soon"), 2, "is no time"),
        (("allow", PAGE, "--until", "2001-01-01"), 2, "2001-01-01 has passed"),
        (("allow", PAGE, "--permission", "all"), 2, "scan"),
        (("allow", PAGE, "--user", "no-such-user"), 2, "no user no-such-user"),
        (("deny", PAGE, "--user", "root", "--for-all-users"), 2, "one of them"),
        (("revoke", PAGE), 10, "nothing is known"),
        (("revoke", "https://configured.example"), 1, "sheetfed.toml"),
    ],
)
async def test_each_failure_has_its_exit_code_and_says_why(
    sheetctl: Sheetctl,
    door: BusDoor,
    core: FakeCore,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    core.grants.configure(["https://configured.example"])
    ran = await sheetctl("origins", *arguments)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert core.grants.permissions(OWN) == NONE


async def test_what_the_configuration_lets_in_is_listed_as_that(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    core.grants.configure([PAGE])
    assert re.search(
        rb"all users +configured +scan, upload +never", (await sheetctl("origins")).out
    )


async def test_requests_are_shown_to_programs_and_decided_on_by_nobody_there(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    core.grants.request(OWN, ALL)
    ran = await sheetctl("origins", "requests")
    assert re.search(rb"https://new.example +\w+ +scan, upload$", ran.out, re.MULTILINE)
    (asked,) = (await sheetctl("--json", "origins", "requests")).json
    assert (asked["state"], asked["wants"]) == ("pending", ["list", "scan", "read", "upload"])
    assert core.grants.permissions(OWN) == NONE


@pytest.mark.parametrize(
    ("keys", "held", "is_left"), [("a\n", ALL, False), ("d\n", NONE, False), ("\n", NONE, True)]
)
async def test_each_request_is_decided_on_at_a_terminal(
    sheetctl: Sheetctl,
    door: BusDoor,
    core: FakeCore,
    keys: str,
    held: frozenset[Permission],
    is_left: bool,
) -> None:
    core.grants.request(OWN, ALL)
    code, said = await answered(sheetctl, keys, "origins", "requests")
    assert code == 0
    assert f"{PAGE} asks, for" in said
    assert "upload: have its pages sent to its server" in said
    assert core.grants.permissions(OWN) == held
    assert any(found.request for found in core.grants.known()) is is_left


async def test_more_is_asked_for_by_one_that_has_something(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    await core.grants.allow(ADMIN, PAGE, SCAN, uid=UID)
    core.grants.request(OWN, ALL)
    assert b"asks to upload" in (await sheetctl("origins")).out
    await answered(sheetctl, "a\n", "origins", "requests")
    assert core.grants.permissions(OWN) == ALL


async def test_status_says_that_a_page_waits_for_an_answer(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    core.grants.configure(["https://configured.example"])
    assert b"1 let in" in (await sheetctl("status")).out
    core.grants.request(OWN, SCAN)
    assert b"1 asks for access: sheetctl origins requests" in (await sheetctl("status")).out
    core.grants.request(Owner(UID, "https://more.example"), SCAN)
    assert b"2 ask for access" in (await sheetctl("status")).out


async def test_every_command_of_the_guide_does_what_it_says(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    lines = [line.removeprefix("sudo ") for block in blocks for line in block.splitlines()]
    commands = [line.split()[1:] for line in lines if line.startswith("sheetctl ")]
    assert len(commands) > 5
    for command in commands:
        ran = await sheetctl(*command)
        assert ran.code == 0, (command, ran.err)


def test_the_guide_says_what_each_permission_is() -> None:
    assert re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE) == list(Permission)


def test_a_day_ends_at_its_midnight_and_a_span_begins_now() -> None:
    assert until("2040-01-31") - until("2040-01-31T00:00") == 86400
    assert abs(until("12h") - time.time() - 12 * 3600) < 60


async def test_a_page_is_let_in_on_a_real_daemon_and_its_stream_ends_when_it_is_revoked(
    bus: PrivateBus, sheetctl: Sheetctl, tmp_path: Path
) -> None:
    folder = tmp_path / "daemon"
    folder.mkdir()
    headers = {"Origin": PAGE}
    async with running_daemon(folder, bus=bus.address) as daemon:
        asking = f"{daemon.base}/api/access"
        status, _ = await daemon.call_with_status("GetDevices", headers=headers)
        assert status == 403
        async with daemon.http.post(asking, headers=headers) as answer:
            assert (await answer.json())["state"] == "pending"
        code, _ = await answered(sheetctl, "a\n", "origins", "requests")
        assert code == 0
        async with daemon.http.get(asking, headers=headers) as answer:
            assert (await answer.json())["state"] == "granted"
        status, _ = await daemon.call_with_status("GetDevices", headers=headers)
        assert status == 200
        async with daemon.http.get(f"{daemon.base}/api/events", headers=headers) as stream:
            ran: Ran = await sheetctl("origins", "revoke", PAGE)
            assert ran.code == 0, ran.err
            async with asyncio.timeout(5):
                assert b"event: access" in await stream.content.read()
        status, _ = await daemon.call_with_status("GetDevices", headers=headers)
        assert status == 403
        decided = [line for line in daemon.log().splitlines() if "decided" in line]
        assert [re.split(r"decided: | origin=", line)[1] for line in decided] == [
            f"{PAGE}, for user {UID}, may list, scan, read",
            f"{PAGE}, for user {UID}, has no permission any more, and no denial",
        ]


async def test_what_was_decided_and_asked_outlives_a_restart(
    bus: PrivateBus, sheetctl: Sheetctl, tmp_path: Path
) -> None:
    folder = tmp_path / "daemon"
    folder.mkdir()
    async with running_daemon(folder, bus=bus.address) as daemon:
        await sheetctl("origins", "allow", PAGE)
        headers = {"Origin": "https://asks.example"}
        async with daemon.http.post(f"{daemon.base}/api/access", headers=headers) as answer:
            assert answer.status == 202
    async with running_daemon(folder, bus=bus.address) as daemon:
        listed = (await sheetctl("--json", "origins")).json
        assert {(found["origin"], found["state"]) for found in listed} == {
            (PAGE, "granted"),
            ("https://asks.example", "pending"),
        }
        status, _ = await daemon.call_with_status("GetDevices", headers={"Origin": PAGE})
        assert status == 200
