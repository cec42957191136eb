"""Scanners: what each can do is asked of it once, and again when that may have changed."""

import asyncio
from dataclasses import replace

import pytest

from fakes.devices import CAPABILITIES, DESK
from fakes.gate import idle
from fakes.listed import Listed
from sheetfed.core.errors import (
    ScannerBusy,
    ScannerIo,
)


async def test_capabilities_are_asked_of_the_device_once() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    assert listed.scanners.known_capabilities(DESK.id) is None
    for _ in range(2):
        assert await listed.scanners.capabilities(DESK) == CAPABILITIES
    assert listed.devices.calls == ["survey", "open", "capabilities", "close"]
    assert listed.scanners.known_capabilities(DESK.id) == CAPABILITIES
    assert not listed.scanners.is_busy(DESK.id)


async def test_two_who_ask_at_the_same_time_open_the_device_once() -> None:
    listed = Listed(DESK)
    listed.devices.exploring.shut()
    first = asyncio.create_task(listed.scanners.capabilities(DESK))
    second = asyncio.create_task(listed.scanners.capabilities(DESK))
    await listed.devices.exploring.reached()
    await idle()
    listed.devices.exploring.open()
    assert await first == await second == CAPABILITIES
    assert listed.devices.calls == ["open", "capabilities", "close"]


async def test_capabilities_of_a_scanner_that_went_are_asked_anew_when_it_returns() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    await listed.scanners.capabilities(DESK)
    listed.devices.scanners = []
    await listed.scanners.refresh()
    listed.devices.scanners = [DESK]
    await listed.scanners.refresh()
    await listed.scanners.capabilities(DESK)
    assert listed.devices.calls.count("capabilities") == 2


async def test_capabilities_of_a_scanner_that_moved_to_another_device_are_asked_anew() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    await listed.scanners.capabilities(DESK)
    moved = replace(DESK, device="airscan:e0:Desk", backend="airscan")
    listed.devices.scanners = [moved]
    await listed.scanners.refresh()
    assert listed.scanners.known_capabilities(DESK.id) is None
    assert await listed.scanners.capabilities(moved) == CAPABILITIES
    assert listed.devices.calls.count("capabilities") == 2


async def test_capabilities_of_another_model_at_the_same_device_are_asked_anew() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    await listed.scanners.capabilities(DESK)
    other = replace(DESK, model="Two")
    listed.devices.scanners = [other]
    await listed.scanners.refresh()
    assert listed.scanners.known_capabilities(DESK.id) is None
    assert await listed.scanners.capabilities(other) == CAPABILITIES
    assert listed.devices.calls.count("capabilities") == 2


async def test_capabilities_are_kept_by_a_look_that_nobody_asked_for() -> None:
    listed = Listed(replace(DESK, alternatives=("airscan:e0:Desk",)))
    await listed.scanners.refresh()
    for word in ("test:0", "airscan:e0:Desk"):
        await listed.scanners.capabilities(await listed.scanners.pick(word))
    await listed.scanners.refresh()
    for word in ("test:0", "airscan:e0:Desk"):
        await listed.scanners.capabilities(await listed.scanners.pick(word))
    assert listed.devices.calls.count("capabilities") == 2


async def test_capabilities_that_are_forgotten_are_asked_anew() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    await listed.scanners.capabilities(DESK)
    listed.scanners.forget_capabilities()
    assert listed.scanners.known_capabilities(DESK.id) is None
    await listed.scanners.capabilities(DESK)
    assert listed.devices.calls.count("capabilities") == 2


async def test_capabilities_that_were_asked_before_they_were_forgotten_are_not_kept() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    listed.devices.exploring.shut()
    asking = asyncio.create_task(listed.scanners.capabilities(DESK))
    await listed.devices.exploring.reached()
    listed.scanners.forget_capabilities()
    listed.devices.exploring.open()
    assert await asking == CAPABILITIES
    assert listed.scanners.known_capabilities(DESK.id) is None


async def test_of_a_scanner_that_is_not_there_no_capabilities_are_known() -> None:
    assert Listed().scanners.known_capabilities(DESK.id) is None


async def test_a_scanner_that_a_job_holds_is_not_asked() -> None:
    listed = Listed(DESK)
    listed.scanners.claim(DESK)
    with pytest.raises(ScannerBusy):
        await listed.scanners.capabilities(DESK)
    assert listed.devices.calls == []


async def test_a_failed_question_closes_the_device_and_frees_the_scanner() -> None:
    listed = Listed(DESK)
    listed.devices.exploring.fault = ScannerIo()
    with pytest.raises(ScannerIo):
        await listed.scanners.capabilities(DESK)
    assert listed.devices.in_use == set()
    assert not listed.scanners.is_busy(DESK.id)


async def test_a_cancelled_question_closes_the_device_and_frees_the_scanner() -> None:
    listed = Listed(DESK)
    listed.devices.exploring.shut()
    asking = asyncio.create_task(listed.scanners.capabilities(DESK))
    await listed.devices.exploring.reached()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert listed.devices.in_use == set()
    assert not listed.scanners.is_busy(DESK.id)


async def test_one_who_waits_behind_a_question_and_is_cancelled_leaves_the_line() -> None:
    listed = Listed(DESK)
    listed.devices.exploring.shut()
    first = asyncio.create_task(listed.scanners.capabilities(DESK))
    await listed.devices.exploring.reached()
    second = asyncio.create_task(listed.scanners.capabilities(DESK))
    await idle()
    second.cancel()
    listed.devices.exploring.open()
    assert await first == CAPABILITIES
    with pytest.raises(asyncio.CancelledError):
        await second
    assert not listed.scanners.is_busy(DESK.id)
