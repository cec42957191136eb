"""The event streams: what is told to whom, and what happens to those who do not listen."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.core import ADMIN, ORIGIN
from fakes.deaf import deaf_listener
from fakes.door import LIMITS, UID, OpenDoor, open_door
from fakes.gate import until as until_true
from fakes.sse import read_events, until
from sheetfed.core.events import JobChanged, PageAdded
from sheetfed.core.model import Holder, Owner
from sheetfed.web import events


async def test_an_instances_stream_tells_its_job_and_pages_and_no_others(door: OpenDoor) -> None:
    async with await door.get("/dwt/dwt_1/events?id=mine") as stream:
        assert stream.content_type == "text/event-stream"
        await door.call("AcquireImage", instance="theirs")
        await door.call("AcquireImage", instance="mine", Origin=ORIGIN)
        await door.call("AcquireImage", instance="mine")
        told = []
        async for _, name, data in read_events(stream):
            if name != "scanner":
                told.append((name, data.get("instance")))
            if data.get("state") == "done":
                break
    assert ("page", "mine") in told
    assert {instance for _, instance in told} == {"mine"}
    assert sum(name == "page" for name, _ in told) == 1


async def test_a_callers_stream_tells_all_of_its_instances(door: OpenDoor) -> None:
    async with await door.get("/api/events", Origin=ORIGIN) as stream:
        await door.call("AcquireImage", instance="program")
        await door.call("AcquireImage", instance="one", Origin=ORIGIN)
        await door.call("AcquireImage", instance="two", Origin=ORIGIN)
        first = await until(stream, "page", action="added")
        second = await until(stream, "page", action="added")
    assert (first["instance"], second["instance"]) == ("one", "two")
    assert first["url"].endswith(f"pageid={first['id']}")


async def test_one_stream_tells_the_instances_that_it_is_for(door: OpenDoor) -> None:
    async with await door.get("/api/events?id=one&id=two") as stream:
        for instance in ("other", "one", "two"):
            await door.call("AcquireImage", instance=instance)
        first = await until(stream, "page", action="added")
        second = await until(stream, "page", action="added")
    assert (first["instance"], second["instance"]) == ("one", "two")


@pytest.mark.parametrize(
    "path",
    ["/api/events?id=%20", "/api/events?id=", "/dwt/dwt_1/events?id=a.b", "/dwt/dwt_1/events"],
)
async def test_a_stream_for_what_is_no_instance_is_refused(door: OpenDoor, path: str) -> None:
    async with await door.get(path) as answer:
        assert answer.status == 400


async def test_nothing_is_told_after_the_permission_was_taken_away(door: OpenDoor) -> None:
    await door.call("AcquireImage", instance="mine", Origin=ORIGIN)
    async with await door.get("/api/events?id=mine", Origin=ORIGIN) as stream:
        with door.core.hub.subscribe(after=0) as heard:
            added = next(
                each.event for each in await heard.all() if isinstance(each.event, PageAdded)
            )
        door.core.grants.configure(())
        door.core.hub.publish(added)
        told = [name async for _, name, _ in read_events(stream)]
    assert told == ["access"]


async def test_a_stream_for_more_instances_than_a_page_has_is_refused(door: OpenDoor) -> None:
    names = "&".join(f"id={number}" for number in range(events.INSTANCES_AT_MOST + 1))
    async with await door.get(f"/api/events?{names}") as answer:
        assert answer.status == 429


async def test_a_scanner_that_is_open_stays_so_while_a_stream_is_for_its_instance(
    door: OpenDoor,
) -> None:
    owner = Owner(UID)
    async with await door.get("/api/events?id=one&id=two"):
        present = set(door.core.sessions._present)
        assert {Holder(owner, "one"), Holder(owner, "two")} <= present
        assert owner not in present


async def test_a_page_can_say_itself_what_it_heard_last(door: OpenDoor) -> None:
    await door.call("AcquireImage")
    async with await door.get("/api/events?id=test&after=0") as stream:
        assert (await until(stream, "page", action="added"))["index"] == 0


async def test_who_comes_back_hears_what_it_missed(door: OpenDoor) -> None:
    async with await door.get("/dwt/dwt_1/events?id=test") as stream:
        await door.call("AcquireImage")
        async for number, name, _ in read_events(stream):
            last = number
            if name == "page":
                break
    await door.call("RemoveAllImages")
    async with await door.get("/dwt/dwt_1/events?id=test", Last_Event_ID=str(last)) as stream:
        assert (await until(stream, "document", action="removed"))["instance"] == "test"


async def test_removed_and_reordered_pages_are_told(door: OpenDoor) -> None:
    await door.call("AcquireImage")
    await door.call("AcquireImage")
    async with await door.get("/dwt/dwt_1/events?id=test") as stream:
        await door.call("MoveImage", 0, 1)
        await until(stream, "document", action="changed")
        await door.call("RemoveImage", 1)
        assert (await until(stream, "page", action="removed"))["index"] == 1


async def test_scanners_that_come_and_go_are_told(door: OpenDoor) -> None:
    async with await door.get("/api/events") as stream:
        gone = door.core.devices.scanners.pop()
        await door.call("GetDevices", True)
        assert (await until(stream, "scanner", action="removed"))["name"] == gone.name
        door.core.devices.scanners.append(gone)
        await door.call("GetDevices", True)
        assert (await until(stream, "scanner", action="added"))["id"] == gone.id
        await door.call("AcquireImage")
        assert (await until(stream, "scanner", action="changed"))["busy"] is True


async def test_a_quiet_stream_still_says_that_it_is_there(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.01)
    async with await door.get("/api/events") as stream:
        while not (await stream.content.readline()).startswith(b":"):
            pass


async def test_a_listener_that_does_not_read_is_dropped_and_nobody_waits(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "WRITE_DEADLINE_S", 0.2)
    await door.call("AcquireImage")
    (job,) = door.core.jobs.visible_to(ADMIN)
    with deaf_listener(door.port):
        await until_true(lambda: door.core.hub._subscriptions)
        async with asyncio.timeout(15):
            while door.core.hub._subscriptions:
                for _ in range(400):
                    door.core.hub.publish(JobChanged(job))
                status, _ = await asyncio.wait_for(door.call("HowManyImagesInBuffer"), 5)
                assert status == 200


async def test_too_many_streams_of_one_owner_are_refused(tmp_path: Path) -> None:
    limits = replace(LIMITS, streams=1)
    async with (
        open_door(tmp_path, limits=limits) as door,
        await door.get("/api/events"),
    ):
        async with await door.get("/api/events") as second:
            assert second.status == 429
            assert "Retry-After" in second.headers
        async with await door.get("/api/events", Origin=ORIGIN) as other:
            assert other.status == 200
