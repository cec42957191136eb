"""Job log: jobs come back as they were, the old ones go."""

from dataclasses import replace

from fakes.rows import job
from sheetfed.storage.store import Store


async def test_jobs_come_back_as_they_were_saved_last(store: Store) -> None:
    await store.jobs.save(job("j2", created=2.0))
    await store.jobs.save(job("j1", created=1.0))
    await store.jobs.save(job("j2", created=2.0, ended=5.0))
    assert await store.jobs.jobs() == [job("j1", created=1.0), job("j2", created=2.0, ended=5.0)]


async def test_jobs_that_ended_long_ago_are_forgotten_and_running_ones_kept(store: Store) -> None:
    await store.jobs.save(job("old", ended=5.0))
    await store.jobs.save(job("new", ended=50.0))
    await store.jobs.save(job("running"))
    await store.jobs.forget(ended_before=10.0)
    assert {found.id for found in await store.jobs.jobs()} == {"new", "running"}


async def test_a_job_tells_how_many_blank_pages_were_dropped(store: Store) -> None:
    await store.jobs.save(replace(job(), discarded=3))
    (found,) = await store.jobs.jobs()
    assert (found.pages, found.discarded) == (2, 3)


async def test_a_job_that_is_dropped_is_gone(store: Store) -> None:
    await store.jobs.save(job("j1"))
    await store.jobs.save(job("j2"))
    await store.jobs.drop(job("j1").id)
    assert [found.id for found in await store.jobs.jobs()] == ["j2"]
