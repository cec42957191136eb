"""Ledger: jobs as they stand, told, waited for, kept and forgotten."""

import asyncio
from dataclasses import replace

import pytest

from fakes.clock import FakeClock
from fakes.core import ADMIN, ALICE, ALICE_ON_THE_WEB, BOB
from fakes.devices import DESK, HALL
from fakes.recorder import recorded
from fakes.store import MemoryJobLog
from sheetfed.core.errors import ErrorCode, NotFound, PaperJam, StoreFull, WrongState
from sheetfed.core.events import Hub, JobChanged
from sheetfed.core.job import Job, JobState
from sheetfed.core.ledger import KEPT_AT_MOST, KEPT_FOR_S, Ledger
from sheetfed.core.model import DocumentId, InstanceId, JobId
from sheetfed.core.states import JobEvent

J1 = JobId("j1")


class Book:
    """A ledger over a job log in memory."""

    def __init__(self, joblog: MemoryJobLog | None = None) -> None:
        self.joblog = joblog or MemoryJobLog()
        self.hub = Hub()
        self.clock = FakeClock()
        self.ledger = Ledger(joblog=self.joblog, hub=self.hub, clock=self.clock)

    def job(self, name: str = "j1", **other: object) -> Job:
        job = Job(
            id=JobId(name),
            owner=ALICE.owner,
            scanner=DESK.id,
            document=DocumentId("d1"),
            instance=None,
            created=self.clock.now(),
        )
        return replace(job, **other)  # type: ignore[arg-type]

    async def at(self, *events: JobEvent) -> None:
        """A job j1 to which this has happened."""
        await self.ledger.open(self.job())
        for event in events:
            self.ledger.move(J1, event)

    async def restarted(self, pages: int = 0) -> "Book":
        again = Book(self.joblog)
        again.clock = FakeClock(self.clock.now() + 5)
        again.ledger = Ledger(joblog=self.joblog, hub=again.hub, clock=again.clock)
        await again.ledger.load(lambda _: pages)
        return again


@pytest.fixture
def book() -> Book:
    return Book()


async def test_an_opened_job_is_on_disk_and_told(book: Book) -> None:
    with recorded(book.hub) as events:
        await book.ledger.open(book.job())
    assert book.joblog.rows == {"j1": book.job()}
    assert events == [JobChanged(book.job())]
    assert events[0].owner == ALICE.owner
    assert book.ledger.now(J1) == book.job()


async def test_a_job_that_cannot_be_recorded_is_not_opened(book: Book) -> None:
    book.joblog.saving.fault = StoreFull()
    with recorded(book.hub) as events, pytest.raises(StoreFull):
        await book.ledger.open(book.job())
    assert events == []
    assert book.ledger.visible_to(ADMIN) == []


async def test_only_owner_and_administrator_find_a_job(book: Book) -> None:
    await book.ledger.open(book.job())
    for caller in (ALICE, ADMIN):
        assert book.ledger.get(caller, J1) in book.ledger.visible_to(caller)
    for caller in (BOB, ALICE_ON_THE_WEB):
        assert book.ledger.visible_to(caller) == []
        with pytest.raises(NotFound):
            book.ledger.get(caller, J1)
    with pytest.raises(NotFound):
        book.ledger.get(ALICE, JobId("j2"))


async def test_the_latest_job_of_an_instance_and_of_an_owner_are_found(book: Book) -> None:
    one, two = InstanceId("1"), InstanceId("2")
    assert book.ledger.last_of(ALICE.owner, one) == (None, None)
    for name, instance, scanner in (("a", one, DESK), ("b", one, HALL), ("c", two, DESK)):
        await book.ledger.open(book.job(name, instance=instance, scanner=scanner.id))
        book.clock.advance(1)
    await book.ledger.open(book.job("d", owner=BOB.owner))
    of_instance, of_owner = book.ledger.last_of(ALICE.owner, one)
    assert of_instance is not None
    assert of_owner is not None
    assert (of_instance.id, of_owner.id) == ("b", "c")
    assert book.ledger.last_of(ALICE.owner, None)[0] is None


async def test_a_move_is_told_with_its_reason_and_the_next_one_clears_it(book: Book) -> None:
    await book.at(JobEvent.LEASED, JobEvent.STARTED)
    with recorded(book.hub) as events:
        book.ledger.move(J1, JobEvent.FAULTED, PaperJam("jammed at page 3"))
        book.ledger.move(J1, JobEvent.RESUMED)
    jobs = [event.job for event in events if isinstance(event, JobChanged)]
    assert [(job.state, job.reason, job.message) for job in jobs] == [
        (JobState.PAUSED, ErrorCode.PAPER_JAM, "jammed at page 3"),
        (JobState.SCANNING, None, ""),
    ]


async def test_a_forbidden_move_changes_and_tells_nothing(book: Book) -> None:
    await book.at()
    with recorded(book.hub) as events, pytest.raises(WrongState):
        book.ledger.move(J1, JobEvent.RESUMED)
    assert events == []
    assert book.ledger.now(J1).state is JobState.QUEUED


async def test_an_update_changes_all_but_the_state(book: Book) -> None:
    await book.at(JobEvent.LEASED)
    book.ledger.update(book.job(progress=50))
    assert book.ledger.now(J1) == book.job(progress=50, state=JobState.STARTING)


async def test_an_update_that_changes_nothing_is_not_told(book: Book) -> None:
    await book.at()
    with recorded(book.hub) as events:
        book.ledger.update(book.job())
    assert events == []


