"""Touch-up: pages of a job come with their edits, and blank ones do not come at all."""

from dataclasses import replace

import pytest

from fakes.core import ALICE
from fakes.devices import Sheet
from fakes.recorder import recorded
from fakes.scans import FEEDER, Scans
from fakes.store import MemoryBlobs
from sheetfed.core.edits import Crop, Rotate
from sheetfed.core.errors import DamagedImage, ErrorCode
from sheetfed.core.events import JobChanged, PageAdded, PageChanged
from sheetfed.core.job import JobState
from sheetfed.core.model import ScanSettings
from sheetfed.core.run import touch_up
from sheetfed.core.touchup import TouchUp

SHEET = Crop(100, 200, 2000, 3000)


async def test_pages_are_told_with_their_edits_which_can_be_undone(scans: Scans) -> None:
    scans.core.pages.skewed, scans.core.pages.sheet = 2.0, SHEET
    scans.core.devices.load(Sheet())
    with recorded(scans.core.hub) as events:
        job = await scans.scan(replace(FEEDER, deskew=True, auto_crop=True))
    (added,) = [event for event in events if isinstance(event, PageAdded)]
    page = scans.core.documents.page(ALICE, added.page)
    assert page.applied == (Rotate(-2.0), SHEET)
    assert not any(isinstance(event, PageChanged) for event in events)
    assert (job.state, job.pages, job.discarded) == (JobState.DONE, 1, 0)
    assert (await scans.core.editing.undo(ALICE, page.id)).applied == (Rotate(-2.0),)


async def test_blank_pages_are_counted_and_leave_nothing(scans: Scans) -> None:
    pages = scans.core.pages
    scans.core.devices.load(*[Sheet() for _ in range(3)])
    pages.inked = 0.0
    pages.ingesting[1].shut()
    job = await scans.start(replace(FEEDER, discard_blank=True))
    await pages.ingesting[1].reached()
    second = scans.core.store.spools.made[1].ticket.page
    pages.inks[second] = 0.5
    pages.ingesting[1].open()
    with recorded(scans.core.hub) as events:
        ended = await scans.ended(job)
    assert (ended.state, ended.pages, ended.discarded) == (JobState.DONE, 1, 2)
    assert scans.sequences(ended) == [1]
    assert [event.page for event in events if isinstance(event, PageAdded)] == [second]
    assert scans.core.store.blobs.synced == {second}
    assert scans.core.store.spools.kept == {}
    assert events[-1] == JobChanged(ended)


async def test_a_job_of_blank_pages_alone_is_done_without_a_document(scans: Scans) -> None:
    scans.core.pages.inked = 0.0
    scans.core.devices.load(Sheet())
    job = await scans.scan(replace(FEEDER, discard_blank=True))
    assert (job.state, job.pages, job.discarded) == (JobState.DONE, 0, 1)
    assert scans.core.documents.visible_to(ALICE) == []


async def test_blank_pages_stay_when_nobody_asked(scans: Scans) -> None:
    scans.core.pages.inked = 0.0
    scans.core.devices.load(Sheet())
    job = await scans.scan(replace(FEEDER, deskew=True))
    assert (job.pages, job.discarded) == (1, 0)
    page = scans.core.documents.visible_to(ALICE)[0].pages[0]
    assert scans.core.documents.page(ALICE, page).size_bytes == MemoryBlobs.SIZE_BYTES


async def test_a_page_that_cannot_be_looked_at_is_never_lost(scans: Scans) -> None:
    scans.core.pages.inked = 0.0
    scans.core.pages.measuring.fault = DamagedImage()
    scans.core.devices.load(Sheet())
    job = await scans.scan(replace(FEEDER, discard_blank=True, deskew=True, auto_crop=True))
    assert (job.state, job.pages, job.discarded) == (JobState.DONE, 1, 0)


async def test_a_bug_while_a_page_is_looked_at_fails_the_job_and_keeps_the_spool(
    scans: Scans, caplog: pytest.LogCaptureFixture
) -> None:
    scans.core.pages.measuring.fault = RuntimeError("a bug")
    scans.core.devices.load(Sheet())
    job = await scans.scan(replace(FEEDER, deskew=True))
    assert (job.state, job.reason) == (JobState.FAILED, ErrorCode.INTERNAL_ERROR)
    assert "RuntimeError: a bug" in caplog.text
    assert len(scans.core.store.spools.kept) == 1


async def test_pages_are_looked_at_while_the_next_sheet_is_read(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), Sheet())
    scans.core.pages.measuring.shut()
    job = await scans.start(replace(FEEDER, deskew=True))
    await scans.core.pages.measuring.reached()
    await scans.reached(job, JobState.FINISHING)
    assert len(scans.core.store.spools.made) == 3
    scans.core.pages.measuring.open()
    assert (await scans.ended(job)).pages == 2


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (ScanSettings(), ()),
        (ScanSettings(auto_crop=True, deskew=True), (TouchUp.DESKEW, TouchUp.AUTO_CROP)),
        (ScanSettings(discard_blank=True), (TouchUp.DISCARD_BLANK,)),
    ],
)
def test_what_is_wanted_is_written_on_the_ticket(
    settings: ScanSettings, wanted: tuple[TouchUp, ...]
) -> None:
    assert touch_up(settings) == wanted
