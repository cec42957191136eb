"""Survey processes: nothing of a survey outlives it, and its deadlines hold."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.scripted import Scripted, feeder
from fakes.surveys import BRIEF, HANG, asked, shown, unheard
from sheetfed.core.errors import ScannerLost
from sheetfed.core.survey import Backend, BackendState
from sheetfed.devices.driver import SaneDevices


@pytest.fixture
async def sane(scripted: Scripted) -> AsyncIterator[SaneDevices]:
    devices = SaneDevices(config_dir=str(scripted.folder), deadlines=BRIEF)
    yield devices
    await devices.close()


async def test_when_the_whole_time_is_up_those_that_wait_have_failed(scripted: Scripted) -> None:
    scripted.write(feeder())
    scripted.write(feeder(), backend="slow", faults=[HANG])
    devices = SaneDevices(
        config_dir=str(scripted.folder), deadlines=replace(BRIEF, backend_s=9, survey_s=1.5)
    )
    survey = await devices.survey(unheard)
    assert survey.backends[1] == Backend(
        "slow", BackendState.FAILED, "did not get its turn within 1.5 s"
    )
    assert shown(survey) == {"scripted:desk": True}
    await devices.close()


async def test_when_nothing_can_be_asked_the_survey_fails(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder(), faults=[HANG])
    surveying = asyncio.create_task(sane.survey(unheard))
    await asked(scripted)
    os.kill(await surveyor(), signal.SIGKILL)
    with pytest.raises(ScannerLost, match="ended early"):
        await surveying


async def test_a_survey_that_is_abandoned_leaves_nothing(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder(), faults=[HANG])
    surveying = asyncio.create_task(sane.survey(unheard))
    await asked(scripted)
    [child] = await children(await surveyor())
    watched = os.pidfd_open(child)
    surveying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await surveying
    await gone(watched)


async def test_a_surveyor_that_is_killed_takes_its_children_with_it(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder(), faults=[HANG])
    surveying = asyncio.create_task(sane.survey(unheard))
    await asked(scripted)
    parent = await surveyor()
    [child] = await children(parent)
    watched = os.pidfd_open(child)
    os.kill(parent, signal.SIGKILL)
    with pytest.raises(ScannerLost):
        await surveying
    await gone(watched)


async def test_what_a_driver_has_started_ends_with_its_question(
    scripted: Scripted, sane: SaneDevices
) -> None:
    born = {"at": "get_devices", "child": "same-session", "delay_ms": 300}
    scripted.write(feeder(), faults=[born])
    assert shown(await sane.survey(unheard)) == {"scripted:desk": True}
    [pid] = [int(call.split()[-1]) for call in scripted.calls() if call.startswith("child")]
    with contextlib.suppress(ProcessLookupError):
        await gone(os.pidfd_open(pid))


async def children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in (await asyncio.to_thread(path.read_text)).split()]


async def surveyor() -> int:
    [pid] = await children(os.getpid())
    return pid


async def gone(pidfd: int) -> None:
    """Wait for the end of a process; close its descriptor."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(pidfd, ended.set)
    try:
        async with asyncio.timeout(5):
            await ended.wait()
    finally:
        loop.remove_reader(pidfd)
        os.close(pidfd)
