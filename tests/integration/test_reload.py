"""SIGHUP: a running daemon takes over what is configured for scanners, also in mid scan."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from fakes import early_reload
from fakes.daemon import Daemon, running_daemon
from fakes.quick import PROGRAM
from fakes.scripted import Scripted, Words, feeder
from fakes.sse import until

SLOW_PAGE: Words = {"read_bytes": 40, "read_delay_ms": 30}
CRASH: Words = {"at": "get_devices", "signal": "SIGSEGV"}
START: Final = "scanners.network_refresh_minutes = 0\nscanners.quarantine_after = 0\n"
SAID_S: Final = 10.0
_POLL_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class Office:
    """A daemon with the scanners `desk` and `hall`, and who administers it."""

    daemon: Daemon
    folder: Path

    async def reload(self, text: str, says: str = "configuration read again") -> None:
        """Put this beside the configuration file, send SIGHUP and wait for it to be said."""
        before = self.daemon.log().count(says)
        await asyncio.to_thread((self.folder / "conf.d" / "office.toml").write_text, text)
        self.daemon.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(SAID_S):
            while self.daemon.log().count(says) == before:
                await asyncio.sleep(_POLL_S)

    async def listed(self, *, refresh: bool = False) -> list[str]:
        (found,) = await self.daemon.result("GetDevices", refresh)
        return [scanner["name"] for scanner in found]

    async def scan(self, **settings: Any) -> str:
        body = await self.daemon.call("AcquireImage", settings, door="fa")
        job: str = body["result"][1]
        return job


@pytest.fixture
async def office(tmp_path: Path, scripted: Scripted) -> AsyncIterator[Office]:
    scripted.write(feeder({}))
    scripted.write(feeder(SLOW_PAGE, SLOW_PAGE, name="hall"), backend="scripted2")
    (tmp_path / "conf.d").mkdir()
    async with running_daemon(
        tmp_path, scripted=scripted, config=START, program=PROGRAM
    ) as started:
        made = Office(started, tmp_path)
        assert await made.listed(refresh=True) == ["Scripted desk", "Scripted hall"]
        yield made


async def test_a_scanner_that_is_hidden_goes_and_comes_again(office: Office) -> None:
    async with await office.daemon.events() as stream:
        await office.reload('scanners.hide = ["scripted:*"]')
        assert (await until(stream, "scanner", action="removed"))["name"] == "Scripted desk"
        assert await office.listed() == ["Scripted hall"]
        await office.reload("scanners.hide = []")
        assert (await until(stream, "scanner", action="added"))["name"] == "Scripted desk"
        assert await office.listed() == ["Scripted desk", "Scripted hall"]


async def test_a_scanner_that_is_renamed_has_its_new_name_and_its_old_id(office: Office) -> None:
    (before,) = await office.daemon.result("GetDevices")
    async with await office.daemon.events() as stream:
        await office.reload('scanners.rename = { "scripted2:*" = "Front hall" }')
        changed = await until(stream, "scanner", action="changed")
    assert (changed["id"], changed["name"]) == (before[1]["id"], "Front hall")
    assert await office.listed() == ["Scripted desk", "Front hall"]


async def test_the_default_scanner_is_another_from_the_next_scan_on(office: Office) -> None:
    await office.reload('scanners.default = "Scripted hall"')
    (scanners,) = await office.daemon.result("GetDevices")
    async with await office.daemon.events() as stream:
        done = await until_done(stream, await office.scan())
    assert done["scanner"] == scanners[1]["id"]


async def test_a_scan_goes_on_though_its_scanner_is_hidden_and_then_the_scanner_goes(
    office: Office,
) -> None:
    async with await office.daemon.events() as stream:
        job = await office.scan(scanner="Scripted hall")
        await until(stream, "job", job=job, state="scanning")
        await office.reload(
            'scanners.hide = ["scripted2:*"]\nscanners.rename = { "scripted:*" = "Desk" }'
        )
        assert (await until(stream, "scanner", name="Desk"))["action"] == "changed"
        assert await office.listed() == ["Desk", "Scripted hall"]
        done = await until_done(stream, job)
        assert (done["pages"], done["reason"]) == (2, None)
        assert (await until(stream, "scanner", action="removed"))["name"] == "Scripted hall"
        assert await office.listed() == ["Desk"]


async def test_a_backend_is_quarantined_after_as_many_crashes_as_is_said_now(
    office: Office, scripted: Scripted
) -> None:
    scripted.write(feeder({}), faults=[CRASH])
    for _ in range(3):
        await office.listed(refresh=True)
    assert "quarantined" not in office.daemon.log()
    await office.reload("scanners.quarantine_after = 1", says="quarantined after")
    scripted.write(feeder({}))
    await office.listed(refresh=True)
    assert scripted.calls() == []


async def test_the_timer_for_network_scanners_begins_when_it_is_set(
    office: Office, scripted: Scripted
) -> None:
    scripted.write(feeder(name="attic"), backend="escl")
    async with await office.daemon.events() as stream:
        await office.listed(refresh=True)
        await until(stream, "scanner", action="added", name="Scripted attic")
        await office.reload("scanners.network_refresh_minutes = 1")
        for name in ("porch", "cellar"):
            scripted.write(feeder(name=name), backend="escl")
            await until(stream, "scanner", action="added", name=f"Scripted {name}")


async def test_the_limits_of_leases_are_others_for_the_leases_that_come(office: Office) -> None:
    async with await office.daemon.events("other") as stream:
        await office.reload("scanners.lease_idle_s = 1")
        await office.daemon.result("OpenSource", "Scripted desk")
        assert (await until(stream, "scanner", action="changed"))["busy"] is True
        assert (await until(stream, "scanner", action="changed"))["busy"] is False
    assert "has ended: nobody uses it" in office.daemon.log()


async def test_what_needs_a_restart_is_said_and_the_rest_holds(office: Office) -> None:
    text = 'imaging.workers = 3\nscanners.virtual = true\nscanners.hide = ["scripted:*"]'
    async with await office.daemon.events() as stream:
        await office.reload(text)
        await until(stream, "scanner", action="removed")
    waiting = "these settings wait for a restart: scanners.virtual, imaging.workers"
    assert waiting in office.daemon.log()
    assert await office.listed() == ["Scripted hall"]


@pytest.mark.parametrize(
    "broken", ['scanners.hide = ["scripted:*"]\nscanners.colour = 1', "scanners.hide = ["]
)
async def test_a_broken_file_changes_nothing_and_a_scan_goes_on(
    office: Office, broken: str
) -> None:
    async with await office.daemon.events() as stream:
        job = await office.scan(scanner="Scripted hall")
        await until(stream, "job", job=job, state="scanning")
        await office.reload(broken, says="the configuration stays as it was")
        assert await office.listed(refresh=True) == ["Scripted desk", "Scripted hall"]
        assert (await until_done(stream, job))["pages"] == 2
    assert "office.toml" in office.daemon.log()


async def until_done(stream: Any, job: str) -> dict[str, Any]:
    return await until(stream, "job", job=job, state="done")


async def test_another_name_for_the_service_is_answered_from_a_reload_on(office: Office) -> None:
    port = office.daemon.base.rpartition(":")[2]
    alias = {"Host": f"scan.example.org:{port}"}
    status, _ = await office.daemon.call_with_status("VersionInfo", headers=alias)
    assert status == 421
    await office.reload('http.host_aliases = ["scan.example.org"]')
    status, _ = await office.daemon.call_with_status("VersionInfo", headers=alias)
    assert status == 200


async def test_a_reload_that_comes_in_the_middle_of_the_start_waits_for_its_end(
    tmp_path: Path,
) -> None:
    async with running_daemon(tmp_path, program=early_reload.PROGRAM) as daemon:
        async with asyncio.timeout(SAID_S):
            while "configuration read again" not in daemon.log():
                await asyncio.sleep(_POLL_S)
        ready, reloaded = (daemon.log().index(words) for words in ("ready: ", "read again"))
        assert ready < reloaded
        await daemon.result("VersionInfo")
