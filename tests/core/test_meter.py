"""The meter: what the core counts of its work."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.core import ALICE_ON_THE_WEB, FakeCore
from fakes.meter import CountingMeter
from fakes.transfers import PUT
from sheetfed.core.errors import PaperJam
from sheetfed.core.job import JobState
from sheetfed.core.meter import NO_METER, Step
from sheetfed.core.model import InstanceId, ScanSettings
from sheetfed.core.renders import fitted
from sheetfed.core.uploads import TransferState

ONE = InstanceId("one")


@pytest.fixture
def meter() -> CountingMeter:
    return CountingMeter()


@pytest.fixture
async def metered(tmp_path: Path, meter: CountingMeter) -> AsyncIterator[FakeCore]:
    async with FakeCore.assemble(tmp_path, meter=meter).running() as core:
        yield core


async def test_every_step_of_a_page_and_the_jobs_end_are_counted(
    metered: FakeCore, meter: CountingMeter
) -> None:
    job = await metered.jobs.start(ALICE_ON_THE_WEB, ScanSettings(), ONE)
    await metered.jobs.settled(ALICE_ON_THE_WEB, job.id)
    assert meter.steps == [Step.READING, Step.ENCODING, Step.SYNCING, Step.COMMITTING]
    ((ended, scanner),) = meter.jobs
    assert (ended.state, ended.pages, scanner) == (JobState.DONE, 1, "Desk scanner")


async def test_a_step_that_fails_has_no_time_and_the_job_has_its_reason(
    metered: FakeCore, meter: CountingMeter
) -> None:
    metered.devices.load(PaperJam())
    job = await metered.jobs.start(ALICE_ON_THE_WEB, ScanSettings(), ONE)
    await metered.jobs.settled(ALICE_ON_THE_WEB, job.id)
    assert meter.steps == []
    assert [(ended.state, ended.reason) for ended, _ in meter.jobs] == [
        (JobState.FAILED, "paper-jam")
    ]


async def test_pictures_files_and_uploads_are_counted(
    metered: FakeCore, meter: CountingMeter
) -> None:
    job = await metered.jobs.start(ALICE_ON_THE_WEB, ScanSettings(), ONE)
    await metered.jobs.settled(ALICE_ON_THE_WEB, job.id)
    page = metered.documents.page_at(metered.documents.buffer(ALICE_ON_THE_WEB, ONE), 0)
    meter.steps.clear()
    await metered.renders.read(fitted(page, 100, 100, None))
    transfer = await metered.transfers.start(ALICE_ON_THE_WEB, [page], PUT, ONE)
    await metered.transfers.ended(ALICE_ON_THE_WEB, transfer.id)
    assert meter.steps == [Step.RENDERING, Step.EXPORTING, Step.UPLOADING]
    assert [ended.state for ended in meter.transfers] == [TransferState.DONE]


def test_where_nobody_watches_nothing_is_counted() -> None:
    with NO_METER.timed(Step.READING):
        pass
    with pytest.raises(ZeroDivisionError), NO_METER.timed(Step.READING):
        raise ZeroDivisionError
