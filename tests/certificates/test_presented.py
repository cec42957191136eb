"""What HTTPS connections are shown, and how one certificate follows another."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes.certificates import Pair, shown
from fakes.clock import FakeClock
from sheetfed.certificates.errors import CertificateRefused
from sheetfed.certificates.machine import Machine
from sheetfed.certificates.presented import LOOK_AT_MOST_S, SOON_S, Kind, Presented, Source
from sheetfed.web.entrances import Entrance, bind
from sheetfed.web.listener import Guests, Listener

DAY = timedelta(days=1)


async def taken(presented: Presented, source: Source) -> None:
    (await presented.prepare(source))()


def of(here: Machine) -> Source:
    return Source(own=None, folder=here.authority_path.parent)


def clock_at(moment: datetime) -> FakeClock:
    return FakeClock(moment.timestamp(), is_manual=True)


@asynccontextmanager
async def served(presented: Presented) -> AsyncIterator[int]:
    """The port of a real listener that shows it."""
    listener = Listener(
        entrance=Entrance(bind("127.0.0.1", 0), presented.context),
        protocol=asyncio.Protocol,
        peer_uid=lambda _: 1000,
        guests=Guests(at_most=100),
    )
    listener.start()
    try:
        yield listener.port
    finally:
        await listener.close()


@asynccontextmanager
async def running(presented: Presented, clock: FakeClock) -> AsyncIterator[None]:
    task = asyncio.create_task(presented.run())
    await until_asleep(clock)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def until_asleep(clock: FakeClock, *, times: int = 1) -> None:
    async with asyncio.timeout(10):
        while len(clock.slept) < times:
            await asyncio.sleep(0)


async def test_the_next_certificate_is_shown_when_its_time_has_come_without_a_restart(
    here: Machine,
) -> None:
    first, second = here.leaves[0].certificate, here.leaves[1].certificate
    clock = clock_at(second.since - timedelta(hours=2))
    presented = Presented(clock=clock)
    await taken(presented, of(here))
    async with served(presented) as port, running(presented, clock):
        assert await shown(port, trusting=here.authority_path) == first.fingerprint
        assert clock.slept == [2 * 3600]
        clock.advance(2 * 3600)
        await until_asleep(clock, times=2)
        assert await shown(port) == second.fingerprint
        assert presented.state.next == here.leaves[2].certificate


async def test_it_looks_twice_a_day_since_clocks_jump(here: Machine) -> None:
    clock = clock_at(here.leaves[0].certificate.since + 3 * DAY)
    presented = Presented(clock=clock)
    await taken(presented, of(here))
    async with running(presented, clock):
        assert clock.slept == [LOOK_AT_MOST_S]
        clock.advance(400 * 86400)
        await until_asleep(clock, times=2)
        assert presented.state.certificate == here.leaves[1].certificate


async def test_with_a_clock_that_is_not_set_yet_it_looks_again_soon(here: Machine) -> None:
    clock = clock_at(datetime(1970, 1, 2, tzinfo=UTC))
    presented = Presented(clock=clock)
    await taken(presented, of(here))
    assert presented.state.certificate == here.leaves[0].certificate
    async with running(presented, clock):
        assert clock.slept == [SOON_S]


async def test_without_certificates_connections_are_turned_away_and_it_is_said_why(
    here: Machine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = clock_at(datetime.now(UTC))
    presented = Presented(clock=clock)
    with caplog.at_level(logging.WARNING):
        await taken(presented, Source(own=None, folder=tmp_path))
    assert presented.state.kind is Kind.OFF
    assert caplog.messages == [
        (
            f"no HTTPS: this machine has no certificates in {tmp_path}; "
            "systemctl restart sheetfed-certificates makes them"
        )
    ]
    async with served(presented) as port:
        with pytest.raises(OSError):
            await shown(port)
        async with running(presented, clock):
            folder = here.authority_path.parent
            await asyncio.to_thread(shutil.copytree, folder, tmp_path, dirs_exist_ok=True)
            clock.advance(SOON_S)
            await until_asleep(clock, times=2)
            assert presented.state.kind is Kind.MACHINE
            await shown(port, trusting=tmp_path / "ca.pem")


async def test_a_folder_that_cannot_be_used_turns_https_off_and_nothing_else(
    tmp_path: Path,
) -> None:
    (tmp_path / "index.json").write_text("torn")
    presented = Presented(clock=FakeClock())
    await taken(presented, Source(own=None, folder=tmp_path))
    assert presented.state.trouble == f"no HTTPS: {tmp_path}/index.json is damaged"


async def test_nothing_is_said_of_https_that_nobody_wants(tmp_path: Path) -> None:
    presented = Presented(clock=FakeClock())
    await taken(presented, Source(own=None, folder=tmp_path, is_wanted=False))
    assert (presented.state.kind, presented.state.trouble) == (Kind.OFF, "")


async def test_the_last_certificates_end_is_told_two_months_before(here: Machine) -> None:
    end = here.until
    clock = clock_at(end - 61 * DAY)
    presented = Presented(clock=clock)
    await taken(presented, of(here))
    assert presented.state.trouble == ""
    clock.advance(2 * 86400)
    await taken(presented, of(here))
    assert presented.state.trouble == (
        f"the certificate for HTTPS ends on {end.date()}: systemctl restart sheetfed-certificates"
    )
    clock.advance(60 * 86400)
    await taken(presented, of(here))
    assert f"the certificate for HTTPS ended on {end.date()}" in presented.state.trouble


async def test_own_certificates_come_before_the_machines(here: Machine, tmp_path: Path) -> None:
    pair = await asyncio.to_thread(Pair.written, tmp_path)
    clock = clock_at(datetime.now(UTC))
    presented = Presented(clock=clock)
    own = Source(own=(pair.certificate, pair.key), folder=here.authority_path.parent)
    await taken(presented, own)
    async with served(presented) as port:
        assert await shown(port) == pair.fingerprint
        await taken(presented, of(here))
        assert await shown(port) == here.leaves[0].certificate.fingerprint


async def test_a_pair_of_no_use_changes_nothing(here: Machine, tmp_path: Path) -> None:
    presented = Presented(clock=FakeClock())
    await taken(presented, of(here))
    before = presented.state
    missing = tmp_path / "none"
    with pytest.raises(CertificateRefused):
        await presented.prepare(Source(own=(missing, missing), folder=tmp_path))
    assert presented.state is before


async def test_an_own_certificate_that_has_ended_is_shown_and_told(tmp_path: Path) -> None:
    ended = datetime.now(UTC) - DAY
    pair = await asyncio.to_thread(Pair.written, tmp_path, until=ended)
    presented = Presented(clock=FakeClock(datetime.now(UTC).timestamp()))
    await taken(presented, Source(own=(pair.certificate, pair.key), folder=tmp_path))
    assert presented.state.trouble == (
        f"the certificate for HTTPS ended on {ended.date()}: renew {pair.certificate}"
    )


async def test_an_own_certificate_is_told_of_when_its_end_comes_near(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    pair = await asyncio.to_thread(Pair.written, tmp_path, until=now + 61 * DAY)
    clock = clock_at(now)
    presented = Presented(clock=clock)
    await taken(presented, Source(own=(pair.certificate, pair.key), folder=tmp_path))
    shown_before = presented.context()
    assert presented.state.trouble == ""
    async with running(presented, clock):
        clock.advance(2 * 86400)
        await until_asleep(clock, times=2)
        assert presented.state.trouble.startswith("the certificate for HTTPS ends on ")
        assert presented.context() is shown_before
