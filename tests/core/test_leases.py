"""Leases: one holder, the others in line or refused."""

import asyncio

import pytest

from sheetfed.core.errors import ScannerBusy
from sheetfed.core.leases import Lease, Leases
from sheetfed.core.model import ScannerId

DESK, HALL = ScannerId("desk"), ScannerId("hall")


def is_held(lease: Lease) -> bool:
    waiting = lease.held()
    try:
        waiting.send(None)
    except StopIteration:
        return True
    waiting.close()
    return False


async def test_the_first_lease_holds_the_scanner_at_once() -> None:
    leases = Leases()
    assert not leases.is_held(DESK)
    lease = leases.claim(DESK)
    assert leases.is_held(DESK)
    assert not leases.is_held(HALL)
    assert lease.ahead == 0
    assert is_held(lease)


async def test_a_second_one_that_does_not_wait_is_refused() -> None:
    leases = Leases()
    leases.claim(DESK)
    with pytest.raises(ScannerBusy):
        leases.claim(DESK)
    leases.claim(HALL)


async def test_those_in_line_get_the_scanner_in_their_order_and_are_told_their_place() -> None:
    leases = Leases()
    places: list[tuple[str, int]] = []
    first = leases.claim(DESK)
    second = leases.claim(DESK, queue=True, moved=lambda ahead: places.append(("second", ahead)))
    third = leases.claim(DESK, queue=True, moved=lambda ahead: places.append(("third", ahead)))
    assert (second.ahead, third.ahead) == (1, 2)
    first.release()
    assert is_held(second)
    assert not is_held(third)
    assert places == [("second", 0), ("third", 1)]
    second.release()
    assert is_held(third)


async def test_a_lease_waits_until_it_is_its_turn() -> None:
    leases = Leases()
    first, second = leases.claim(DESK), leases.claim(DESK, queue=True)
    waiting = asyncio.create_task(second.held())
    await asyncio.sleep(0)
    assert not waiting.done()
    first.release()
    await waiting


async def test_one_that_leaves_the_line_moves_those_behind_it() -> None:
    leases = Leases()
    places: list[int] = []
    first, second = leases.claim(DESK), leases.claim(DESK, queue=True)
    third = leases.claim(DESK, queue=True, moved=places.append)
    second.release()
    assert places == [1]
    assert not is_held(third)
    first.release()
    assert is_held(third)


async def test_releasing_twice_is_no_error_and_is_told_once() -> None:
    leases = Leases()
    told: list[bool] = []
    lease = leases.claim(DESK, released=lambda: told.append(leases.is_held(DESK)))
    lease.release()
    other = leases.claim(DESK)
    lease.release()
    assert told == [False]
    assert is_held(other)


async def test_a_waiter_that_is_cancelled_and_releases_leaves_no_trace() -> None:
    leases = Leases()
    first, second = leases.claim(DESK), leases.claim(DESK, queue=True)
    waiting = asyncio.create_task(second.held())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    second.release()
    first.release()
    assert not leases.is_held(DESK)


async def test_a_job_waits_for_a_brief_lease_without_asking_to_queue() -> None:
    leases = Leases()
    brief = leases.claim(DESK, brief=True)
    job = leases.claim(DESK)
    assert job.ahead == 1
    brief.release()
    assert is_held(job)


async def test_a_brief_lease_does_not_wait_for_a_job() -> None:
    leases = Leases()
    leases.claim(DESK)
    with pytest.raises(ScannerBusy):
        leases.claim(DESK, brief=True)


async def test_a_job_behind_a_brief_lease_keeps_others_out() -> None:
    leases = Leases()
    leases.claim(DESK, brief=True)
    leases.claim(DESK)
    with pytest.raises(ScannerBusy):
        leases.claim(DESK)