async def test_reading_ends_once(book: Book) -> None:
    await book.at(JobEvent.LEASED)
    with recorded(book.hub) as events:
        book.ledger.end_reading(J1)
        book.ledger.end_reading(J1)
    assert len(events) == 1
    assert book.ledger.now(J1).state is JobState.FINISHING


async def test_a_final_state_is_on_disk_before_it_is_told(book: Book) -> None:
    await book.at(JobEvent.ENDED)
    book.joblog.saving.shut()
    with recorded(book.hub) as events:
        ending = asyncio.create_task(book.ledger.end(J1, JobEvent.COMPLETED, None))
        await book.joblog.saving.reached()
        assert events == []
        book.joblog.saving.open()
        ended = await ending
    assert (ended.state, ended.progress, ended.ended) == (JobState.DONE, 100, book.clock.now())
    assert book.joblog.rows[J1] == ended
    assert events == [JobChanged(ended)]


async def test_a_failed_job_keeps_its_progress_and_says_why(book: Book) -> None:
    await book.at(JobEvent.ENDED)
    book.ledger.update(replace(book.ledger.now(J1), progress=40, position=2))
    ended = await book.ledger.end(J1, JobEvent.FAILED, PaperJam())
    assert (ended.reason, ended.message) == (ErrorCode.PAPER_JAM, PaperJam.sentence)
    assert (ended.progress, ended.position) == (40, 0)


@pytest.mark.parametrize("error", [StoreFull(), RuntimeError("a bug")])
async def test_a_final_state_is_told_also_when_it_cannot_be_recorded(
    book: Book, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    await book.at(JobEvent.ENDED)
    book.joblog.saving.fault = error
    ending = asyncio.create_task(book.ledger.end(J1, JobEvent.CANCELED, None))
    await asyncio.wait({ending})
    assert (ending.exception() is None) == isinstance(error, StoreFull)
    assert ("not recorded" in caplog.text) == isinstance(error, StoreFull)
    assert (await book.ledger.ended(J1)).state is JobState.CANCELED


async def test_a_job_is_settled_when_it_pauses_or_has_ended(book: Book) -> None:
    await book.at(JobEvent.LEASED, JobEvent.STARTED)
    settled = asyncio.create_task(book.ledger.settled(J1))
    ended = asyncio.create_task(book.ledger.ended(J1))
    await asyncio.sleep(0)
    book.ledger.update(replace(book.ledger.now(J1), progress=50))
    await asyncio.sleep(0)
    book.ledger.move(J1, JobEvent.FAULTED)
    assert (await settled).state is JobState.PAUSED
    assert not ended.done()
    book.ledger.end_reading(J1)
    await book.ledger.end(J1, JobEvent.COMPLETED, None)
    assert (await ended).state is JobState.DONE
    assert await book.ledger.settled(J1) == await book.ledger.ended(J1)


async def test_a_job_that_a_restart_cut_off_has_failed_with_the_pages_it_got(book: Book) -> None:
    await book.at(JobEvent.LEASED, JobEvent.STARTED)
    again = await book.restarted(pages=3)
    job = again.ledger.get(ALICE, J1)
    assert (job.state, job.reason) == (JobState.FAILED, ErrorCode.INTERRUPTED)
    assert (job.pages, job.ended) == (3, again.clock.now())
    assert again.joblog.rows[J1] == job


async def test_an_ended_job_is_the_same_after_a_restart(book: Book) -> None:
    await book.at(JobEvent.ENDED)
    ended = await book.ledger.end(J1, JobEvent.COMPLETED, None)
    assert (await book.restarted(pages=9)).ledger.get(ALICE, J1) == ended


async def test_a_full_disk_does_not_keep_the_ledger_from_loading(
    book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    await book.at()
    book.joblog.saving.fault = StoreFull()
    again = await book.restarted()
    assert again.ledger.get(ALICE, J1).state is JobState.FAILED
    assert "old jobs stay recorded" in caplog.text


async def test_a_job_is_kept_for_a_day_after_its_end(book: Book) -> None:
    await book.at(JobEvent.ENDED)
    await book.ledger.end(J1, JobEvent.COMPLETED, None)
    await book.ledger.open(book.job("running"))
    book.clock.advance(KEPT_FOR_S)
    await book.ledger.forget_old()
    assert book.ledger.get(ALICE, J1).state is JobState.DONE
    book.clock.advance(1)
    await book.ledger.forget_old()
    assert [job.id for job in book.ledger.visible_to(ALICE)] == ["running"]
    assert list(book.joblog.rows) == ["running"]


async def test_at_most_a_thousand_ended_jobs_are_kept_the_latest_ones(book: Book) -> None:
    for number in range(KEPT_AT_MOST + 2):
        name = JobId(f"j{number}")
        await book.ledger.open(book.job(name))
        book.ledger.end_reading(name)
        await book.ledger.end(name, JobEvent.COMPLETED, None)
        book.clock.advance(1)
    await book.ledger.forget_old()
    kept = [job.id for job in book.ledger.visible_to(ALICE)]
    assert len(kept) == len(book.joblog.rows) == KEPT_AT_MOST
    assert kept[0] == "j2"


async def test_a_removed_job_is_not_there_after_a_restart(book: Book) -> None:
    await book.at(JobEvent.ENDED)
    await book.ledger.remove(await book.ledger.end(J1, JobEvent.COMPLETED, None))
    again = await book.restarted()
    with pytest.raises(NotFound):
        again.ledger.get(ALICE, J1)
