"""Faults of drivers, seen by those who scan: one job's error, and nothing else is touched."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fakes.daemon import Daemon, running_daemon
from fakes.scripted import Scripted, Words, feeder
from fakes.sse import until

SLOW_PAGE: Words = {"read_bytes": 40, "read_delay_ms": 30}
DEAF: Words = {"at": "init", "ignore": ["SIGTERM", "SIGALRM"]}
GARBAGE: Words = {"wire": {"text": "lamp is warming up\n", "bare": True}}
OVER_S = 3.0


@pytest.fixture
async def daemon(tmp_path: Path, scripted: Scripted) -> AsyncIterator[Daemon]:
    """With a scanner of each of two backends; a test writes the script of `desk`."""
    scripted.write(feeder())
    scripted.write(feeder(SLOW_PAGE, SLOW_PAGE, name="hall"), backend="scripted2")
    async with running_daemon(tmp_path, scripted=scripted) as started:
        # From then on nobody asks the drivers but the test.
        await started.result("GetDevices")
        yield started


async def start(daemon: Daemon, device: str, instance: str = "test") -> str:
    settings = {"scanner": device}
    body = await daemon.call("AcquireImage", settings, instance=instance, door="fa")
    job: str = body["result"][1]
    return job


async def status(daemon: Daemon, job: str, instance: str = "test") -> dict[str, Any]:
    (now,) = await daemon.result("JobStatus", job, instance=instance)
    found: dict[str, Any] = now
    return found


@pytest.mark.parametrize(
    ("fault", "pages"),
    [
        ({"at": "open", "signal": "SIGABRT"}, 0),
        ({"at": "start", "page": 3, "exit": 1}, 2),
        ({"at": "read", "page": 3, "bytes": 600, "signal": "SIGSEGV"}, 2),
        ({"at": "read", "page": 3, "bytes": 600, **GARBAGE}, 2),
    ],
    ids=str,
)
async def test_a_driver_that_dies_fails_its_own_job_and_the_next_one_works(
    daemon: Daemon, scripted: Scripted, fault: Words, pages: int
) -> None:
    scripted.write(feeder({}, {}, {}), faults=[{**fault, "times": 1}])
    async with await daemon.events("other") as others:
        other = await start(daemon, "scripted2:hall", "other")
        await until(others, "job", state="scanning")
        code, body = await daemon.call_with_status("AcquireImage", {"scanner": "scripted:desk"})
        assert (code, body["error"]["code"]) == (502, "scanner-lost")
        details = body["error"]["details"]
        assert (details["indices"], details["resumable"]) == (list(range(pages)), False)
        assert (await until(others, "job", job=other, state="done"))["pages"] == 2
    done, indices, _ = await daemon.result("AcquireImage", {"scanner": "scripted:desk"})
    assert (done, len(indices)) == (True, 3)


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([{"at": "open", "hang": "sleep"}], id="hangs in open"),
        pytest.param(
            [{"at": "read", "hang": "sleep"}, {"at": "cancel", "hang": "sleep"}, DEAF],
            id="hangs in read and in cancel and ignores signals",
        ),
        pytest.param(
            [{"at": "cancel", "hang": "sleep"}, DEAF], id="hangs in cancel and ignores signals"
        ),
    ],
)
async def test_a_cancel_is_over_within_three_seconds_though_the_driver(
    daemon: Daemon, scripted: Scripted, faults: list[Words]
) -> None:
    scripted.write(feeder({}), faults=faults)
    job = await start(daemon, "scripted:desk")
    await scripted.followed(0)
    began = time.monotonic()
    assert await daemon.result("CancelAllPendingTransfers") == [True]
    assert time.monotonic() - began < OVER_S
    assert (await status(daemon, job))["state"] in ("canceled", "done")
    scripted.write(feeder({}))
    done, indices, _ = await daemon.result("AcquireImage", {"scanner": "scripted:desk"})
    assert (done, len(indices)) == (True, 1)


async def test_a_paused_job_of_a_driver_that_hangs_is_canceled_within_three_seconds(
    daemon: Daemon, scripted: Scripted
) -> None:
    jam = {"at": "start", "page": 2, "status": "JAMMED"}
    scripted.write(feeder({}, {}), faults=[DEAF, jam, {"at": "cancel", "hang": "sleep"}])
    async with await daemon.events() as stream:
        job = await start(daemon, "scripted:desk")
        await until(stream, "job", job=job, state="paused")
    await scripted.followed(2)
    began = time.monotonic()
    assert await daemon.result("CancelAllPendingTransfers") == [True]
    assert time.monotonic() - began < OVER_S
    now = await status(daemon, job)
    assert (now["state"], now["pages"]) == ("canceled", 1)


async def test_both_scanners_scan_at_once_though_they_are_of_different_backends(
    daemon: Daemon, scripted: Scripted
) -> None:
    scripted.write(feeder(SLOW_PAGE, SLOW_PAGE))
    answers = await asyncio.gather(
        daemon.result("AcquireImage", {"scanner": "scripted:desk"}, instance="one"),
        daemon.result("AcquireImage", {"scanner": "scripted2:hall"}, instance="two"),
    )
    assert [(done, indices) for done, indices, _ in answers] == 2 * [(True, [0, 1])]
