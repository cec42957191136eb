"""Faults: what the user sees when something dies, and that no page is lost."""

import asyncio
import os
import signal
import time
from pathlib import Path

from fakes.daemon import Daemon, running_daemon
from fakes.sse import until

SLOW = {
    "paper_source": "feeder",
    "resolution": 75,
    "options": {"read-delay": True, "read-delay-duration": 20000},
}


async def test_a_killed_worker_fails_its_job_and_nothing_else(daemon: Daemon) -> None:
    async with await daemon.events() as stream:
        _, job = (await daemon.call("AcquireImage", SLOW, door="fa"))["result"]
        await until(stream, "page", action="added", index=1)
        before = daemon.workers()
        for worker in before:
            os.kill(worker, signal.SIGKILL)
        failed = await until(stream, "job", job=job, state="failed")
    assert failed["reason"] == "scanner-lost"
    (status,) = await daemon.result("JobStatus", job)
    assert status["error"]["code"] == "scanner-lost"
    assert await daemon.result("HowManyImagesInBuffer") == [status["pages"]]
    assert status["pages"] >= 2
    done, indices, _ = await daemon.result("AcquireImage", {"resolution": 75}, instance="next")
    assert (done, indices) == (True, [0])


async def test_a_cancel_ends_a_scan_within_three_seconds(daemon: Daemon) -> None:
    async with await daemon.events() as stream:
        _, job = (await daemon.call("AcquireImage", SLOW, door="fa"))["result"]
        await until(stream, "page", action="added", index=0)
        begun = time.monotonic()
        assert await daemon.result("CancelAllPendingTransfers") == [True]
        assert time.monotonic() - begun < 3.0
    (status,) = await daemon.result("JobStatus", job)
    assert (status["state"], status["error"]) == ("canceled", None)
    assert await daemon.result("HowManyImagesInBuffer") == [status["pages"]]


async def test_a_busy_scanner_says_so_and_a_queued_job_waits(daemon: Daemon) -> None:
    async with await daemon.events() as stream:
        await daemon.call("AcquireImage", {**SLOW, "pages": 2}, door="fa")
        await until(stream, "job", state="scanning")
        status, body = await daemon.call_with_status(
            "AcquireImage", {"resolution": 75}, instance="other"
        )
        assert (status, body["error"]["code"]) == (423, "scanner-busy")
        queued = {"resolution": 75, "queue": True}
        done, indices, _ = await daemon.result("AcquireImage", queued, instance="other")
        assert (done, indices) == (True, [0])
    assert await daemon.result("HowManyImagesInBuffer") == [2]


async def test_an_empty_feeder_with_more_wanted_pauses_and_the_pages_stay(daemon: Daemon) -> None:
    settings = {"paper_source": "feeder", "resolution": 75, "pages": 12}
    status, body = await daemon.call_with_status("AcquireImage", settings)
    details = body["error"]["details"]
    assert (status, body["error"]["code"]) == (409, "feeder-empty")
    assert (details["indices"], details["resumable"]) == (list(range(10)), True)
    assert await daemon.result("FinishJob", details["job"]) == [True]
    async with await daemon.events() as stream:
        (now,) = await daemon.result("JobStatus", details["job"])
        if now["state"] != "done":
            await until(stream, "job", job=details["job"], state="done")
    assert await daemon.result("HowManyImagesInBuffer") == [10]


async def test_a_fault_at_the_first_page_fails_with_its_reason(daemon: Daemon) -> None:
    fault = {"read-return-value": "SANE_STATUS_JAMMED"}
    settings = {"paper_source": "feeder", "resolution": 75, "options": fault}
    status, body = await daemon.call_with_status("AcquireImage", settings)
    assert (status, body["error"]["code"]) == (409, "paper-jam")
    assert body["error"]["details"]["resumable"] is False
    assert await daemon.result("HowManyImagesInBuffer") == [0]


