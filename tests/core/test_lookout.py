"""Lookout: when scanners are looked for, and when not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fakes.clock import FakeClock
from fakes.devices import DESK, FakeDevices
from fakes.gate import idle, until
from sheetfed.core.errors import ScannerLost
from sheetfed.core.events import Hub
from sheetfed.core.lookout import BURST_AT_MOST_S, Lookout
from sheetfed.core.scanners import Scanners

SETTLE_S = 1.0
EVERY_S = 600.0


class Watched:
    """A lookout over fake devices; a test moves its clock."""

    def __init__(self, network_every_s: float = 0.0) -> None:
        self.devices = FakeDevices(DESK)
        self.scanners = Scanners(devices=self.devices, hub=Hub())
        self.clock = FakeClock(is_manual=True)
        self.lookout = Lookout(
            scanners=self.scanners,
            clock=self.clock,
            network_every_s=network_every_s,
            settle_s=SETTLE_S,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Watched"]:
        task = asyncio.create_task(self.lookout.run())
        await idle()
        try:
            yield self
        finally:
            assert not task.done(), "the lookout has ended"
            task.cancel()
            await asyncio.wait({task})

    async def passes(self, seconds: float) -> None:
        """Whoever sleeps, sleeps so long, and then does all that it can."""
        self.clock.advance(seconds)
        await idle()


async def test_a_wish_is_a_look_when_it_has_been_quiet_for_a_while() -> None:
    async with Watched().running() as watched:
        watched.lookout.look()
        await idle()
        await watched.passes(SETTLE_S / 2)
        assert watched.devices.calls == []
        await watched.passes(SETTLE_S / 2)
        assert watched.devices.calls == ["survey"]
        assert watched.scanners.known() == (DESK,)


async def test_a_wish_before_the_start_is_not_forgotten() -> None:
    watched = Watched()
    watched.lookout.look()
    async with watched.running():
        await watched.passes(SETTLE_S)
        assert watched.devices.calls == ["survey"]


async def test_a_burst_of_wishes_is_one_look() -> None:
    async with Watched().running() as watched:
        watched.lookout.look()
        await idle()
        for _ in range(3):
            watched.lookout.look()
            watched.lookout.look()
            await watched.passes(SETTLE_S)
            assert watched.devices.calls == []
        await watched.passes(SETTLE_S)
        assert watched.devices.calls == ["survey"]
        await watched.passes(10 * SETTLE_S)
        assert watched.devices.calls == ["survey"]


async def test_wishes_that_never_end_are_waited_out_for_a_few_seconds_only() -> None:
    async with Watched().running() as watched:
        watched.lookout.look()
        await idle()
        for _ in range(int(BURST_AT_MOST_S / SETTLE_S)):
            assert watched.devices.calls == []
            watched.lookout.look()
            await watched.passes(SETTLE_S)
        assert watched.devices.calls == ["survey"]
        await watched.passes(10 * SETTLE_S)
        assert watched.devices.calls == ["survey"]


async def test_a_wish_during_a_look_is_another_look() -> None:
    async with Watched().running() as watched:
        watched.devices.surveying.shut()
        watched.lookout.look()
        await idle()
        await watched.passes(SETTLE_S)
        await watched.devices.surveying.reached()
        watched.lookout.look()
        watched.devices.surveying.open()
        await idle()
        await watched.passes(SETTLE_S)
        assert watched.devices.calls == ["survey", "survey"]


async def test_a_scanner_that_could_not_be_asked_is_looked_at_when_it_is_free() -> None:
    async with Watched().running() as watched:
        await watched.scanners.refresh()
        lease = watched.scanners.claim(DESK)
        watched.devices.scanners = []
        await watched.scanners.refresh()
        lease.release()
        await idle()
        await watched.passes(SETTLE_S)
        assert watched.devices.calls == ["survey"] * 3
        assert watched.scanners.known() == ()


async def test_a_look_that_fails_is_not_the_last(caplog: pytest.LogCaptureFixture) -> None:
    async with Watched(EVERY_S).running() as watched:
        watched.devices.surveying.fault = ScannerLost("nothing can be asked")
        watched.lookout.look()
        await idle()
        await watched.passes(SETTLE_S)
        await watched.passes(EVERY_S)
        assert "nothing can be asked" in caplog.text
        watched.devices.surveying.fault = None
        watched.lookout.look()
        await idle()
        await watched.passes(SETTLE_S)
        assert watched.scanners.known() == (DESK,)
        await watched.passes(EVERY_S)
        expected = ["survey", "survey of the network", "survey", "survey of the network"]
        assert watched.devices.calls == expected


async def test_a_look_that_ends_by_an_error_of_ours_is_not_the_last(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Watched(EVERY_S).running() as watched:
        watched.devices.surveying.fault = ZeroDivisionError()
        watched.lookout.look()
        await idle()
        await watched.passes(SETTLE_S)
        await watched.passes(EVERY_S)
        assert "ZeroDivisionError" in caplog.text
        watched.devices.surveying.fault = None
        await watched.passes(EVERY_S)
        assert watched.scanners.known() == (DESK,)


async def test_network_scanners_are_looked_for_in_turns() -> None:
    async with Watched(EVERY_S).running() as watched:
        for turn in range(3):
            assert watched.devices.calls == ["survey of the network"] * turn
            await watched.passes(EVERY_S)


async def test_without_a_timer_they_are_not() -> None:
    async with Watched(0).running() as watched:
        assert watched.clock.sleeping == 0


async def test_a_turn_is_left_out_while_another_look_is_under_way() -> None:
    async with Watched(EVERY_S).running() as watched:
        watched.devices.surveying.shut()
        looking = asyncio.create_task(watched.scanners.refresh())
        await watched.devices.surveying.reached()
        await watched.passes(EVERY_S)
        watched.devices.surveying.open()
        await looking
        await idle()
        assert watched.devices.calls == ["survey"]
        await watched.passes(EVERY_S)
        assert watched.devices.calls == ["survey", "survey of the network"]


async def test_a_changed_timer_begins_anew() -> None:
    async with Watched(EVERY_S).running() as watched:
        await watched.passes(EVERY_S - 1)
        watched.lookout.change(EVERY_S / 2)
        await idle()
        await watched.passes(EVERY_S / 2 - 1)
        assert watched.devices.calls == []
        await watched.passes(1)
        assert watched.devices.calls == ["survey of the network"]


async def test_a_timer_is_turned_off_and_on() -> None:
    async with Watched(EVERY_S).running() as watched:
        watched.lookout.change(0)
        await until(lambda: watched.clock.sleeping == 0)
        await watched.passes(2 * EVERY_S)
        assert watched.devices.calls == []
        watched.lookout.change(EVERY_S)
        await idle()
        await watched.passes(EVERY_S)
        assert watched.devices.calls == ["survey of the network"]
