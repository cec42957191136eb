"""Pause and go on: a stack with trouble in it, from the click to the last page."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fakes.daemon import Daemon, running_daemon
from fakes.scripted import Scripted, Words, feeder, pixels
from fakes.sse import until

JAM_IN_PAGE_3: Words = {"at": "read", "page": 3, "bytes": 600, "status": "JAMMED", "times": 1}
SOURCES = ["Flatbed", "ADF", "ADF Duplex"]
SOURCE = {"name": "source", "type": "string", "constraint": SOURCES, "value": "Flatbed"}


@pytest.fixture
async def daemon(tmp_path: Path, scripted: Scripted) -> AsyncIterator[Daemon]:
    """With one scanner, whose script each test writes."""
    scripted.write(feeder())
    async with running_daemon(tmp_path, scripted=scripted) as started:
        # From then on nobody asks the driver but the test.
        await started.result("GetDevices")
        yield started


async def paused(daemon: Daemon, reason: str, **settings: object) -> tuple[str, list[int]]:
    """A scan that must pause: its job and the pages it has until then."""
    status, body = await daemon.call_with_status("AcquireImage", settings)
    assert status in (409, 502), body
    assert body["error"]["code"] == reason
    details = body["error"]["details"]
    assert details["resumable"]
    job, indices = details["job"], details["indices"]
    (now,) = await daemon.result("JobStatus", job)
    assert (now["state"], now["reason"], now["pages"]) == ("paused", reason, len(indices))
    return job, indices


async def answered(daemon: Daemon, method: str, job: str, state: str = "done") -> dict[str, Any]:
    """Answer the pause and wait for the next such state."""
    async with await daemon.events() as stream:
        assert await daemon.result(method, job) == [True]
        await until(stream, "job", job=job, state=state)
    (now,) = await daemon.result("JobStatus", job)
    return now


async def scanned(daemon: Daemon) -> list[int]:
    """Which pages of the stack are in the buffer, in its order, told by their pixels."""
    (count,) = await daemon.result("HowManyImagesInBuffer")
    found = []
    for index in range(count):
        query = {"id": "test", "index": str(index), "type": "png"}
        async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/img", params=query) as answer:
            with Image.open(io.BytesIO(await answer.read())) as picture:
                rows = np.asarray(picture)
        seeds = [seed for seed in range(1, 20) if np.array_equal(rows, pixels(seed))]
        found.append(*seeds)
    return found


async def test_a_stack_that_jams_in_mid_page_goes_on_with_nothing_lost_or_doubled(
    daemon: Daemon, scripted: Scripted
) -> None:
    scripted.write(feeder({}, {}, {}, {}, {}), faults=[JAM_IN_PAGE_3])
    job, indices = await paused(daemon, "paper-jam")
    assert indices == [0, 1]
    assert await scanned(daemon) == [1, 2]
    assert (await answered(daemon, "ResumeJob", job))["pages"] == 5
    assert await scanned(daemon) == [1, 2, 3, 4, 5]


async def test_every_fault_that_a_person_can_mend_pauses_and_the_rest_comes_afterwards(
    daemon: Daemon, scripted: Scripted
) -> None:
    faults = [
        ({"at": "start", "status": "COVER_OPEN"}, "cover-open"),
        ({"at": "start", "status": "JAMMED"}, "paper-jam"),
        ({"at": "start", "status": "IO_ERROR"}, "scanner-io"),
        ({"at": "read", "bytes": 100, "status": "COVER_OPEN"}, "cover-open"),
        ({"at": "read", "bytes": 100, "status": "IO_ERROR"}, "scanner-io"),
        ({"at": "get_parameters", "status": "NO_MEM"}, "scanner-io"),
    ]
    rules = [{**fault, "page": page, "times": 1} for page, (fault, _) in enumerate(faults, 2)]
    scripted.write(feeder(*[{}] * 7), faults=rules)
    job, _ = await paused(daemon, faults[0][1])
    for _, reason in faults[1:]:
        assert (await answered(daemon, "ResumeJob", job, "paused"))["reason"] == reason
    await answered(daemon, "ResumeJob", job)
    assert await scanned(daemon) == [1, 2, 3, 4, 5, 6, 7]


async def test_a_stack_that_jams_again_and_again_pauses_each_time(
    daemon: Daemon, scripted: Scripted
) -> None:
    scripted.write(feeder({}, {}, {}, {}), faults=[{**JAM_IN_PAGE_3, "times": 3}])
    job, _ = await paused(daemon, "paper-jam")
    for _ in range(2):
        assert (await answered(daemon, "ResumeJob", job, "paused"))["pages"] == 2
    await answered(daemon, "ResumeJob", job)
    assert await scanned(daemon) == [1, 2, 3, 4]


async def test_a_paused_job_that_is_finished_is_done_with_the_pages_it_has(
    daemon: Daemon, scripted: Scripted
) -> None:
    scripted.write(feeder({}, {}, {}), faults=[JAM_IN_PAGE_3])
    job, _ = await paused(daemon, "paper-jam")
    now = await answered(daemon, "FinishJob", job)
    assert (now["pages"], now["error"]) == (2, None)
    assert await scanned(daemon) == [1, 2]


async def test_a_paused_job_that_is_canceled_keeps_the_pages_it_has(
    daemon: Daemon, scripted: Scripted
) -> None:
    scripted.write(feeder({}, {}, {}), faults=[JAM_IN_PAGE_3])
    job, _ = await paused(daemon, "paper-jam")
    assert await daemon.result("CancelAllPendingTransfers") == [True]
    (now,) = await daemon.result("JobStatus", job)
    assert (now["state"], now["pages"]) == ("canceled", 2)
    assert await scanned(daemon) == [1, 2]


async def test_a_pause_that_nobody_answers_fails_with_its_reason_and_keeps_the_pages(
    tmp_path: Path, scripted: Scripted
) -> None:
    scripted.write(feeder({}, {}, {}), faults=[JAM_IN_PAGE_3])
    config = "jobs.pause_timeout_s = 1\n"
    async with (
        running_daemon(tmp_path, scripted=scripted, config=config) as daemon,
        await daemon.events() as stream,
    ):
        job, _ = await paused(daemon, "paper-jam")
        failed = await until(stream, "job", job=job, state="failed")
        assert failed["reason"] == "paper-jam"
        assert await scanned(daemon) == [1, 2]
        assert scripted.calls()[-1] == "close"


async def test_another_stack_is_appended_to_the_same_document(
    daemon: Daemon, scripted: Scripted
) -> None:
    empty_for_now = {"at": "start", "page": 3, "status": "NO_DOCS", "times": 1}
    scripted.write(feeder({}, {}, {}, {}), faults=[empty_for_now])
    job, indices = await paused(daemon, "feeder-empty", pages=4)
    assert indices == [0, 1]
    assert (await answered(daemon, "ResumeJob", job))["pages"] == 4
    assert await scanned(daemon) == [1, 2, 3, 4]


async def test_an_empty_feeder_after_pages_is_the_end_when_no_more_are_wanted(
    daemon: Daemon, scripted: Scripted
) -> None:
    scripted.write(feeder({}, {}))
    done, indices, _ = await daemon.result("AcquireImage", {})
    assert (done, indices) == (True, [0, 1])
    assert scripted.calls()[-3:] == ["start 3", "cancel", "close"]


async def test_a_scan_waits_for_paper_as_long_as_it_was_told_to(
    daemon: Daemon, scripted: Scripted
) -> None:
    empty_for_now = {"at": "start", "status": "NO_DOCS", "times": 1}
    scripted.write(feeder({}), faults=[empty_for_now])
    done, indices, _ = await daemon.result("AcquireImage", {"wait_for_paper_s": 10})
    assert (done, indices) == (True, [0])
    scripted.write(feeder())
    settings = {"wait_for_paper_s": 0.2}
    status, body = await daemon.call_with_status("AcquireImage", settings)
    assert (status, body["error"]["code"]) == (409, "feeder-empty")
    assert body["error"]["details"]["resumable"] is False
    assert scripted.calls().count("start 1") == 2


async def test_a_flatbed_is_read_once_a_feeder_to_its_end_and_duplex_gives_both_sides(
    tmp_path: Path, scripted: Scripted
) -> None:
    glass: Words = {"seed": 9}
    sides = [{"seed": seed} for seed in (3, 4, 5, 6)]
    stacks = {"Flatbed": glass, "ADF": [{"seed": 1}, {"seed": 2}], "ADF Duplex": sides}
    words = {"type": "flatbed scanner", "options": [SOURCE], "stacks": stacks}
    scripted.write(feeder(**words))
    async with running_daemon(tmp_path, scripted=scripted) as daemon:
        for source in ("flatbed", "feeder", "feeder-duplex"):
            await daemon.result("AcquireImage", {"paper_source": source})
        await daemon.result("AcquireImage", {"paper_source": "feeder-duplex", "pages": 3})
        assert await scanned(daemon) == [9, 1, 2, 3, 4, 5, 6, 3, 4, 5]


async def test_a_fault_that_nobody_can_mend_fails_the_job_and_keeps_its_pages(
    daemon: Daemon, scripted: Scripted
) -> None:
    denied = {"at": "start", "page": 3, "status": "ACCESS_DENIED"}
    scripted.write(feeder({}, {}, {}), faults=[denied])
    status, body = await daemon.call_with_status("AcquireImage", {})
    assert (status, body["error"]["code"]) == (502, "scanner-denied")
    assert body["error"]["details"]["resumable"] is False
    assert await scanned(daemon) == [1, 2]


async def test_a_page_that_is_cut_short_is_kept_as_far_as_it_came(
    daemon: Daemon, scripted: Scripted
) -> None:
    cut = {"at": "read", "page": 2, "bytes": 410, "status": "EOF"}
    scripted.write(feeder({}, {}, {}), faults=[cut])
    await daemon.result("AcquireImage", {})
    infos = [(await daemon.result("GetImageInfo", index))[0] for index in range(3)]
    assert [(info["width"], info["height"]) for info in infos] == [(40, 30), (40, 10), (40, 30)]


async def test_a_page_of_which_no_picture_can_be_made_pauses_and_can_be_scanned_again(
    daemon: Daemon, scripted: Scripted
) -> None:
    scripted.write(feeder({}, {"told": {"bytes_per_line": 7}}, {}))
    job, indices = await paused(daemon, "scanner-io")
    assert indices == [0]
    now = await answered(daemon, "FinishJob", job)
    assert now["pages"] == 1