async def test_an_option_that_the_scanner_has_not_is_named_with_what_it_has(
    daemon: Daemon,
) -> None:
    settings = {"resolution": 75, "options": {"test-pictures": "Grid"}}
    status, body = await daemon.call_with_status("AcquireImage", settings)
    assert (status, body["error"]["code"]) == (400, "invalid-parameter")
    details = body["error"]["details"]
    assert details["name"] == "test-pictures"
    assert "test-picture" in details["allowed"]
    (job,) = await daemon.result("JobStatus", details["job"])
    assert job["error"]["details"]["name"] == "test-pictures"


async def test_pages_read_before_a_kill_are_in_their_document_after_the_restart(
    tmp_path: Path,
) -> None:
    async with running_daemon(tmp_path) as daemon:
        async with await daemon.events() as stream:
            _, job = (await daemon.call("AcquireImage", SLOW, door="fa"))["result"]
            await until(stream, "page", action="added", index=2)
        announced = [(await daemon.result("IndexToImageID", index))[0] for index in range(3)]
        await daemon.kill()
    complete = [file for file in (tmp_path / "store/spool").iterdir() if _is_complete(file)]
    async with running_daemon(tmp_path) as daemon:
        (pages,) = await daemon.result("HowManyImagesInBuffer")
        assert pages >= 3 + len(complete)
        for index, page in enumerate(announced):
            assert await daemon.result("IndexToImageID", index) == [page]
        (status,) = await daemon.result("JobStatus", job)
        assert (status["state"], status["reason"]) == ("failed", "interrupted")
        assert status["pages"] == pages
        assert list((tmp_path / "store/spool").iterdir()) == []


async def test_killed_again_and_again_at_any_moment_no_announced_page_is_lost(
    tmp_path: Path,
) -> None:
    announced: set[str] = set()
    fast = {"paper_source": "feeder", "resolution": 75}
    for pages_first in (1, 2, 4):
        async with running_daemon(tmp_path) as daemon, await daemon.events() as stream:
            await daemon.call("AcquireImage", fast, door="fa")
            for _ in range(pages_first):
                announced.add((await until(stream, "page", action="added"))["id"])
            await daemon.kill()
    async with running_daemon(tmp_path) as daemon:
        for page in announced:
            assert (await daemon.result("ImageIDToIndex", page))[0] >= 0
            async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/img?pageid={page}") as answer:
                assert answer.status == 200


async def test_a_stop_finishes_the_page_being_read_and_keeps_it(tmp_path: Path) -> None:
    async with running_daemon(tmp_path) as daemon:
        async with await daemon.events() as stream:
            _, job = (await daemon.call("AcquireImage", SLOW, door="fa"))["result"]
            await until(stream, "page", action="added", index=0)
            daemon.process.send_signal(signal.SIGTERM)
            ended = await until(stream, "job", job=job, state="failed")
            assert ended["reason"] == "interrupted"
        assert await daemon.stop() == 0
    async with running_daemon(tmp_path) as daemon:
        assert await daemon.result("HowManyImagesInBuffer") == [ended["pages"]]
        assert ended["pages"] >= 2


async def test_a_stop_writes_down_which_page_is_looked_at(tmp_path: Path) -> None:
    settings = {"paper_source": "feeder", "resolution": 75, "pages": 3}
    async with running_daemon(tmp_path) as daemon:
        await daemon.result("AcquireImage", settings)
        assert await daemon.result("SetCurrentIndex", 1) == [1]
        assert await daemon.stop() == 0
    async with running_daemon(tmp_path) as daemon:
        assert await daemon.result("GetCurrentIndex") == [1]


async def test_a_closed_tab_does_not_end_the_scan(daemon: Daemon) -> None:
    async with await daemon.events() as stream:
        waiting = asyncio.ensure_future(daemon.call("AcquireImage", {**SLOW, "pages": 3}))
        await until(stream, "page", action="added", index=0)
        waiting.cancel()
        await asyncio.wait({waiting})
        await until(stream, "job", state="done")
    assert await daemon.result("HowManyImagesInBuffer") == [3]


def _is_complete(file: Path) -> bool:
    return file.read_bytes().endswith(b"complete")
