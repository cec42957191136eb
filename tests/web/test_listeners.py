"""Many listeners at once: all are told, and one that does not read costs them nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest

from fakes.core import ADMIN
from fakes.deaf import deaf_listener
from fakes.door import OpenDoor
from fakes.gate import until as until_true
from fakes.sse import until
from sheetfed.core.events import JobChanged
from sheetfed.web import events

LISTENERS = 200


@pytest.fixture
async def listeners(door: OpenDoor) -> AsyncIterator[list[aiohttp.ClientResponse]]:
    """So many open streams of one instance."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        )
        url = f"{door.base}/dwt/dwt_1/events?id=test"
        opened = await asyncio.gather(*(http.get(url) for _ in range(LISTENERS)))
        for stream in opened:
            stack.callback(stream.close)
        yield opened


async def test_two_hundred_listeners_hear_of_every_page(
    door: OpenDoor, listeners: list[aiohttp.ClientResponse]
) -> None:
    assert {stream.status for stream in listeners} == {200}
    _, _, job = await door.result("AcquireImage")
    (page,) = await door.result("IndexToImageID", 0)
    told = await asyncio.gather(*(until(stream, "page", action="added") for stream in listeners))
    assert {event["id"] for event in told} == {page}
    ends = await asyncio.gather(*(until(stream, "job", state="done") for stream in listeners))
    assert {event["job"] for event in ends} == {job}


async def test_one_that_does_not_read_is_dropped_and_the_others_miss_nothing(
    door: OpenDoor, listeners: list[aiohttp.ClientResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "WRITE_DEADLINE_S", 0.2)
    await door.result("AcquireImage", instance="deaf")
    (job,) = door.core.jobs.visible_to(ADMIN)
    hub, told = door.core.hub, 0
    with deaf_listener(door.port, "deaf"):
        await until_true(lambda: len(hub._subscriptions) == LISTENERS + 1)
        while len(hub._subscriptions) > LISTENERS:
            for _ in range(100):
                hub.publish(JobChanged(job))
            await door.result("HowManyImagesInBuffer")
            told += 100
    assert told <= 5_000, "what nobody reads is kept within bounds"
    await door.result("AcquireImage")
    heard = await asyncio.gather(*(until(s, "page", action="added") for s in listeners))
    assert len(heard) == LISTENERS
